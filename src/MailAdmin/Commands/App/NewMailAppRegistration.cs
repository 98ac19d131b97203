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

    /// <summary>Specifies the display name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 120)]
    public string Name { get; set; } = "";

    /// <summary>
    /// Specifies the app to complete: an object that Get-MailAppRegistration returns, a client ID, or an object ID.
    /// </summary>
    [Parameter]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Takes over the app that -App specifies if other users control it.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Specifies the owners and credentials that are kept when you use -Adopt.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Accept { get; set; } = [];

    /// <summary>Specifies the name of a recipe.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RecipeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Recipe { get; set; }

    /// <summary>Requests the permissions of the vendor's page, with -Recipe, instead of the least permissions.</summary>
    [Parameter]
    public SwitchParameter UseVendorPermissions { get; set; }

    /// <summary>Specifies that a user signs in to the product, with -Recipe.</summary>
    [Parameter]
    public SwitchParameter Delegated { get; set; }

    /// <summary>Specifies your name in the vendor's redirect URI, with -Recipe.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidatePattern(@"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")]
    public string? Customer { get; set; }

    /// <summary>Specifies the application permissions (app roles), which the app uses without a user.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] ApplicationPermission { get; set; } = [];

    /// <summary>Specifies the delegated permissions (scopes), which the app uses for a signed-in user.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] DelegatedPermission { get; set; } = [];

    /// <summary>Specifies the number of months until the secret expires, 1 to 24.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 24)]
    public int SecretLifetime { get; set; } = 6;

    /// <summary>Restricts the app to these mailboxes.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByMailbox, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>
    /// Restricts the app to the mailboxes of the direct members of a distribution group or mail-enabled security group.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGroup)]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>Runs Enable-OrganizationCustomization if the organization has never been customized.</summary>
    [Parameter(ParameterSetName = ByMailbox)]
    [Parameter(ParameterSetName = ByGroup)]
    public SwitchParameter EnableCustomization { get; set; }

    /// <summary>Includes permissions that give access to all mailboxes of the tenant.</summary>
    [Parameter(ParameterSetName = ByTenant)]
    public SwitchParameter TenantWide { get; set; }

    /// <summary>Specifies a certificate to sign in with instead of a secret, with its private key.</summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Specifies the redirect URIs for sign-ins of users.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[] RedirectUri { get; set; } = [];

    /// <summary>Specifies the platform of the redirect URIs.</summary>
    [Parameter]
    public RedirectPlatform Platform { get; set; }

    /// <summary>Specifies who can sign in.</summary>
    [Parameter]
    public SignInAudience SignInAudience { get; set; }

    /// <summary>Specifies the users to add as owners of the app registration, by user principal name or ID.</summary>
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
            // A certificate that can't be used to sign in is rejected before the first change.
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
