using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core;
using MailAdmin.Core.Entra;
using MailAdmin.Tenant;

namespace MailAdmin.Commands;

/// <summary>Signs in to a tenant, or to a sandbox.</summary>
[Cmdlet(VerbsCommunications.Connect, "MailAdmin", DefaultParameterSetName = BySecret)]
[OutputType(typeof(MailAdminContext))]
public sealed class ConnectMailAdmin : AsyncCmdlet
{
    private const string BySecret = "ClientSecret", ByCertificate = "Certificate", ByCertificatePath = "CertificatePath";
    private const string BySandbox = "Sandbox", BySandboxObject = "SandboxObject", BySandboxUri = "SandboxUri";

    /// <summary>The tenant's id or one of its verified domains.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath)]
    [ValidateNotNullOrEmpty]
    public string TenantId { get; set; } = "";

    /// <summary>Client id of the app to sign in as.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate)]
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath)]
    [ValidateNotNullOrEmpty]
    public string ClientId { get; set; } = "";

    /// <summary>The app's secret; with -SandboxUri, that of the sandbox's admin app.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
    [Parameter(Mandatory = true, ParameterSetName = BySandboxUri)]
    public SecureString ClientSecret { get; set; } = null!;

    /// <summary>A certificate of the app, with its private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByCertificate)]
    public X509Certificate2 Certificate { get; set; } = null!;

    /// <summary>A PFX file, or a PEM file that holds certificate and private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByCertificatePath)]
    public string CertificatePath { get; set; } = "";

    /// <summary>The PFX file's password.</summary>
    [Parameter(ParameterSetName = ByCertificatePath)]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>The cloud the tenant lives in.</summary>
    [Parameter]
    public MailEnvironment Environment { get; set; }

    /// <summary>Make a fresh sandbox and sign in to it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandbox)]
    public SwitchParameter Sandbox { get; set; }

    /// <summary>The sandbox to sign in to, as New-MailSandbox makes it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandboxObject, ValueFromPipeline = true)]
    public MailSandbox InputObject { get; set; } = null!;

    /// <summary>The address of a sandbox that another process serves, such as https://127.0.0.1:8443.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandboxUri)]
    public Uri SandboxUri { get; set; } = null!;

    /// <summary>The file of the served sandbox's certificate (PEM or DER): the only one that is trusted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySandboxUri)]
    [ValidateNotNullOrEmpty]
    public string TrustedCertificate { get; set; } = "";

    /// <summary>What to call this sign-in; it becomes the default of this runspace.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "Default";

    /// <inheritdoc/>
    protected override bool FailureEndsPipeline => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var (session, sandbox) = ParameterSetName switch
        {
            BySandbox => await EnterAsync(SandboxTenant.Create(new SandboxOptions { Environment = Environment }).Describe()),
            BySandboxObject => await EnterAsync(InputObject),
            BySandboxUri => await EnterServedAsync(),
            _ => (await SignInAsync(Wire.Real, Cloud.Of(Environment), TenantId, ClientId, Credential()), null),
        };
        var context = new MailAdminContext
        {
            Name = Name,
            TenantId = session.TenantId,
            Tenant = session.Tokens.Tenant,
            ClientId = session.Tokens.ClientId,
            Account = session.Account,
            CredentialType = ParameterSetName is ByCertificate or ByCertificatePath ? "Certificate" : "ClientSecret",
            Environment = session.Cloud.Environment,
            ConnectedAt = session.Wire.Time.GetUtcNow(),
            Sandbox = sandbox,
            Handle = session,
        };
        Contexts.Here.Add(context);
        WriteObject(context);
    }

    private async Task<(Core.Entra.Session Session, MailSandbox? Sandbox)> EnterAsync(MailSandbox sandbox)
    {
        if (sandbox.Handle is not SandboxTenant tenant)
        {
            throw new InvalidRequestException("SandboxIsServed", $"The sandbox {sandbox.Domain} is served by another process.")
            {
                Target = sandbox,
                Advice = "Sign in to it with -SandboxUri, -TrustedCertificate and -ClientSecret, as `serve` printed them.",
            };
        }

        var secret = new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret));
        return (await SignInAsync(tenant.Wire, Cloud.Of(tenant.Environment), tenant.Domain, tenant.AdminApp.ClientId, secret), sandbox);
    }

    private async Task<(Core.Entra.Session Session, MailSandbox? Sandbox)> EnterServedAsync()
    {
        if (!SandboxUri.IsAbsoluteUri || SandboxUri.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidRequestException("SandboxUriInvalid", $"'{SandboxUri.OriginalString}' is not the address of a sandbox.")
            {
                Target = SandboxUri,
                Advice = "Give it as `serve` printed it: https, host and port.",
            };
        }

        var wire = SandboxWire.To(SandboxUri, CertificateFile.LoadPublic(FullPath(TrustedCertificate)));
        var served = new ServedSandbox(wire, Secret.Reveal(ClientSecret));
        var facts = await served.GetFactsAsync(StopToken);
        var session = await SignInAsync(wire, Cloud.Of(facts.Environment), facts.Domain, facts.ClientId, new AppCredential.ClientSecret(ClientSecret));
        return (session, served.Describe(facts));
    }

    private Task<Core.Entra.Session> SignInAsync(Wire wire, Cloud cloud, string tenant, string clientId, AppCredential credential) =>
        Core.Entra.Session.SignInAsync(wire, cloud, tenant, clientId, credential, StopToken);

    private AppCredential Credential() => ParameterSetName switch
    {
        ByCertificate => AppCredential.From(Certificate),
        ByCertificatePath => AppCredential.From(CertificateFile.Load(FullPath(CertificatePath), CertificatePassword)),
        _ => new AppCredential.ClientSecret(ClientSecret),
    };
}
