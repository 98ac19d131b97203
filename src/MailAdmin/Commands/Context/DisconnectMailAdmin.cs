using System.Management.Automation;

namespace MailAdmin.Commands.Context;

/// <summary>Disconnects a MailAdmin session and removes its tokens from the current runspace.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "MailAdmin")]
[OutputType(typeof(void))]
public sealed class DisconnectMailAdmin : AsyncCmdlet
{
    /// <summary>Which; the default when left out.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? Name { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
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
