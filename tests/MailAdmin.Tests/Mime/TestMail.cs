namespace MailAdmin.Tests.Mime;

/// <summary>The folder of real messages that the tests run on where it is there.</summary>
internal static class TestMail
{
    public static string? Folder { get; } = Find();

    public static string Require()
    {
        if (Folder is null)
        {
            Assert.Skip("no folder of test messages: set MAILADMIN_TEST_MAIL");
        }
        return Folder;
    }

    private static string? Find()
    {
        var folder = Environment.GetEnvironmentVariable("MAILADMIN_TEST_MAIL");
        for (var at = AppContext.BaseDirectory; folder is null && at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "MailAdmin.sln")))
            {
                folder = Path.Combine(at, "..", "shared", "mail");
            }
        }
        return folder is not null && Directory.Exists(folder) ? folder : null;
    }
}
