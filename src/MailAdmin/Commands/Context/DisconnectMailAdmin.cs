using System.Management.Automation;

namespace MailAdmin.Commands.Context;

/// <summary>Disconnects a MailAdmin session and removes its tokens from the current runspace.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "MailAdmin", DefaultParameterSetName = ByName)]
[OutputType(typeof(void))]
public sealed class DisconnectMailAdmin : AsyncCmdlet
{
    private const string ByName = "Name", ByAll = "All";

    /// <summary>Specifies the context to disconnect.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Disconnects all contexts of the runspace.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAll)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        if (All)
        {
            Contexts.Here.Clear();
            return Task.CompletedTask;
        }

        var name = Name ?? Contexts.Here.Default?.Name;
        if (name is null || Contexts.Here.Remove(name) is null)
        {
            throw new InvalidRequestException(
                "NotConnected", name is null ? "You aren't connected in this runspace." : $"No context named '{name}' "
                    + "was found in this runspace.")
            {
                Target = name,
                Advice = "To list the contexts, run Get-MailAdminContext.",
            };
        }

        return Task.CompletedTask;
    }
}
