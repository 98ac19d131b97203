using System.Management.Automation;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Cmdlets;

/// <summary>
/// Texts that others may choose go through PowerShell's own binder into every parameter that takes a text, an app, a mailbox, an
/// address, or a context by its text. Each asks for what a plain text asks for, and what fails, fails with an ID of docs/Errors.md.
/// What would change something is looked at and stopped.
/// </summary>
public sealed partial class HostileArgumentsTests(HostileArguments road) : IClassFixture<HostileArguments>
{
    public static TheoryData<string> Cmdlets => [.. CmdletHost.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What PowerShell's binder says of a value that a parameter doesn't take.</summary>
    private static readonly HashSet<string> Binder = new(StringComparer.Ordinal)
    {
        "CannotConvertArgument", "CannotConvertArgumentNoMessage", "ParameterArgumentTransformationError", "ParameterArgumentValidationError",
        "ParameterArgumentValidationErrorEmptyStringNotAllowed", "ParameterArgumentValidationErrorNullNotAllowed",
    };

    private static readonly HashSet<string> Ours =
        [.. Ids().Matches(File.ReadAllText(Path.Combine(ArchitectureTests.FindRoot(), "docs", "Errors.md"))).Select(m => m.Groups[1].Value)];

    [Theory]
    [Trait("Network", "Loopback")]
    [MemberData(nameof(Cmdlets))]
    public async Task An_argument_is_a_text_and_nothing_else(string cmdlet)
    {
        using var session = await road.SignInAsync();
        using var host = new CmdletHost(HostileArguments.Vault);
        host.SignIn(session, road.Tenant);
        var faults = new List<string>();
        var parameters = road.ParametersOf(cmdlet).ToArray();
        foreach (var call in parameters)
        {
            using var folder = new TempFolder(isInMemory: true);
            var here = Path.Combine(folder, "a", "b", "c");
            Directory.CreateDirectory(here);
            host.SetLocation(here);

            var expected = new HashSet<string>(StringComparer.Ordinal);
            var reached = false;
            foreach (var text in road.Harmless)
            {
                Run(call, text);
                expected.UnionWith(road.Shapes(text));
            }

            foreach (var text in HostileNames.For($"{cmdlet} -{call.Parameter}", call.Texts))
            {
                var errors = Run(call, text);
                reached |= IsReached(errors);
                foreach (var error in errors.Where(e => !Ours.Contains(IdOf(e)) && !Binder.Contains(IdOf(e))))
                {
                    faults.Add($"-{call.Parameter} '{Show(text)}' ends with {IdOf(error)}: {error.Exception}");
                }

                faults.AddRange(road.Shapes(text, expected).Select(s => $"-{call.Parameter} '{Show(text)}' asks for {s}"));
            }

            // A closed list takes none of them. Those of this run may all be none for the parameter: then the others count, too.
            if (!reached && !call.IsClosed && !call.Texts.Any(text => IsReached(Run(call, text))))
            {
                faults.Add($"-{call.Parameter} takes no text at all.");
            }

            IReadOnlyList<ErrorRecord> Run(HostileArguments.Call call, string text)
            {
                road.Requests.Clear();
                // What the run before wrote is none of the next one's.
                foreach (var left in Directory.EnumerateFileSystemEntries(here).ToArray())
                {
                    if (Directory.Exists(left))
                    {
                        Directory.Delete(left, recursive: true);
                    }
                    else
                    {
                        File.Delete(left);
                    }
                }

                return host.Run(cmdlet, road.Arguments(call, text, here));
            }
        }

        // A person who signs in comes back to a port of this computer, and PowerShell waits for a debugger at a pipe.
        faults.AddRange(NetworkGuardAttribute.AttemptsOf(TestContext.Current.Test!.UniqueID)
            .Where(a => cmdlet is not ("Connect-MailAdmin" or "New-MailboxConnection") && !a.StartsWith("AcceptStart Unix", StringComparison.Ordinal)));
        Assert.True(
            faults.Count == 0,
            $"{faults.Count} faults in {parameters.Length} parameters:\n"
                + string.Join('\n', faults.GroupBy(f => f.Split(' ')[0]).SelectMany(g => g.Take(4))));
    }

    private static bool IsReached(IReadOnlyList<ErrorRecord> errors) =>
        errors.Count == 0 || errors.Any(e => !Binder.Contains(IdOf(e)));

    private static string IdOf(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    private static string Show(string text) => string.Concat(text.Take(60).Select(
        c => char.IsControl(c) || char.IsSurrogate(c) || c > 127 ? $"\\u{(int)c:x4}" : $"{c}"));

    [GeneratedRegex(@"^\| (\w+) \|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Ids();
}
