using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MailAdmin.Build;

/// <summary>
/// Starts the PowerShell that comes with the repository: the package that .config/dotnet-tools.json names, by the program that is in it.
/// (`dotnet pwsh` runs the same, but as a process named dotnet, as no installed PowerShell is.) Another one is started only where the
/// environment variable MAILADMIN_TEST_PWSH names it.
/// </summary>
internal static class Pwsh
{
    /// <summary>The variable that names another PowerShell: a program on PATH, a path, or the path of a pwsh.dll, which dotnet then runs.</summary>
    public const string Variable = "MAILADMIN_TEST_PWSH";

    /// <summary>Describes the start of a PowerShell that loads no profile and asks nothing.</summary>
    /// <param name="arguments">What stands behind -NoProfile -NonInteractive.</param>
    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    public static ProcessStartInfo Start(params string[] arguments)
    {
        // The runtime this process runs on: .../shared/Microsoft.NETCore.App/VERSION/
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } other ? Find(other) : OfPackage();
        string[] usual = ["-NoProfile", "-NonInteractive", .. arguments];
        var start = Path.GetExtension(program) == ".dll"
            ? new ProcessStartInfo(Path.Combine(dotnet, ProgramName("dotnet")), [program, .. usual])
            : new ProcessStartInfo(program, usual);
        // The package's program looks for the runtime here, and else only where installers put it.
        start.Environment["DOTNET_ROOT"] = dotnet;
        return start;
    }

    private static string OfPackage()
    {
        var package = typeof(Pwsh).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PowerShellPackage").Value!;
        var folder = Path.Combine(package, "tools", "net10.0", "any", OperatingSystem.IsWindows() ? "win" : "unix");
        // Its programs are those for Windows, and for Linux with glibc, on x64. Elsewhere dotnet runs it.
        var isForThis = RuntimeInformation.ProcessArchitecture == Architecture.X64
            && (OperatingSystem.IsWindows() || (OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)));
        var program = Path.Combine(folder, isForThis ? ProgramName("pwsh") : "pwsh.dll");
        return File.Exists(program) ? program
            : throw new InvalidOperationException($"There is no {program}. First: dotnet build tests/MailAdmin.Module.Tests");
    }

    private static string Find(string program) =>
        Path.IsPathRooted(program) ? program
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(p => Path.Combine(p, ProgramName(program))).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{Variable} names {program}, which is not on PATH.");

    private static string ProgramName(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;
}
