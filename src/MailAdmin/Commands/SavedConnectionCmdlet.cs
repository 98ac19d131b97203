using System.Management.Automation;
using MailAdmin.Core.Connections;

namespace MailAdmin.Commands;

/// <summary>A cmdlet that works on the file of saved connections.</summary>
public abstract class SavedConnectionCmdlet : AsyncCmdlet
{
    /// <summary>The file; connections.json in the user's own configuration folder by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    private protected ConnectionFile OpenFile() => new(Path is null ? ConnectionFile.DefaultPath : FullPath(Path));

    /// <summary>
    /// The place of a connection's secret; null when no vault has it, or the file names one that was saved for something else.
    /// </summary>
    private protected SecretVault? VaultOf(SavedConnection? saved) =>
        saved is { Vault: { } vault, VaultSecret: { } name, IsBound: true } ? new(InvokeCommand, vault, name) : null;
}
