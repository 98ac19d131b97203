namespace MailAdmin.Core.Mail;

/// <summary>Distinguishes folders that contain mail from other ones.</summary>
internal static class MailFolders
{
    /// <summary>The well-known names of folders without mail.</summary>
    public static IReadOnlyList<string> Others { get; } = ["calendar", "contacts", "journal", "notes", "tasks"];

    /// <summary>Whether folders of a well-known name hold mail.</summary>
    public static bool HoldMail(string? wellKnownName) => !Others.Contains(wellKnownName);

    /// <summary>Rejects a folder that contains no mail as the source of messages.</summary>
    /// <exception cref="InvalidRequestException">The folder contains no mail (NotAMailFolder).</exception>
    public static void RequireMail(MailFolder folder)
    {
        if (!HoldMail(folder.WellKnownName))
        {
            throw new InvalidRequestException("NotAMailFolder", $"'{folder.Path}' can't contain messages "
                + $"({folder.WellKnownName}).")
            {
                Target = folder.Path,
                Advice = "Specify a mail folder. To list the folders, run Get-MailFolder -Recurse.",
            };
        }
    }
}
