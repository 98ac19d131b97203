namespace MailAdmin.Core.Mail;

/// <summary>Folders that hold mail, and those that hold something else.</summary>
internal static class MailFolders
{
    /// <summary>The well-known names of those that hold something else.</summary>
    public static IReadOnlyList<string> Others { get; } = ["calendar", "contacts", "journal", "notes", "tasks"];

    /// <summary>Whether folders of a well-known name hold mail.</summary>
    public static bool HoldMail(string? wellKnownName) => !Others.Contains(wellKnownName);

    /// <summary>Refuses to receive from a folder that holds no mail: what is filed would be missing there.</summary>
    /// <exception cref="InvalidRequestException">It is such a folder (NotAMailFolder).</exception>
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
