// Longer than 250 lines: most of it declares the parameters, which PowerShell binds only on this class. The steps are in
// MailAdmin.Core.Recipes.Install.
using System.Management.Automation;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Scripts;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Recipe;

/// <summary>
/// Sets up an app for a product: registration, permissions, connection test, and the product's configuration values.
/// </summary>
[Cmdlet(VerbsLifecycle.Install, "MailApp", SupportsShouldProcess = true, DefaultParameterSetName = ByRecipe)]
[OutputType(typeof(MailAppStep), typeof(MailAppInstallSummary))]
[LeastPrivilege(
    Permission = "Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, "
        + "Directory.Read.All, Exchange/Exchange.ManageAsApp",
    EntraRole = "see Needs of each step: Cloud Application Administrator, and Privileged Role Administrator to grant application "
        + "permissions of Graph",
    ExchangeRole = "see Needs of each step: Organization Management")]
public sealed class InstallMailApp : TenantCmdlet
{
    private const string ByRecipe = "Recipe", ByPlan = "Plan";

    /// <summary>Specifies the name of a recipe.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByRecipe)]
    [ArgumentCompleter(typeof(RecipeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Recipe { get; set; } = "";

    /// <summary>Specifies a file that -PlanPath wrote.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPlan)]
    [ValidateNotNullOrEmpty]
    public string Plan { get; set; } = "";

    /// <summary>Specifies the mailboxes that the product uses: an email address, a user principal name, or an ID.</summary>
    [Parameter(
        Mandatory = true, Position = 1, ParameterSetName = ByRecipe, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Specifies the display name of the app.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [ValidateLength(1, 120)]
    public string? Name { get; set; }

    /// <summary>Specifies the app to use: an object that Get-MailAppRegistration returns, a client ID, or an object ID.</summary>
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

    /// <summary>Requests the permissions of the vendor's page, instead of the least permissions.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    public SwitchParameter UseVendorPermissions { get; set; }

    /// <summary>
    /// Sets up the product for a user who signs in to it (authorization code flow), if its recipe supports that.
    /// </summary>
    [Parameter(ParameterSetName = ByRecipe)]
    public SwitchParameter Delegated { get; set; }

    /// <summary>Specifies the user who signs in, if it isn't the mailbox's own user.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string? User { get; set; }

    /// <summary>
    /// Grants consent for all users of the tenant, as the checkbox "Consent on behalf of your organization" does.
    /// </summary>
    [Parameter(ParameterSetName = ByRecipe)]
    public SwitchParameter AllUsers { get; set; }

    /// <summary>Specifies a mailbox that the app must not be able to access, for the out-of-scope test.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [MailboxArgument(Single = true)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference? OutOfScopeMailbox { get; set; }

    /// <summary>
    /// Specifies your name in the vendor's redirect URI, such as contoso in https://contoso.ultimo.net/OAuth2Callback.
    /// </summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [ValidatePattern(@"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")]
    public string? Customer { get; set; }

    /// <summary>Specifies the time zone of the mailboxes, as an IANA or Windows name.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    public string? TimeZone { get; set; }

    /// <summary>Specifies the language, such as de-DE, for mailboxes that get a time zone and have no language.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CultureCompleter))]
    public string? Language { get; set; }

    /// <summary>Specifies the option that you will choose in the product's form.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    public AfterProcessing? AfterProcessing { get; set; }

    /// <summary>Specifies the number of months until the secret expires, 1 to 24.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [ValidateRange(1, 24)]
    public int? SecretLifetime { get; set; }

    /// <summary>Keeps permissions of the app that the recipe doesn't require.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    public SwitchParameter KeepExcess { get; set; }

    /// <summary>Allows the app to access all mailboxes of the tenant.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    public SwitchParameter TenantWide { get; set; }

    /// <summary>Runs Enable-OrganizationCustomization if the organization has never been customized.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    public SwitchParameter EnableCustomization { get; set; }

    /// <summary>Writes the plan to this file and doesn't make changes.</summary>
    [Parameter(ParameterSetName = ByRecipe)]
    [ValidateNotNullOrEmpty]
    public string? PlanPath { get; set; }

    /// <summary>Specifies a vault of Microsoft.PowerShell.SecretManagement.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string? Vault { get; set; }

    /// <summary>Specifies the name of the secret in the vault.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretName { get; set; }

    /// <summary>Specifies a .ics file, or an existing folder, for a calendar entry.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reminder { get; set; }

    /// <summary>Specifies the steps that an earlier run returned, or the Step property of its summary.</summary>
    [Parameter]
    [ValidateNotNull]
    public MailAppStep[] Previous { get; set; } = [];

    /// <summary>Returns the changes as a script, and changes nothing.</summary>
    [Parameter]
    public SwitchParameter AsScript { get; set; }

    /// <summary>Returns one object for all mailboxes instead of each step.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    private readonly List<string> _mailboxes = [];
    private readonly List<MailAppStep> _steps = [];
    private IReadOnlyList<string> _unknown = [];

    /// <summary>A script changes nothing yet.</summary>
    private protected override bool IsChange => !AsScript && base.IsChange;

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        _mailboxes.AddRange(Mailbox.Select(m => m.Text));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        var request = Named(
            ParameterSetName == ByPlan ? InstallPlan.Read(FullPath(Plan), Recipes.Library, Session.Cloud) : Request());
        Context = await OwnClientAsync(request) is { } own ? [own] : Context;
        request = await WithoutUnknownAsync(request);
        if (PlanPath is not null)
        {
            WritePlan(request);
            return;
        }

        if (request.TenantWide && !IsDryRun && !ConfirmsTenantWide(request.Name))
        {
            return;
        }

        if (AsScript)
        {
            WriteObject(await Rehearsal.InstallAsync(ContextInUse, Session, request, StopToken));
            return;
        }

        var place = new NewSecretPlace(
            Vault is null ? null : new SecretVault(InvokeCommand, Vault, SecretName ?? request.Name),
            Reminder is null ? null : FullPath(Reminder));
        place.Check();
        if (Adopt)
        {
            await Adoption.RunAsync(
                this, Session, App ?? (request.App is { } id ? new AppReference(id) : null), Accept, StopToken);
        }

        using var installer = new AppInstaller(Session, request with { HeldSecret = place.Held ?? request.HeldSecret })
        {
            Previous = Previous,
        };
        await installer.CheckAsync(StopToken);
        foreach (var planned in installer.Plan)
        {
            if (!ShouldProcess(planned.Target, $"{planned.Step}: {planned.Action}"))
            {
                continue;
            }

            var count = installer.Plan.Count;
            ShowProgress($"{planned.Step} {planned.Target} ({planned.Number} of {count})", 100 * (planned.Number - 1) / count);
            var step = await installer.RunAsync(planned, StopToken);
            if (step is { MadeSecret: true, App: { } app })
            {
                place.Keep(app, Session.Wire.Time.GetUtcNow(), WriteFailure);
            }

            _steps.Add(step);
            if (Summary)
            {
                continue;
            }

            WriteObject(step);
            foreach (var setting in step.ProductSettings)
            {
                HostLine()(ProductSettingsFile.Text(setting, secret: null));
            }
        }

        if (Summary && !IsDryRun)
        {
            WriteObject(new MailAppInstallSummary
            {
                Recipe = request.Recipe.Name,
                App = request.Name,
                ClientId = _steps.Select(s => s.App?.ClientId).LastOrDefault(id => id is not null),
                Mailbox = [.. request.Mailboxes],
                UnknownMailbox = [.. _unknown],
                Step = [.. _steps],
            });
        }

        // Each step has its status. A script has to be able to stop, too.
        if (installer.Failure is { } failure)
        {
            WriteFailure(failure, request.Name);
        }
    }

    /// <summary>A sign-in through a client of the tenant's own, where Microsoft's has no permission for Exchange there.</summary>
    private async Task<MailAdminContext?> OwnClientAsync(InstallRequest request)
    {
        using var installer = new AppInstaller(Session, request);
        var grants = installer.Plan.Any(s => s.Step == StepName.Consent);
        return await OwnClient.OfferAsync(
            this, ContextInUse, Session, grants, HostLine(), IsDryRun || AsScript || PlanPath is not null, StopToken);
    }

    /// <summary>
    /// Checks mailboxes from the pipeline, such as rows of a file: unknown ones are reported together, and the others continue.
    /// If a list in one argument has an unknown mailbox, no change is made.
    /// </summary>
    private async Task<InstallRequest> WithoutUnknownAsync(InstallRequest request)
    {
        if (!MyInvocation.ExpectingInput || ParameterSetName == ByPlan)
        {
            return request;
        }

        using var installer = new AppInstaller(Session, request);
        var unknown = await installer.UnknownAsync(StopToken);
        if (unknown.Count == 0 || unknown.Count >= request.Mailboxes.Count)
        {
            return request;
        }

        _unknown = unknown;
        WriteFailure(Core.Access.MailboxLookup.Unknown(unknown), request.Name);
        return request with { Mailboxes = [.. request.Mailboxes.Except(unknown, StringComparer.OrdinalIgnoreCase)] };
    }

    /// <summary>The request with the app that -App names.</summary>
    private InstallRequest Named(InstallRequest request)
    {
        if (App is null)
        {
            return request;
        }

        if (request.Recipe.VendorApp is { } vendor)
        {
            throw new InvalidRequestException(
                "AppOfVendor", $"Can't use -App because {request.Recipe.Name} has its own app, {vendor.ClientId}.")
            {
                Target = request.Recipe.Name,
                Advice = "Remove -App.",
            };
        }

        return request with { App = App?.RequireId(), HeldSecret = App?.Registration?.ClientSecret };
    }

    private void WritePlan(InstallRequest request)
    {
        if (ShouldProcess(PlanPath, "Write the plan"))
        {
            InstallPlan.Write(request, Session.Cloud, FullPath(PlanPath!));
            WriteObject(new AppInstaller(Session, request).Plan, enumerateCollection: true);
        }
    }

    private InstallRequest Request()
    {
        var recipe = Recipes.Library.Get(Recipe);
        var kind = Recipes.KindOf(recipe, Delegated);
        return new InstallRequest
        {
            Recipe = recipe,
            Kind = kind,
            UseVendorPermissions = UseVendorPermissions,
            Name = Name ?? App?.Registration?.Name ?? recipe.VendorApp?.DisplayName ?? recipe.Name,
            Mailboxes = [.. _mailboxes.Distinct(StringComparer.OrdinalIgnoreCase)],
            User = User,
            AllUsers = AllUsers,
            OutOfScopeMailbox = OutOfScopeMailbox?.Text,
            Customer = Customer,
            TimeZone = TimeZone,
            Language = Language,
            AfterProcessing = AfterProcessing,
            SecretLifetime = SecretLifetime,
            KeepExcess = KeepExcess,
            TenantWide = TenantWide,
            EnableCustomization = EnableCustomization,
        };
    }
}
