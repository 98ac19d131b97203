using System.Management.Automation;
using MailAdmin.Core.Files;

namespace MailAdmin;

/// <summary>Files with messages, as scripts specify them.</summary>
internal static class MessageFiles
{
    private const string Id = "MessageFileNotReadable", Advice = "Specify existing files that you have permission to read.";

    /// <summary>Finds the files of a path with wildcards.</summary>
    /// <exception cref="InvalidRequestException">
    /// The file doesn't exist, or the text isn't a path (MessageFileNotReadable).
    /// </exception>
    public static IReadOnlyList<string> Find(PSCmdlet cmdlet, string path)
    {
        try
        {
            return cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (Exception e) when (e is RuntimeException and not PipelineStoppedException || FileFailure.Is(e))
        {
            throw new InvalidRequestException(Id, $"'{path}' can't be read: {e.Message}", e) { Target = path, Advice = Advice };
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidRequestException">The disk refuses (MessageFileNotReadable).</exception>
    public static byte[] Read(string path) =>
        FileFailure.Guard(
            () =>
            {
                using var file = FileSystem.OpenRead(path);
                var content = new byte[file.Length];
                file.ReadExactly(content);
                return content;
            },
            Id, path, $"'{path}' can't be read", Advice);
}
