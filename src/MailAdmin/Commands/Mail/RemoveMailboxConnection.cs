using System.Management.Automation;
using MailAdmin.Core.Connections;

namespace MailAdmin.Commands.Mail;

/// <summary>Removes saved connections and their secrets in the vault.</summary>
[Cmdlet(VerbsCommon.Remove, "MailboxConnection", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MailboxConnection))]
public sealed class RemoveMailboxConnection : SavedConnectionCmdlet
{
    /// <summary>Specifies the names of the connections.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var file = OpenFile();
        foreach (var name in Name)
        {
            var pattern = Wildcards.Of(name);
            var found = file.Read().Where(c => pattern.IsMatch(c.Name)).ToArray();
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteFailure(GetMailboxConnection.NotSaved(name), name);
            }

            foreach (var saved in found)
            {
                await RemoveAsync(file, saved);
            }
        }
    }

    private async Task RemoveAsync(ConnectionFile file, SavedConnection saved)
    {
        var place = VaultOf(saved);
        if (!ShouldProcess(
            $"{saved.Name}: {saved.Mailbox} over {saved.Protocol}",
            place is null ? "Remove the saved connection" : $"Remove the saved connection and the secret {place}"))
        {
            return;
        }

        try
        {
            // First the secret: as long as the file names it, a second run finds it.
            place?.Check();
            place?.Remove();
        }
        catch (InvalidRequestException e)
        {
            WriteFailure(e, saved.Name);
            return;
        }

        await file.RemoveAsync(saved.Name, StopToken);
        WriteObject(saved.Open(Contexts.Here.DefaultSession, secret: null, certificate: null, ChangeKind.Removed));
    }
}
