namespace MailAdmin.Tests.TestKit;

/// <summary>Programs that tests use where they are installed.</summary>
internal static class Programs
{
    /// <summary>The path of a program on PATH; null when there is none.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)).FirstOrDefault(File.Exists);
}
