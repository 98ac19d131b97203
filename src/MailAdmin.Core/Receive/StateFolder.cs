using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents the folder of the saved state. Its files are written without a prompt, so other users must not be able to redirect
/// a write with a link or with their own files.
/// </summary>
internal static class StateFolder
{
    private static readonly string[] Files = [".lock", ".owner", ".owner.new", ".json", ".json.new", ".seen"];

    /// <summary>Refuses a folder that others can change, and files in it that are links or belong to others. On Unix.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="path">The files of one mailbox folder, without extension.</param>
    /// <exception cref="InvalidRequestException">It isn't safe (StatePathNotSafe).</exception>
    public static void Require(string folder, string path)
    {
        Require(folder);
        foreach (var file in Files.Select(extension => path + extension))
        {
            Require(file);
        }
    }

    private static void Require(string path)
    {
        var why = FileOwner.Of(path) switch
        {
            null => null,
            { IsLink: true } => "is a link",
            { IsForeign: true } => "belongs to another user",
            { IsOpenToAll: true } => "can be changed by all users",
            _ => null,
        };
        if (why is not null)
        {
            throw new InvalidRequestException("StatePathNotSafe", $"'{path}' {why}.")
            {
                Target = path,
                Advice = "Remove it, or set its owner and mode so that only you can write to it. Or specify your own "
                    + "folder with -StatePath.",
            };
        }
    }
}
