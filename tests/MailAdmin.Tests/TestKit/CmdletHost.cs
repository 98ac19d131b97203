using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using MailAdmin.Core.Service;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// Runs the module's cmdlets in a runspace of this process, so that PowerShell's own binder and error handling are at work over any
/// wire. Nothing else of PowerShell is there but its core commands.
/// </summary>
internal sealed class CmdletHost : IDisposable
{
    private readonly Runspace _runspace;
    private readonly PowerShell _shell;

    /// <param name="functions">Functions that the runspace has, by name.</param>
    public CmdletHost(IReadOnlyDictionary<string, string>? functions = null)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThreadOptions = PSThreadOptions.UseCurrentThread;
        // No other module is looked for.
        state.Variables.Add(new SessionStateVariableEntry("PSModuleAutoLoadingPreference", "None", ""));
        foreach (var (name, type) in All)
        {
            state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
        }

        foreach (var (name, script) in functions ?? new Dictionary<string, string>())
        {
            state.Commands.Add(new SessionStateFunctionEntry(name, script));
        }

        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        _shell = PowerShell.Create(_runspace);
    }

    /// <summary>Every cmdlet by its name.</summary>
    public static IReadOnlyDictionary<string, Type> All { get; } = typeof(Errors).Assembly.GetTypes()
        .Select(t => (Type: t, Cmdlet: t.GetCustomAttribute<CmdletAttribute>()))
        .Where(c => c.Cmdlet is not null)
        .ToDictionary(c => $"{c.Cmdlet!.VerbName}-{c.Cmdlet.NounName}", c => c.Type, StringComparer.Ordinal);

    /// <summary>What the last command returned.</summary>
    public IReadOnlyList<PSObject> Output { get; private set; } = [];

    /// <summary>Makes a session the one that is signed in.</summary>
    public void SignIn(Session session, SandboxTenant tenant)
    {
        var before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = _runspace;
        try
        {
            Contexts.Here.Add(new MailAdminContext
            {
                Name = "Default",
                TenantId = session.TenantId,
                Tenant = tenant.Domain,
                ClientId = session.ClientId,
                Account = session.Account,
                CredentialType = session.Tokens.Method.Kind,
                Environment = session.Cloud.Environment,
                ConnectedAt = session.Wire.Time.GetUtcNow(),
                Sandbox = tenant.Describe(),
                Handle = session,
            });
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }

    /// <summary>Goes to a folder.</summary>
    public void SetLocation(string folder) => _runspace.SessionStateProxy.Path.SetLocation(folder);

    /// <summary>Runs a command.</summary>
    /// <returns>Every error, whether it ended the command or not.</returns>
    public IReadOnlyList<ErrorRecord> Run(string command, IReadOnlyDictionary<string, object> arguments)
    {
        _shell.Commands.Clear();
        _shell.Streams.ClearStreams();
        _shell.AddCommand(command);
        foreach (var (name, value) in arguments)
        {
            _shell.AddParameter(name, value);
        }

        try
        {
            Output = _shell.Invoke();
            return [.. _shell.Streams.Error];
        }
        catch (RuntimeException e)
        {
            return [.. _shell.Streams.Error, e.ErrorRecord];
        }
    }

    public void Dispose()
    {
        _shell.Dispose();
        _runspace.Dispose();
    }
}
