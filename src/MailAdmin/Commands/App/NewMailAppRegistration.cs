using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.SignIn;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.App;

/// <summary>
/// Creates an app registration with its service principal, secret, and permissions, or completes an existing one.
/// </summary>
[Cmdlet(VerbsCommon.New, "MailAppRegistration", SupportsShouldProcess = true, DefaultParameterSetName = ByTenant)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(
    Permission = "Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All, Directory.Read.All, Exchange/Exchange.ManageAsApp",
    EntraRole = "Privileged Role Administrator; Cloud Application Administrator with -Mailbox or -Group",
    ExchangeRole = "Organization Management with -Mailbox or -Group")]
public sealed class NewMailAppRegistration : TenantCmdlet
{
    private const string ByTenant = "TenantWide", ByMailbox = "Mailbox", ByGroup = "Group";

    /// <summary>Display name; it is also what a second run finds the app by.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 120)]
    public string Name { get; set; } = "";

    /// <summary>
    /// Specifies the app to complete: an object of Get-MailAppRegistration, its client ID, or its object ID; with -Adopt also
    /// another user's app. By default, the app is found by name if it was registered with MailAdmin, or has a service principal
    /// in Exchange under this name.
    /// </summary>
    [Parameter]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>
    /// Takes over the app that -App specifies: removes its owners, secrets, certificates, and federated credentials that weren't
    /// created from here, and those on its service principal, unless -Accept names them.
    /// </summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>
    /// With -Adopt: owners, by user principal name, and credentials, by key ID or name, that keep their access to the app.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Accept { get; set; } = [];

    /// <summary>
    /// Specifies the recipe of the product: permissions, redirect URI, accounts that can sign in, and lifetime of the secret.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RecipeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Recipe { get; set; }

    /// <summary>With -Recipe: follow the vendor's page, instead of the least that works.</summary>
    [Parameter]
    public SwitchParameter UseVendorPermissions { get; set; }

    /// <summary>With -Recipe: uses delegated access for a signed-in user, instead of app-only access.</summary>
    [Parameter]
    public SwitchParameter Delegated { get; set; }

    /// <summary>With -Recipe: the customer's name in the vendor's redirect URI.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidatePattern(@"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")]
    public string? Customer { get; set; }

    /// <summary>Application permissions, such as Graph/Mail.ReadWrite or Exchange/IMAP.AccessAsApp.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] ApplicationPermission { get; set; } = [];

    /// <summary>Delegated permissions, such as Graph/Mail.ReadWrite.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] DelegatedPermission { get; set; } = [];

    /// <summary>Months until the secret ends.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 24)]
    public int SecretLifetime { get; set; } = 6;

    /// <summary>Specifies the only mailboxes that the app can access from the start, by any address or ID.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByMailbox, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Specifies a group. The app can access only the mailboxes of its direct members from the start.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGroup)]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>Run Enable-OrganizationCustomization, for good, if the organization was never customized.</summary>
    [Parameter(ParameterSetName = ByMailbox)]
    [Parameter(ParameterSetName = ByGroup)]
    public SwitchParameter EnableCustomization { get; set; }

    /// <summary>Grants tenant-wide permissions, instead of only requesting them.</summary>
    [Parameter(ParameterSetName = ByTenant)]
    public SwitchParameter TenantWide { get; set; }

    /// <summary>A certificate to sign in with instead of a secret; only its public part is uploaded.</summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Specifies the redirect URIs for user sign-in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[] RedirectUri { get; set; } = [];

    /// <summary>Specifies the platform of the redirect URIs.</summary>
    [Parameter]
    public RedirectPlatform Platform { get; set; }

    /// <summary>Specifies the accounts that can sign in. The default is this tenant only.</summary>
    [Parameter]
    public SignInAudience SignInAudience { get; set; }

    /// <summary>Users to add as owners, by user principal name or ID.</summary>
    [Parameter]
    public string[] Owner { get; set; } = [];

    private string Reach => ParameterSetName switch
    {
        ByMailbox => $", with access to {string.Join(", ", Mailbox.Select(m => m.Text))}",
        ByGroup => $", with access to the members of {Group}",
        _ => TenantWide ? ", with access to all mailboxes" : "",
    };

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var wanted = Wanted();
        if (Certificate is not null)
        {
            // A certificate that can't sign in is found out before anything is made.
            AppCredential.From(Certificate);
        }

        var session = Session;
        if (!ShouldProcess(Name, $"Register the app in {ContextInUse.Tenant}{Reach}")
            || (TenantWide && !ConfirmsTenantWide(Name)))
        {
            return;
        }

        if (Adopt)
        {
            await Adoption.RunAsync(this, session, App, Accept, StopToken);
        }

        var app = ParameterSetName == ByTenant
            ? await new AppProvisioner(session).EnsureAsync(wanted, StopToken)
            : await new ScopedApps(session).EnsureAsync(
                wanted, new ScopeRequest { Mailboxes = [.. Mailbox.Select(m => m.Text)], Group = Group },
                new LimitOptions(EnableCustomization: EnableCustomization), StopToken);
        foreach (var pending in app.Pending)
        {
            WriteWarning(pending.ToString());
        }

        // A run that completes the app creates no secret, so that of an earlier run in this session is used.
        WriteObject(app with { ClientSecret = app.ClientSecret ?? AppSecrets.Held(session, app) });
    }

    private AppSpecification Wanted()
    {
        var wanted = new AppSpecification
        {
            Name = Name,
            App = App?.RequireId(),
            Permissions = PermissionName.ParseAll(ApplicationPermission, DelegatedPermission),
            SecretLifetime = SecretLifetime,
            IsLifetimeAsked = MyInvocation.BoundParameters.ContainsKey(nameof(SecretLifetime)),
            TenantWide = TenantWide,
            Certificate = Certificate,
            RedirectUris = [.. RedirectUri.Select(u => new MailAppRedirectUri(u, Platform))],
            SignInAudience = SignInAudience,
            Owners = Owner,
        };
        if (Recipe is null)
        {
            return wanted;
        }

        var recipe = Recipes.Library.Get(Recipe);
        var filled = recipe.ToSpecification(Name, Recipes.KindOf(recipe, Delegated), UseVendorPermissions, Customer);
        return filled with
        {
            Permissions = [.. filled.Permissions.Union(wanted.Permissions)],
            App = wanted.App,
            SecretLifetime = MyInvocation.BoundParameters.ContainsKey(nameof(SecretLifetime))
                ? SecretLifetime
                : filled.SecretLifetime,
            IsLifetimeAsked = wanted.IsLifetimeAsked,
            TenantWide = TenantWide,
            Certificate = Certificate,
            RedirectUris = [.. filled.RedirectUris, .. wanted.RedirectUris],
            SignInAudience = MyInvocation.BoundParameters.ContainsKey(nameof(SignInAudience))
                ? SignInAudience
                : filled.SignInAudience,
            Owners = Owner,
        };
    }
}
