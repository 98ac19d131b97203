using MailAdmin.Tests.Mail.Mime;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// Messages as the world writes them. Those of other mail libraries' tests are used where a folder shared/mail lies beside the checkout, or where
/// MAILADMIN_TEST_MAIL says; elsewhere messages of our own stand in: those in StandIn, and 200 that are broken at random places.
/// </summary>
internal static class TestMail
{
    private static readonly Lazy<string> Found = new(() => OfOthers() ?? StandIn());

    public static string Folder => Found.Value;

    /// <summary>Whether a file is one of our own messages that was broken at random places.</summary>
    public static bool IsBroken(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == "broken";

    /// <summary>The sets of messages that a file NAME.reference.jsonl describes, as a reader that is not ours reads them.</summary>
    public static IEnumerable<string> ReferenceSets =>
        Directory.EnumerateFiles(Folder, "*.reference.jsonl").Select(file => Path.GetFileName(file).Split('.')[0]).Order(StringComparer.Ordinal);

    private static string? OfOthers()
    {
        var folder = Environment.GetEnvironmentVariable("MAILADMIN_TEST_MAIL") ?? Path.Combine(ArchitectureTests.FindRoot(), "..", "shared", "mail");
        return Directory.Exists(folder) ? folder : null;
    }

    private static string StandIn()
    {
        var source = Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Mime", "StandIn");
        var folder = Directory.CreateTempSubdirectory("mailadmin-mail-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var random = new Random(1);
        var broken = Directory.CreateDirectory(Path.Combine(folder, "broken")).FullName;
        for (var i = 0; i < 200; i++)
        {
            // The number makes each another message; what is broken lies behind it.
            var text = MimeCorpus.Own[i % MimeCorpus.Own.Count].ToArray();
            for (var changes = random.Next(8); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = (byte)random.Next(1, 256);
            }

            File.WriteAllBytes(Path.Combine(broken, $"{i:000}.eml"), [.. System.Text.Encoding.ASCII.GetBytes($"X-Number: {i}\r\n"), .. text]);
        }

        return folder;
    }
}
