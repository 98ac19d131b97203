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
    private const string BySandbox = "Sandbox", BySandboxObject = "SandboxObject";

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

    /// <summary>The app's secret.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySecret)]
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

    /// <summary>What to call this sign-in; it becomes the default of this runspace.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "Default";

    /// <inheritdoc/>
    protected override bool FailureEndsPipeline => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var tenant = ParameterSetName switch
        {
            BySandbox => SandboxTenant.Create(new SandboxOptions { Environment = Environment }),
            BySandboxObject => (SandboxTenant)InputObject.Handle,
            _ => null,
        };
        var session = tenant is null
            ? await SignInAsync(Wire.Real, Cloud.Of(Environment), TenantId, ClientId, Credential())
            : await SignInAsync(
                tenant.Wire, Cloud.Of(tenant.Environment), tenant.Domain, tenant.AdminApp.ClientId,
                new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)));
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
            Sandbox = ParameterSetName == BySandboxObject ? InputObject : tenant?.Describe(),
            Handle = session,
        };
        Contexts.Here.Add(context);
        WriteObject(context);
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
