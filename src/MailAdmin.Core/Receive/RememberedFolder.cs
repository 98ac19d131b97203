using System.Globalization;

namespace MailAdmin.Core.Receive;

/// <summary>Represents the saved state of a folder for display, without a lock or a change.</summary>
/// <param name="State">The position; null for none.</param>
/// <param name="Count">The number of processed messages.</param>
internal sealed record RememberedFolder(FolderStateFile? State, long Count)
{
    /// <summary>In sentences.</summary>
    /// <param name="folder">The folder it is about.</param>
    public string Describe(MailFolder folder)
    {
        if (State is null)
        {
            return $"No position of '{folder.Path}' is saved. All of its messages are new."
                + (Count > 0 ? $" {Count} messages were received before and aren't received again." : "");
        }

        var sentences = new List<string>
        {
            $"'{folder.Path}' was last checked at {Format(State.CheckedAt)}.",
            $"{Count} messages were received before and aren't received again.",
        };
        if (State.From is { } from)
        {
            sentences.Add($"Messages received before {Format(from)} aren't received either (-LastChecked).");
        }

        if (State.Left.Length > 0)
        {
            sentences.Add($"{State.Left.Length} messages weren't acknowledged and are received again.");
        }

        return string.Join(' ', sentences);
    }

    private static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
