using System.Management.Automation;
using System.Security;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Receive;

namespace MailAdmin.Commands.Mail;

/// <summary>Saves a connection under a name, in a file without secrets, with its secret in a vault.</summary>
[Cmdlet(VerbsData.Save, "MailboxConnection", SupportsShouldProcess = true)]
[OutputType(typeof(MailboxConnection))]
public sealed class SaveMailboxConnection : SavedConnectionCmdlet
{
    /// <summary>Specifies the name: up to 80 letters, digits, spaces, and .</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidatePattern(@"^\w[\w .@-]{0,79}$")]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Specifies the connection, as New-MailboxConnection or Get-MailboxConnection returns it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public MailboxConnection Connection { get; set; } = null!;

    /// <summary>Specifies the folders that Receive-MailboxMessage receives from by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string[]? Folder { get; set; }

    /// <summary>Specifies how Receive-MailboxMessage processes messages on the server by default.</summary>
    [Parameter]
    public AfterProcessing? AfterProcessing { get; set; }

    /// <summary>Specifies the folder to move received messages to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? MoveTo { get; set; }

    /// <summary>Specifies the vault for the secret.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string? Vault { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var saved = SavedConnection.Of(Name, Connection);
        saved = saved with
        {
            Folder = Folder ?? saved.Folder,
            AfterProcessing = AfterProcessing ?? saved.AfterProcessing,
            MoveTo = MoveTo ?? saved.MoveTo,
        };
        new ReceiveOptions
        {
            Folders = saved.Folder ?? ["Inbox"],
            AfterProcessing = saved.AfterProcessing ?? default,
            MoveTo = saved.MoveTo,
        }.Validate(Connection);

        var secret = SavedConnection.SecretOf(Connection);
        if (secret is not null && (Vault ?? SecretVault.Default(InvokeCommand)) is { } vault)
        {
            saved = saved with { Vault = vault, VaultSecret = saved.SecretName };
        }

        var place = VaultOf(saved);
        place?.Check();
        if (!ShouldProcess(
            $"{Name}: {Connection}",
            place is null ? "Save the connection without a secret" : $"Save the connection with its secret as {place}"))
        {
            return;
        }

        // First the secret: a connection in the file has what it names.
        place?.Write(secret!);
        var file = OpenFile();
        var before = await file.SaveAsync(saved, StopToken);
        if (VaultOf(before) is { } old && (before!.Vault, before.VaultSecret) != (saved.Vault, saved.VaultSecret))
        {
            old.Check();
            old.Remove();
        }

        Tell(saved, secret);
        WriteObject(
            saved.Open(
                Contexts.Here.DefaultSession, secret, Connection.Certificate,
                before is null ? ChangeKind.Created : ChangeKind.Updated));
    }

    private void Tell(SavedConnection saved, SecureString? secret)
    {
        if (secret is not null && saved.Vault is null)
        {
            WriteWarning(
                $"The secret of '{Name}' wasn't stored because no vault is registered. Specify it with "
                    + "Get-MailboxConnection -ClientSecret each time. Or register a vault with "
                    + "Register-SecretVault, and save the connection again.");
        }
        else if (saved is { Credential: "Delegated", TokenCache: null })
        {
            WriteWarning(
                $"The sign-in of {saved.UserPrincipalName} wasn't stored. At the first use of the connection, a "
                    + "browser opens. To keep the sign-in, use New-MailboxConnection -Delegated -Persist.");
        }
        else if (saved.CertificateThumbprint is not null)
        {
            WriteVerbose(
                $"The certificate {saved.CertificateThumbprint} wasn't copied. Get-MailboxConnection finds it in the "
                    + "personal store, or accepts it with -Certificate.");
        }
    }
}
