using System.Diagnostics;
using System.Globalization;

namespace MailAdmin.Tests.TestKit;

/// <summary>Runs a test that is marked <see cref="ChildFactAttribute"/> in a process of its own.</summary>
internal static class TestChild
{
    private const string Variable = "MAILADMIN_TEST_CHILD";

    /// <summary>The environment of a process whose heap has a limit; how it collects is its own choice.</summary>
    /// <param name="octets">The limit, which the runtime reads in hexadecimal.</param>
    public static Dictionary<string, string?> WithHeapLimit(long octets) => new()
    {
        ["DOTNET_GCHeapHardLimit"] = octets.ToString("X", CultureInfo.InvariantCulture),
        ["DOTNET_GCgen0size"] = null,
        ["DOTNET_gcConcurrent"] = null,
    };

    /// <summary>Whether this process was started to run the test of this name.</summary>
    public static bool Is(string method) => Environment.GetEnvironmentVariable(Variable) == method;

    /// <summary>Runs it; the calling test fails when it fails.</summary>
    /// <param name="type">The class of the test.</param>
    /// <param name="method">Its name.</param>
    /// <param name="environment">What the process finds in its environment, beside what this one has; null takes a variable away.</param>
    /// <param name="starter">A program, with its first arguments, that starts the process; empty when nothing has to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(
        Type type, string method, IReadOnlyDictionary<string, string?> environment, string[] starter, CancellationToken cancellationToken)
    {
        string[] command =
        [
            .. starter, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", type.Assembly.Location, "-method", $"{type.FullName}.{method}",
        ];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment.Append(new(Variable, method)))
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = child.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await child.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            child.Kill(entireProcessTree: true);
        }

        Assert.True(child.ExitCode == 0, $"{await output}\n{await error}");
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", await output, StringComparison.Ordinal);
        return await output;
    }
}
