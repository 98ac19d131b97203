using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailAdmin.Build;

namespace MailAdmin.Module.Tests;

/// <summary>
/// Runs all Pester files once, in one real PowerShell, and keeps what became of each test, and where the run left a secret.
/// </summary>
public sealed partial class PesterRun
{
    private static readonly string Root = typeof(PesterRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    private static readonly string Folder = Path.Combine(Root, "tests", "MailAdmin.Module.Tests");

    /// <summary>Pester as this project downloads it.</summary>
    internal static string PesterManifest { get; } = Path.Combine(AppContext.BaseDirectory, "Pester", "Pester.psd1");

    private readonly Lazy<Task> _run;

    private Dictionary<(string File, string Name), List<Outcome>> _outcomes = [];

    public PesterRun() => _run = new(RunAsync);

    /// <summary>What went wrong with the run itself.</summary>
    public string? Failure { get; private set; }

    /// <summary>What the record of a run has in any case.</summary>
    public static IReadOnlyList<string> Recorded { get; } = ["transcript.txt", "errors.txt", "objects.txt"];

    /// <summary>Where a secret was found in what the run left: the file, and the form.</summary>
    public IReadOnlyList<string> Found { get; private set; } = [];

    /// <summary>The files that were searched, with their sizes.</summary>
    public IReadOnlyDictionary<string, long> Sizes { get; private set; } = new Dictionary<string, long>();

    /// <summary>Every cmdlet with each of its parameter sets, as the cmdlets say it in the debug stream.</summary>
    public IReadOnlyList<string> ParameterSets { get; private set; } = [];

    /// <summary>What the streams of the run had.</summary>
    public string Transcript { get; private set; } = "";

    public static TheoryData<string, string> AllTests()
    {
        var all = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.Tests.ps1").Order(StringComparer.Ordinal))
        {
            foreach (Match it in ItName().Matches(File.ReadAllText(file)))
            {
                if (IsForThisSystem(it.Groups["tag"].Value))
                {
                    all.Add(Path.GetFileName(file), it.Groups["name"].Value.Replace("''", "'", StringComparison.Ordinal));
                }
            }
        }

        return all;
    }

    public IReadOnlyList<Outcome> OutcomesOf(string file, string name) => _outcomes.GetValueOrDefault((file, name)) ?? [];

    /// <summary>Ends when the files were run, which the first that asks for it begins.</summary>
    public Task ReadyAsync() => _run.Value;

    private async Task RunAsync()
    {
        // Stands in every secret and token that the sandboxes of the run hand out; a part of it changes from run to run.
        var mark = $"c4n4ry~{Random.Shared.Next(1000, 9999)}";
        var record = Directory.CreateTempSubdirectory("mailadmin-record-").FullName;
        var results = Path.Combine(Path.GetTempPath(), $"mailadmin-pester-{Guid.NewGuid():N}.json");
        try
        {
            var start = Start("-ResultPath", results, "-RecordPath", record);
            start.Environment["MAILADMIN_MODULE"] = Path.Combine(Root, "out", "MailAdmin");
            start.Environment["MAILADMIN_OTHER_MSAL"] = Path.Combine(AppContext.BaseDirectory, "other-msal", "Microsoft.Identity.Client.dll");
            start.Environment["MAILADMIN_SANDBOX_MARK"] = mark;
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (!File.Exists(results))
            {
                Failure = $"The Pester run ended with {process.ExitCode} and no results.\n{await output}\n{await error}";
            }
            else
            {
                Found = new SecretSearch(mark).InFolder(record, f => !IsForSecret(f));
                Sizes = Directory.GetFiles(record, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(record, f), f => new FileInfo(f).Length);
                ParameterSets = await File.ReadAllLinesAsync(Path.Combine(record, "parameter-sets.txt"));
                Transcript = await File.ReadAllTextAsync(Path.Combine(record, "transcript.txt"));
                _outcomes = JsonSerializer.Deserialize<Outcome[]>(await File.ReadAllTextAsync(results))!
                    .GroupBy(o => (o.File, o.Name)).ToDictionary(g => g.Key, g => g.ToList());
            }
        }
        finally
        {
            File.Delete(results);
            Directory.Delete(record, recursive: true);
        }
    }

    /// <summary>Whether a test made a file to hold a secret: a key, the settings of Get-MailAppProductSetting -IncludeSecret -Path, the secrets that an example hands over.</summary>
    private static bool IsForSecret(string file) => Path.GetExtension(file) is ".pem" or ".key" or ".pfx"
        || file.EndsWith(".secret.txt", StringComparison.Ordinal) || Path.GetFileName(Path.GetDirectoryName(file)) == "secrets";

    /// <summary>Describes a run of Invoke-Tests.ps1, with the Pester that was downloaded with this project.</summary>
    internal static ProcessStartInfo Start(params string[] arguments)
    {
        var start = Pwsh.Start(["-File", Path.Combine(Folder, "Invoke-Tests.ps1"), "-Pester", PesterManifest, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    /// <summary>Whether a test without a tag, or with this one, can be run on this system.</summary>
    private static bool IsForThisSystem(string tag) => tag switch
    {
        "OnUnix" => !OperatingSystem.IsWindows(),
        "OnLinux" => OperatingSystem.IsLinux(),
        _ => true,
    };

    [GeneratedRegex(@"^\s*It\s+'(?<name>(?:[^']|'')+)'(?:\s+-Tag (?<tag>\w+))?", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ItName();

    /// <summary>What became of one test, or of one case of it.</summary>
    public sealed record Outcome(string File, string Name, string Result, string? Message);
}
