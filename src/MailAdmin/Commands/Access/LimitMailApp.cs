using System.Management.Automation;
using MailAdmin.Core.Access;
using MailAdmin.Core.Inventory;
using MailAdmin.Core.Permissions;
using MailAdmin.Scripts;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Access;

/// <summary>
/// Restricts an app to specific mailboxes with RBAC for Applications, then removes its tenant-wide permissions.
/// </summary>
[Cmdlet(VerbsData.Limit, "MailApp", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByMailbox)]
[OutputType(typeof(MailAppLimit))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All, AppRoleAssignment.ReadWrite.All",
    EntraRole = "Exchange Administrator; Privileged Role Administrator to remove permissions of Graph",
    ExchangeRole = "Organization Management")]
public sealed class LimitMailApp : TenantCmdlet
{
    /// <summary>The maximum number of mailboxes of a filter that are shown by address.</summary>
    private const int Shown = 10;

    private const string ByMailbox = "Mailbox", ByChange = "Change", ByGroup = "Group", ByUnit = "AdministrativeUnit",
        ByFilter = "RecipientFilter", ByPolicy = "FromPolicy";

    /// <summary>Specifies the app: an object that represents an app, a display name, or a client ID.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <summary>Restricts the app to exactly these mailboxes.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByMailbox, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Adds these mailboxes to the scope.</summary>
    [Parameter(ParameterSetName = ByChange)]
    [MailboxArgument]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Add { get; set; } = [];

    /// <summary>Removes these mailboxes from the scope.</summary>
    [Parameter(ParameterSetName = ByChange)]
    [MailboxArgument]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Remove { get; set; } = [];

    /// <summary>Restricts the app to the direct members of a distribution group or mail-enabled security group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGroup)]
    [ValidateNotNullOrEmpty]
    public string Group { get; set; } = "";

    /// <summary>Restricts the app to the members of an administrative unit.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByUnit)]
    [ValidateNotNullOrEmpty]
    public string AdministrativeUnit { get; set; } = "";

    /// <summary>Restricts the app to the mailboxes that match an OPATH filter, such as CustomAttribute1 -eq 'Invoices'.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByFilter)]
    [ValidateNotNullOrEmpty]
    public string RecipientFilter { get; set; } = "";

    /// <summary>Restricts the app to the mailboxes of its application access policies.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPolicy)]
    public SwitchParameter FromPolicy { get; set; }

    /// <summary>Specifies the permissions to grant in the scope, such as Graph/Mail.Read.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] Permission { get; set; } = [];

    /// <summary>
    /// Waits 2 hours after the last change of roles, and then removes the tenant-wide permissions in the same run.
    /// </summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Runs Enable-OrganizationCustomization if the organization has never been customized.</summary>
    [Parameter]
    public SwitchParameter EnableCustomization { get; set; }

    /// <summary>Creates the service principal of the app in Exchange again if its object ID is incorrect.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the changes as a script, and changes nothing.</summary>
    [Parameter(ParameterSetName = ByMailbox)]
    public SwitchParameter AsScript { get; set; }

    /// <summary>A script changes nothing yet.</summary>
    private protected override bool IsChange => !AsScript && base.IsChange;

    private string Target => ParameterSetName switch
    {
        ByMailbox => string.Join(", ", _mailboxes),
        ByChange => string.Join(", ", Add.Select(m => "+" + m.Text).Concat(Remove.Select(m => "-" + m.Text))),
        ByGroup => $"the members of {Group}",
        ByUnit => $"the administrative unit {AdministrativeUnit}",
        ByFilter => _matches,
        _ => "the mailboxes of its policies",
    };

    // A scope contains the mailboxes of all rows, so it's created after the last one.
    private readonly List<(AppReference App, List<string> Mailboxes)> _rows = [];
    private List<string> _mailboxes = [];
    private string _matches = "";

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        if (ParameterSetName != ByMailbox)
        {
            return LimitAsync(App);
        }

        App.Check();
        if (!_rows.Exists(r => r.App.Text == App.Text))
        {
            _rows.Add((App, []));
        }

        var mailboxes = _rows.Find(r => r.App.Text == App.Text).Mailboxes;
        mailboxes.AddRange(Mailbox.Select(m => m.Text).Except(mailboxes, StringComparer.OrdinalIgnoreCase));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        foreach (var (app, mailboxes) in _rows)
        {
            _mailboxes = mailboxes;
            try
            {
                await LimitAsync(app);
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                WriteFailure(e, app.Text);
            }
        }
    }

    private async Task LimitAsync(AppReference reference)
    {
        var permissions = PermissionName.ParseAll(Permission, []);
        var app = await FindAsync(reference);
        if (AsScript)
        {
            WriteObject(await Rehearsal.LimitAsync(ContextInUse, Session, app, _mailboxes, permissions, StopToken));
            return;
        }

        if (ParameterSetName == ByFilter)
        {
            // What the filter matches is shown before anything is changed.
            var matches = await new ScopeResolver(Session, []).MatchesAsync(RecipientFilter, StopToken);
            _matches = $"the {matches.Count} mailboxes that match \"{RecipientFilter}\": "
                + string.Join(", ", matches.Take(Shown).Select(m => m.Address)) + (matches.Count > Shown ? ", ..." : "");
        }

        var loss = IsDryRun && ParameterSetName == ByMailbox
            ? ". " + await ScopePreview.DescribeAsync(Session, app, _mailboxes, StopToken) : "";
        if (!ShouldProcess(app.ToString(), $"Restrict access to {Target}{loss}"))
        {
            return;
        }

        var request = new ScopeRequest
        {
            Mailboxes = [.. _mailboxes],
            Add = [.. Add.Select(m => m.Text)],
            Remove = [.. Remove.Select(m => m.Text)],
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
