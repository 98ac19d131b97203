using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Connections;
using MailAdmin.Core.SignIn;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Mail;

/// <summary>Creates a connection to a mailbox from an app or user, a credential, and a protocol.</summary>
[Cmdlet(VerbsCommon.New, "MailboxConnection", DefaultParameterSetName = BySecret)]
[OutputType(typeof(MailboxConnection))]
public sealed class NewMailboxConnection : AsyncCmdlet
{
    private const string ByApp = "App", BySecret = "ClientSecret", ByCertificate = "Certificate",
        ByCertificatePath = "CertificatePath", ByThumbprint = "CertificateThumbprint";
    private const string ByCredential = "Credential", ByVault = "Vault";
    private const string ByPerson = "Delegated", ByServer = "Server";

    /// <summary>
    /// Specifies the app to sign in as: an object that New-MailAppRegistration or Get-MailAppRegistration returns, a display
    /// name, a client ID, or an object ID.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByApp, ValueFromPipeline = true)]
    [AppArgument(LeavesOthers = true)]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <summary>Specifies the tenant ID or a verified domain of the tenant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByThumbprint, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByCredential, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByVault, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByPerson)]
    [ValidateNotNullOrEmpty]
    public string? TenantId { get; set; }

    /// <summary>Specifies the client ID (application ID) of the app.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByThumbprint, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByVault, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByPerson)]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>Signs in a user, in a browser or with -DeviceCode.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPerson)]
    public SwitchParameter Delegated { get; set; }

    /// <summary>
    /// Specifies the user who signs in, if it isn't the owner of the mailbox: a user with FullAccess to a shared mailbox, or a
    /// delegate.
    /// </summary>
    [Parameter(ParameterSetName = ByPerson)]
    [ValidateNotNullOrEmpty]
    public string? UserPrincipalName { get; set; }

    /// <summary>Signs in with a browser on any device.</summary>
    [Parameter(ParameterSetName = ByPerson)]
    public SwitchParameter DeviceCode { get; set; }

    /// <summary>Keeps the sign-in for later sessions, protected by the operating system, for Save-MailboxConnection.</summary>
    [Parameter(ParameterSetName = ByPerson)]
    public SwitchParameter Persist { get; set; }

    /// <summary>Keeps the sign-in for later sessions in a file that isn't encrypted.</summary>
    [Parameter(ParameterSetName = ByPerson)]
    public SwitchParameter UnprotectedCache { get; set; }

    /// <summary>Specifies the secret value of the app.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
    [Parameter(ParameterSetName = ByApp)]
    public SecureString? ClientSecret { get; set; }

    /// <summary>Specifies the client ID as the user name and the client secret as the password.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByCredential)]
    public PSCredential Credential { get; set; } = PSCredential.Empty;

    /// <summary>Specifies the name of a secret in a vault of Microsoft.PowerShell.SecretManagement.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByVault)]
    [ValidateNotNullOrEmpty]
    public string SecretName { get; set; } = "";

    /// <summary>Specifies the vault of -SecretName.</summary>
    [Parameter(ParameterSetName = ByVault)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string? Vault { get; set; }

    /// <summary>Specifies a certificate of the app with its private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate)]
    [Parameter(ParameterSetName = ByApp)]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>
    /// Specifies a PFX file, or a PEM file (.pem, .crt, .cer) that contains the certificate and its private key.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath)]
    public string CertificatePath { get; set; } = "";

    /// <summary>Specifies the password of the PFX file.</summary>
    [Parameter(ParameterSetName = ByCertificatePath)]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>
    /// Specifies the thumbprint of a certificate in the personal store of the current user or the local computer.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByThumbprint)]
    [Parameter(ParameterSetName = ByApp)]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>Specifies the mailboxes: an email address, a user principal name, or an ID.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Smtp, Email, Identity)]
    [MailboxArgument(LeavesOthers = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Specifies the protocol.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public MailProtocol Protocol { get; set; }

    /// <summary>Specifies the cloud of the tenant.</summary>
    [Parameter(ParameterSetName = BySecret)]
    [Parameter(ParameterSetName = ByCredential)]
    [Parameter(ParameterSetName = ByVault)]
    [Parameter(ParameterSetName = ByCertificate)]
    [Parameter(ParameterSetName = ByCertificatePath)]
    [Parameter(ParameterSetName = ByThumbprint)]
    [Parameter(ParameterSetName = ByPerson)]
    public MailEnvironment? Environment { get; set; }

    /// <summary>Specifies the host name of an IMAP or SMTP server other than Exchange Online.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByServer, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Server { get; set; } = "";

    /// <summary>Specifies the port of the server.</summary>
    [Parameter(ParameterSetName = ByServer, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Specifies when TLS begins.</summary>
    [Parameter(ParameterSetName = ByServer)]
    public ImapSecurity Security { get; set; }

    /// <summary>Specifies an access token for the server that you already have.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByServer)]
    public SecureString AccessToken { get; set; } = null!;

    /// <summary>
    /// Specifies a file (PEM or DER) with the only certificate, or certificate authority, that is trusted for this server.
    /// </summary>
    [Parameter(ParameterSetName = ByServer)]
    [ValidateNotNullOrEmpty]
    public string? TrustedCertificate { get; set; }

    /// <summary>Accepts the certificate of -TrustedCertificate, or one that it issued, after it has expired.</summary>
    [Parameter(ParameterSetName = ByServer)]
    public SwitchParameter AllowExpiredCertificate { get; set; }

    /// <summary>With -Mailbox, an app is accepted from the pipeline.</summary>
    private protected override bool TakesMailboxOfObject => Mailbox.Length == 0 && base.TakesMailboxOfObject;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        if (ParameterSetName == ByPerson)
        {
            WriteObject(
                await MailboxConnections.ForPersonAsync(
                    TenantId, [.. Mailbox.Select(m => m.Text)], Protocol, Environment, Contexts.Here.DefaultSession, ClientId,
                    SignIn, UserPrincipalName, StopToken),
                enumerateCollection: true);
            return;
        }

        if (ParameterSetName == ByServer)
        {
            var protocol = MyInvocation.BoundParameters.ContainsKey(nameof(Protocol)) ? Protocol : MailProtocol.Imap;
            if (protocol == MailProtocol.Graph)
            {
                throw new InvalidRequestException(
                    "ServerRequiresImap", "-Server requires IMAP or SMTP. Microsoft Graph uses only Microsoft's hosts.")
                {
                    Target = Server,
                    Advice = "Use -Protocol Imap, or -Protocol Smtp to send.",
                };
            }

            // The default for submission is STARTTLS.
            var security = protocol == MailProtocol.Smtp && !MyInvocation.BoundParameters.ContainsKey(nameof(Security))
                ? ImapSecurity.StartTls : Security;
            var trusted = TrustedCertificate is null ? null : CertificateFile.LoadPublic(FullPath(TrustedCertificate));
            WriteObject(
                Mailbox.Select(m => MailboxConnections.At(
                    Server, Port, security, m.Text, AccessToken, trusted, AllowExpiredCertificate, protocol)).ToArray(),
                enumerateCollection: true);
            return;
        }

        var certificate = ParameterSetName == ByCertificatePath
            ? CertificateFile.Load(FullPath(CertificatePath), CertificatePassword)
            : CertificateThumbprint is { } thumbprint ? CertificateStore.Find(thumbprint, WriteVerbose)
            : Certificate;
        var (clientId, secret) = (ClientId, ClientSecret);
        if (ParameterSetName == ByCredential)
        {
            (clientId, secret) = (Credential.UserName, Credential.Password);
        }
        else if (ParameterSetName == ByVault)
        {
            var kept = VaultCredential.Read(InvokeCommand, Vault, SecretName);
            (clientId, secret, certificate) =
                (ClientId ?? kept.ClientId ?? throw VaultCredential.NoClientId(SecretName), kept.Secret, kept.Certificate);
        }

        var session = Contexts.Here.DefaultSession;
        var app = ParameterSetName == ByApp ? await App.ToActAsAsync(StopToken) : null;
        foreach (var mailbox in Mailbox)
        {
            WriteObject(app is not null
                ? MailboxConnections.As(
                    app, mailbox.Text,
                    MyInvocation.BoundParameters.ContainsKey(nameof(Protocol)) ? Protocol : Recipes.ProtocolOf(app),
                    session, secret, certificate, mailbox.Id, mailbox.PrimarySmtpAddress)
                : MailboxConnections.With(
                    TenantId!, clientId!, mailbox.Text, Protocol, Environment, session, secret, certificate, mailbox.Id,
                    mailbox.PrimarySmtpAddress));
        }
    }

    private UserSignIn SignIn(IReadOnlyList<string> scopes)
    {
        var who = UserPrincipalName ?? Mailbox[0].Text;
        var cache = Persist || UnprotectedCache ? new TokenCacheFile(TokenCacheFile.DefaultFolder, !UnprotectedCache) : null;
        return DeviceCode
            ? new DeviceCodeSignIn(ClientId, who, scopes, HostLine()) { Cache = cache }
            : new BrowserSignIn(ClientId, who, scopes) { Cache = cache };
    }
}
