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
                "NotConnected", name is null ? "There is no sign-in in this session." : $"There is no sign-in named '{name}'.")
            {
                Target = name,
                Advice = "Get-MailAdminContext lists them.",
            };
        }

        return Task.CompletedTask;
    }
}
