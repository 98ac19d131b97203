using System.Management.Automation;
using MailAdmin.Core.Access;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Commands.Access;

/// <summary>
/// Limits an app to mailboxes by roles in Exchange; the grants for every mailbox go when Exchange knows the roles.
/// </summary>
[Cmdlet(VerbsData.Limit, "MailApp", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByMailbox)]
[OutputType(typeof(MailAppLimit))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All, AppRoleAssignment.ReadWrite.All",
    EntraRole = "Exchange Administrator; Privileged Role Administrator to take grants of Graph away",
    ExchangeRole = "Organization Management")]
public sealed class LimitMailApp : TenantCmdlet
{
    private const string ByMailbox = "Mailbox", ByChange = "Change", ByGroup = "Group", ByUnit = "AdministrativeUnit",
        ByFilter = "RecipientFilter", ByPolicy = "FromPolicy";

    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it; or its client id or object id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AppOrId]
    [ArgumentCompleter(typeof(AppCompleter))]
    public object App { get; set; } = null!;

    /// <summary>Exactly these mailboxes, by any address or id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMailbox)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] Mailbox { get; set; } = [];

    /// <summary>These mailboxes, too.</summary>
    [Parameter(ParameterSetName = ByChange)]
    public string[] Add { get; set; } = [];

    /// <summary>These mailboxes no more.</summary>
    [Parameter(ParameterSetName = ByChange)]
    public string[] Remove { get; set; } = [];

    /// <summary>The direct members of this distribution group or mail-enabled security group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGroup)]
    [ValidateNotNullOrEmpty]
    public string Group { get; set; } = "";

    /// <summary>The members of the administrative unit with this id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByUnit)]
    [ValidateNotNullOrEmpty]
    public string AdministrativeUnit { get; set; } = "";

    /// <summary>What this filter means, in OPATH.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByFilter)]
    [ValidateNotNullOrEmpty]
    public string RecipientFilter { get; set; } = "";

    /// <summary>What the application access policies of the app restrict it to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPolicy)]
    public SwitchParameter FromPolicy { get; set; }

    /// <summary>Permissions to give the app there, such as Graph/Mail.Read; those that it has when left out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] Permission { get; set; } = [];

    /// <summary>Wait until Exchange knows the roles, two hours, and take the tenant-wide grants away in the same run.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Run Enable-OrganizationCustomization, for good, if the organization was never customized.</summary>
    [Parameter]
    public SwitchParameter EnableCustomization { get; set; }

    /// <summary>Make the app's entry in Exchange anew when it has a wrong object id.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private string Target => ParameterSetName switch
    {
        ByMailbox => string.Join(", ", Mailbox),
        ByChange => string.Join(", ", Add.Select(m => "+" + m).Concat(Remove.Select(m => "-" + m))),
        ByGroup => $"the members of {Group}",
        ByUnit => $"the administrative unit {AdministrativeUnit}",
        ByFilter => RecipientFilter,
        _ => "what its policies restrict it to",
    };

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var permissions = PermissionName.ParseAll(Permission, []);
        var app = await AppCmdlet.FindAsync(App, Session, ContextInUse.Tenant, StopToken);
        if (!ShouldProcess(app.ToString(), $"Limit to {Target}"))
        {
            return;
        }

        var request = new ScopeRequest
        {
            Mailboxes = Mailbox,
            Add = Add,
            Remove = Remove,
            Group = ParameterSetName == ByGroup ? Group : null,
            AdministrativeUnit = ParameterSetName == ByUnit ? AdministrativeUnit : null,
            RecipientFilter = ParameterSetName == ByFilter ? RecipientFilter : null,
            FromPolicy = FromPolicy,
        };
        var limit = await new AppScopes(Session)
            .LimitAsync(app, request, permissions, new LimitOptions(Wait, EnableCustomization, Force), StopToken);
        foreach (var pending in limit.Pending)
        {
            WriteWarning(pending.ToString());
        }

        WriteObject(limit);
    }
}
