using System.Management.Automation;
using MailAdmin.Core.Connections;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet for the file of saved connections.</summary>
public abstract class SavedConnectionCmdlet : AsyncCmdlet
{
    /// <summary>Specifies the file. The default is connections.json in the user's configuration folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    private protected ConnectionFile OpenFile() => new(Path is null ? ConnectionFile.DefaultPath : FullPath(Path));

    /// <summary>
    /// Returns the place of a connection's secret; null if no vault has it, or the file names the secret of another connection.
    /// </summary>
    private protected SecretVault? VaultOf(SavedConnection? saved) =>
        saved is { Vault: { } vault, VaultSecret: { } name, IsBound: true } ? new(InvokeCommand, vault, name) : null;
}
