using System.Diagnostics;
using System.Text.Json;
using MailAdmin.Build;

namespace MailAdmin.Help;

/// <summary>Represents PowerShell's metadata of a cmdlet.</summary>
/// <param name="Name">Verb-Noun.</param>
/// <param name="Outputs">Names of the types in its OutputType attribute.</param>
/// <param name="Syntax">Its parameter sets.</param>
/// <param name="Parameters">Its parameters, those that every cmdlet has apart.</param>
internal sealed record CommandFacts(
    string Name, IReadOnlyList<string> Outputs, IReadOnlyList<SyntaxFacts> Syntax, IReadOnlyList<NamedFacts> Parameters)
{
    /// <summary>Reads them from a pwsh that imports the module.</summary>
    /// <param name="module">The module's folder.</param>
    /// <returns>Its cmdlets.</returns>
    /// <exception cref="InvalidOperationException">pwsh wasn't found, or failed; its error is in the error stream.</exception>
    public static async Task<IReadOnlyList<CommandFacts>> OfAsync(string module)
    {
        var script = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.ps1");
        try
        {
            using (var source = typeof(CommandFacts).Assembly.GetManifestResourceStream("Facts.ps1")!)
            using (var file = File.Create(script))
            {
                await source.CopyToAsync(file).ConfigureAwait(false);
            }

            var start = Pwsh.Start("-File", script, "-Module", Path.GetFullPath(module));
            start.RedirectStandardOutput = true;
            using var pwsh = Process.Start(start)!;
            var json = await pwsh.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
            await pwsh.WaitForExitAsync().ConfigureAwait(false);
            return pwsh.ExitCode == 0
                ? JsonSerializer.Deserialize<CommandFacts[]>(json)!
                : throw new InvalidOperationException($"pwsh could not read the module '{module}' (exit code {pwsh.ExitCode}).");
        }
        finally
        {
            File.Delete(script);
        }
    }
}

/// <summary>A parameter set as Get-Command writes it, on one line.</summary>
internal sealed record SyntaxFacts(string Name, bool IsDefault, string Text);

/// <summary>A parameter with its name.</summary>
internal sealed record NamedFacts(string Name, ParameterFacts Facts);
