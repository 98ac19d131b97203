namespace MailAdmin.Tests.Imap;

/// <summary>Real messages that are not part of the project.</summary>
internal static class SharedMail
{
    /// <summary>The folder that holds them; the test is skipped where there is none.</summary>
    public static string Find()
    {
        var folder = Environment.GetEnvironmentVariable("MAILADMIN_TEST_MAIL");
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); folder is null && at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MailAdmin.sln")))
            {
                folder = Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "mail"));
            }
        }

        if (!Directory.Exists(folder))
        {
            Assert.Skip("MAILADMIN_TEST_MAIL names no folder with messages");
        }

        return folder;
    }
}
