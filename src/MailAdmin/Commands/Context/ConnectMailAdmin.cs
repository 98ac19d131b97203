// Longer than 250 lines: a parameter set for each way to sign in.
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.SignIn;
using MailAdmin.Core.Transcript;
using MailAdmin.Exchange;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Commands.Context;

/// <summary>Connects to a Microsoft 365 tenant as a user, an app, or a managed identity, or to a sandbox tenant.</summary>
[Cmdlet(VerbsCommunications.Connect, "MailAdmin", DefaultParameterSetName = ByBrowser)]
[OutputType(typeof(MailAdminContext))]
public sealed class ConnectMailAdmin : AsyncCmdlet
{
    private const string ByBrowser = "Browser", ByDeviceCode = "DeviceCode", BySecret = "ClientSecret",
        ByCertificate = "Certificate";
    private const string ByCertificatePath = "CertificatePath", ByThumbprint = "CertificateThumbprint", ByIdentity = "Identity";
    private const string ByCredential = "Credential", ByVault = "Vault";
    private const string ByFederatedToken = "FederatedToken", ByAccessToken = "AccessToken";
    /// <summary>The placeholder of the tenant in a name.</summary>
    private const string PerTenant = "{tenant}";

    private const string BySandbox = "Sandbox", BySandboxObject = "SandboxObject", BySandboxUri = "SandboxUri";

    /// <summary>Specifies the tenant: its ID or one of its verified domains.</summary>
    [Parameter(ParameterSetName = ByBrowser)]
    [Parameter(ParameterSetName = ByDeviceCode)]
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath)]
    [Parameter(Mandatory = true, ParameterSetName = ByThumbprint)]
    [Parameter(Mandatory = true, ParameterSetName = ByCredential)]
    [Parameter(Mandatory = true, ParameterSetName = ByVault)]
    [Parameter(Mandatory = true, ParameterSetName = ByFederatedToken)]
    [ValidateNotNullOrEmpty]
    public string[] TenantId { get; set; } = [];

    /// <summary>Specifies the client ID (application ID):</summary>
    [Parameter(ParameterSetName = ByBrowser)]
    [Parameter(ParameterSetName = ByDeviceCode)]
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath)]
    [Parameter(Mandatory = true, ParameterSetName = ByThumbprint)]
    [Parameter(ParameterSetName = ByIdentity)]
    [Parameter(ParameterSetName = ByVault)]
    [Parameter(Mandatory = true, ParameterSetName = ByFederatedToken)]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>
    /// Specifies the user who is expected to sign in. In a sandbox: signs in as this user, not as the sandbox's admin app.
    /// </summary>
    [Parameter(ParameterSetName = ByBrowser)]
    [Parameter(ParameterSetName = ByDeviceCode)]
    [Parameter(ParameterSetName = BySandbox)]
    [Parameter(ParameterSetName = BySandboxObject)]
    [Parameter(ParameterSetName = BySandboxUri)]
    [ValidateNotNullOrEmpty]
    public string? UserPrincipalName { get; set; }

    /// <summary>Signs in with a browser on any device.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByDeviceCode)]
    public SwitchParameter DeviceCode { get; set; }

    /// <summary>
    /// Keeps the sign-in for later sessions, encrypted for the current user on Windows, in the keychain on macOS, or in the
    /// keyring on Linux.
    /// </summary>
    [Parameter(ParameterSetName = ByBrowser)]
    [Parameter(ParameterSetName = ByDeviceCode)]
    public SwitchParameter Persist { get; set; }

    /// <summary>Keeps the sign-in for later sessions in a file that isn't encrypted.</summary>
    [Parameter(ParameterSetName = ByBrowser)]
    [Parameter(ParameterSetName = ByDeviceCode)]
    public SwitchParameter UnprotectedCache { get; set; }

    /// <summary>Specifies the secret value of the app.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
    [Parameter(Mandatory = true, ParameterSetName = BySandboxUri)]
    public SecureString ClientSecret { get; set; } = null!;

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
    public X509Certificate2 Certificate { get; set; } = null!;

    /// <summary>
    /// Specifies a PFX file, or a PEM file (.pem, .crt, .cer) that contains the certificate and its private key.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath)]
    public string CertificatePath { get; set; } = "";

    /// <summary>Specifies the PEM file with the private key, if -CertificatePath contains only the certificate.</summary>
    [Parameter(ParameterSetName = ByCertificatePath)]
    [ValidateNotNullOrEmpty]
    public string? PrivateKeyPath { get; set; }

    /// <summary>Specifies the password of the PFX file, or of the private key in a PEM file.</summary>
    [Parameter(ParameterSetName = ByCertificatePath)]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>Specifies the thumbprint of a certificate with its private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByThumbprint)]
    [ValidateNotNullOrEmpty]
    public string CertificateThumbprint { get; set; } = "";

    /// <summary>Signs in as the managed identity of the Azure resource that runs the script.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByIdentity)]
    public SwitchParameter Identity { get; set; }

    /// <summary>
    /// Specifies the file that contains the platform's token for the app, such as $env:AZURE_FEDERATED_TOKEN_FILE in Kubernetes.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByFederatedToken)]
    [ValidateNotNullOrEmpty]
    public string FederatedTokenFile { get; set; } = "";

    /// <summary>Specifies an access token for Microsoft Graph that you already have.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAccessToken)]
    public SecureString AccessToken { get; set; } = null!;

    /// <summary>Specifies the cloud of the tenant.</summary>
    [Parameter]
    public MailEnvironment Environment { get; set; }

    /// <summary>Creates a sandbox with the domain contoso.onmicrosoft.com and connects to it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandbox)]
    public SwitchParameter Sandbox { get; set; }

    /// <summary>Specifies the sandbox, as New-MailSandbox returns it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandboxObject, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByDeviceCode, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = BySecret, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByCredential, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByVault, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByCertificate, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByCertificatePath, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByThumbprint, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByIdentity, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByFederatedToken, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByAccessToken, ValueFromPipeline = true)]
    public MailSandbox? InputObject { get; set; }

    /// <summary>
    /// Specifies the address of a sandbox that another process serves, with scheme, host, and port: https://127.0.0.1:8443.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandboxUri)]
    public Uri SandboxUri { get; set; } = null!;

    /// <summary>Specifies the certificate file of the served sandbox (PEM or DER).</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandboxUri)]
    [ValidateNotNullOrEmpty]
    public string TrustedCertificate { get; set; } = "";

    /// <summary>Specifies a name for the context.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "Default";

    /// <summary>
    /// Specifies a new file for a transcript: one JSON line for each HTTP request and response of this context.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TranscriptPath { get; set; }

    /// <summary>Rejects each cmdlet that makes changes before it sends a request (ReadOnlyContext).</summary>
    [Parameter]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>Runs the cmdlets of Exchange in the session that Connect-ExchangeOnline connected in this runspace.</summary>
    [Parameter]
    public SwitchParameter UseExchangeSession { get; set; }

    /// <summary>Never opens a browser or shows a code, either at sign-in or later.</summary>
    [Parameter]
    public SwitchParameter NonInteractive { get; set; }

    /// <inheritdoc/>
    protected override bool FailureEndsPipeline => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var place = ParameterSetName switch
        {
            BySandbox => SignInPlace.In(SandboxTenant.Create(new SandboxOptions { Environment = Environment }).Describe()),
            BySandboxUri =>
                await SignInPlace.ServedAsync(
                    SandboxUri, CertificateFile.LoadPublic(FullPath(TrustedCertificate)), ClientSecret, StopToken),
            _ => InputObject is null ? SignInPlace.Real(Environment) : SignInPlace.In(InputObject),
        };
        var name = TenantId.Length > 1 && !MyInvocation.BoundParameters.ContainsKey(nameof(Name)) ? PerTenant : Name;
        if (TenantId.Length < 2)
        {
            await SignInAsync(place, TenantId.FirstOrDefault() ?? place.Tenant, name);
            return;
        }

        if (!name.Contains(PerTenant, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidRequestException("ContextNameNotUnique", $"Several tenants can't have one context, '{name}'.")
            {
                Target = name,
                Advice = $"Write {PerTenant} in -Name, or leave -Name out.",
            };
        }

        foreach (var tenant in TenantId)
        {
            try
            {
                await SignInAsync(place, tenant, name);
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                WriteFailure(e, tenant);
            }
        }
    }

    private async Task SignInAsync(SignInPlace place, string? tenant, string name)
    {
        var transcript = TranscriptPath?.Replace(PerTenant, tenant, StringComparison.OrdinalIgnoreCase);
        var wire = transcript is null ? place.Wire : HttpTranscript.Record(place.Wire, FullPath(transcript));
        var session = await Core.Service.Session.SignInAsync(
            wire.Restrict(ReadOnly, NonInteractive), place.Cloud, tenant ?? UserSignIn.AnyTenant, Method(place), StopToken);
        if (UseExchangeSession)
        {
            await UseExchangeSessionAsync(session, tenant ?? session.TenantId);
        }

        var context = new MailAdminContext
        {
            Name = name.Replace(PerTenant, tenant ?? session.TenantId, StringComparison.OrdinalIgnoreCase),
            TenantId = session.TenantId,
            Tenant = tenant ?? session.TenantId,
            ClientId = session.ClientId,
            Account = session.Account,
            CredentialType = session.Tokens.Method.Kind,
            Environment = session.Cloud.Environment,
            ConnectedAt = session.Wire.Time.GetUtcNow(),
            Sandbox = place.Sandbox,
            IsReadOnly = ReadOnly,
            UsesExchangeSession = UseExchangeSession,
            Handle = session,
        };
        Contexts.Here.Add(context, isDefault: !name.Contains(PerTenant, StringComparison.OrdinalIgnoreCase));
        WriteObject(context);
    }

    private static async Task UseExchangeSessionAsync(Core.Service.Session session, string tenant)
    {
        var runner = new ExchangeSessionRunner(session.TenantId, tenant, session.IsReadOnly);
        try
        {
            await runner.CheckAsync();
        }
        catch
        {
            session.Dispose();
            throw;
        }

        session.UseExchange(runner);
    }

    private SignInMethod Method(SignInPlace place) => ParameterSetName switch
    {
        ByDeviceCode =>
            new DeviceCodeSignIn(ClientId, UserPrincipalName, DelegatedScopes.ForAdmin(place.Cloud, ClientId), HostLine())
            {
                Cache = Cache(),
            },
        BySecret => new AppSignIn(ClientId!, new AppCredential.ClientSecret(ClientSecret)),
        ByCredential => new AppSignIn(Credential.UserName, new AppCredential.ClientSecret(Credential.Password)),
        ByVault => FromVault(),
        ByCertificate => new AppSignIn(ClientId!, AppCredential.From(Certificate)),
        ByCertificatePath => new AppSignIn(ClientId!, AppCredential.From(
            CertificateFile.Load(
                FullPath(CertificatePath), CertificatePassword, PrivateKeyPath is null ? null : FullPath(PrivateKeyPath)))),
        ByThumbprint => new AppSignIn(ClientId!, AppCredential.From(CertificateStore.Find(CertificateThumbprint, WriteVerbose))),
        ByIdentity => new ManagedIdentitySignIn(ClientId),
        ByFederatedToken => new AppSignIn(ClientId!, new AppCredential.FederatedToken(FullPath(FederatedTokenFile))),
        ByAccessToken => new GivenTokenSignIn(AccessToken),
        _ when place.AdminApp is { } admin && UserPrincipalName is null =>
            new AppSignIn(admin.ClientId, new AppCredential.ClientSecret(admin.Secret)),
        _ => InBrowser(place),
    };

    private AppSignIn FromVault()
    {
        var kept = VaultCredential.Read(InvokeCommand, Vault, SecretName);
        return new AppSignIn(
            ClientId ?? kept.ClientId ?? throw VaultCredential.NoClientId(SecretName),
            kept.Certificate is { } certificate ? AppCredential.From(certificate) : new AppCredential.ClientSecret(kept.Secret!));
    }

    /// <summary>Shows immediately what the sign-in waits for, because a browser that doesn't open shows nothing.</summary>
    private BrowserSignIn InBrowser(SignInPlace place)
    {
        if (place.Sandbox is null)
        {
            HostLine()(
                $"Waiting for the sign-in at https://{place.Cloud.LoginHost} in the browser of this computer. If no browser "
                    + "opens, press Ctrl+C and use -DeviceCode.");
        }

        return new BrowserSignIn(ClientId, UserPrincipalName, DelegatedScopes.ForAdmin(place.Cloud, ClientId))
        {
            Cache = Cache(),
        };
    }

    private TokenCacheFile? Cache() =>
        Persist || UnprotectedCache ? new TokenCacheFile(TokenCacheFile.DefaultFolder, !UnprotectedCache) : null;
}
