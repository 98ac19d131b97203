using System.Collections.Frozen;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Journal;

// The table: one row for each thing that is noted.
internal sealed partial record JournalAction
{
    private static readonly Func<PropagationTimes, TimeSpan> Directory = times => times.Directory,
        Tokens = times => times.Tokens, Roles = times => times.Roles, Permissions = times => times.Permissions;

    /// <summary>Apps in Entra.</summary>
    public static readonly JournalAction
        RegisterApp = new("Register app", ChangeSubject.Nothing),
        NewApp = new("New app", ChangeSubject.App) { SignIn = Directory },
        ChangeApp = new("Change app", ChangeSubject.App) { SignIn = Directory },
        RemoveApp = new("Remove app", ChangeSubject.App, LetsIn: false),
        AdoptApp = new("Adopt app", ChangeSubject.Nothing),
        AcceptControl = new("Accept access", ChangeSubject.Nothing),
        AddOwner = new("Add owner", ChangeSubject.App),
        RemoveOwner = new("Remove owner", ChangeSubject.App, LetsIn: false),
        NewEnterpriseApp = new("New enterprise application", ChangeSubject.App) { SignIn = Directory },
        ChangeEnterpriseApp = new("Change enterprise application", ChangeSubject.App),
        ChangeAssignment = new("Change assignment", ChangeSubject.Assignment),
        AssignUser = new("Assign user", ChangeSubject.Assignment);

    /// <summary>Credentials of apps.</summary>
    public static readonly JournalAction
        NewSecret = new("New secret", ChangeSubject.Credential) { SignIn = Directory },
        NewCertificate = new("New certificate", ChangeSubject.Credential) { SignIn = Directory },
        RemoveSecret = new("Remove secret", ChangeSubject.Credential, LetsIn: false),
        RemoveCertificate = new("Remove certificate", ChangeSubject.Credential, LetsIn: false),
        RemoveFederatedCredential = new("Remove federated credential", ChangeSubject.Credential, LetsIn: false),
        LoseSecret = new("Lose secret", ChangeSubject.Nothing),
        ProveCredential = new("Prove credential", ChangeSubject.Nothing),
        StoreSecret = new("Store secret", ChangeSubject.Nothing);

    /// <summary>Grants and consent in Entra.</summary>
    /// <remarks>
    /// A new permission is in the next token after it has replicated in Entra. Existing tokens keep a removed permission.
    /// </remarks>
    public static readonly JournalAction
        GrantPermission = new("Grant permission", ChangeSubject.Grant) { Graph = Directory, Imap = Directory },
        RevokePermission = new("Revoke permission", ChangeSubject.Grant, LetsIn: false) { Graph = Tokens, Imap = Tokens },
        ChangeConsentWorkflow = new("Change consent workflow", ChangeSubject.Tenant);

    /// <summary>Changes to Exchange data about an app.</summary>
    public static readonly JournalAction
        NewServicePrincipal = new("New-ServicePrincipal", ChangeSubject.ExchangeApp) { Graph = Roles, Imap = Permissions },
        RemoveServicePrincipal =
            new("Remove-ServicePrincipal", ChangeSubject.ExchangeApp, LetsIn: false) { Graph = Roles, Imap = Permissions },
        NewManagementScope = new("New-ManagementScope", ChangeSubject.ExchangeApp) { Graph = Roles },
        SetManagementScope = new("Set-ManagementScope", ChangeSubject.ExchangeApp) { Graph = Roles },
        RemoveManagementScope = new("Remove-ManagementScope", ChangeSubject.ExchangeApp, LetsIn: false) { Graph = Roles },
        NewRoleAssignment = new("New-ManagementRoleAssignment", ChangeSubject.ExchangeApp) { Graph = Roles },
        RemoveRoleAssignment =
            new("Remove-ManagementRoleAssignment", ChangeSubject.ExchangeApp, LetsIn: false) { Graph = Roles },
        FindRoleAssignments = new("Find role assignments", ChangeSubject.ExchangeApp) { Graph = Roles },
        NewAccessPolicy = new("New-ApplicationAccessPolicy", ChangeSubject.ExchangeApp, LetsIn: false) { Graph = Roles },
        RemoveAccessPolicy = new("Remove-ApplicationAccessPolicy", ChangeSubject.ExchangeApp) { Graph = Roles },
        NewGroup = new("New-DistributionGroup", ChangeSubject.Tenant),
        RemoveGroup = new("Remove-DistributionGroup", ChangeSubject.Tenant, LetsIn: false),
        AddGroupMember = new("Add-DistributionGroupMember", ChangeSubject.ExchangeApp) { Graph = Roles },
        // Of a group in a DenyAccess policy: the app can't access its members.
        RemoveGroupMember = new("Remove-DistributionGroupMember", ChangeSubject.ExchangeApp) { Graph = Roles },
        RepairServicePrincipal = new("Repair service principal", ChangeSubject.Nothing),
        RepairedServicePrincipal = new("Repaired service principal", ChangeSubject.Nothing),
        CustomizeOrganization = new("Enable-OrganizationCustomization", ChangeSubject.Tenant);

    /// <summary>Mailboxes.</summary>
    public static readonly JournalAction
        AddMailboxPermission = new("Add-MailboxPermission", ChangeSubject.MailboxRight) { Imap = Permissions },
        RemoveMailboxPermission =
            new("Remove-MailboxPermission", ChangeSubject.MailboxRight, LetsIn: false) { Imap = Permissions },
        AddRecipientPermission = new("Add-RecipientPermission", ChangeSubject.MailboxRight),
        RemoveRecipientPermission = new("Remove-RecipientPermission", ChangeSubject.MailboxRight, LetsIn: false),
        SetProtocols = new("Set-CASMailbox", ChangeSubject.MailboxSetting) { Imap = Permissions },
        SetRegion = new("Set-MailboxRegionalConfiguration", ChangeSubject.MailboxSetting);

    /// <summary>Records that an app was verified.</summary>
    public static readonly JournalAction Proved = new("Prove app", ChangeSubject.Nothing);

    /// <summary>Records that a test found a difference between access and configuration, and that it ended.</summary>
    public static readonly JournalAction
        FindDifference = new("Find difference", ChangeSubject.Nothing),
        EndDifference = new("End difference", ChangeSubject.Nothing);

    /// <summary>Every action.</summary>
    public static IReadOnlyList<JournalAction> All { get; } =
    [
        RegisterApp, NewApp, ChangeApp, RemoveApp, AdoptApp, AcceptControl, AddOwner, RemoveOwner,
        NewEnterpriseApp, ChangeEnterpriseApp, ChangeAssignment, AssignUser,
        NewSecret, NewCertificate, RemoveSecret, RemoveCertificate, RemoveFederatedCredential, LoseSecret,
        ProveCredential, StoreSecret,
        GrantPermission, RevokePermission, ChangeConsentWorkflow,
        NewServicePrincipal, RemoveServicePrincipal, NewManagementScope, SetManagementScope, RemoveManagementScope,
        NewRoleAssignment, RemoveRoleAssignment, FindRoleAssignments, NewAccessPolicy, RemoveAccessPolicy,
        NewGroup, RemoveGroup, AddGroupMember, RemoveGroupMember, RepairServicePrincipal, RepairedServicePrincipal,
        CustomizeOrganization,
        AddMailboxPermission, RemoveMailboxPermission, AddRecipientPermission, RemoveRecipientPermission, SetProtocols, SetRegion,
        Proved, FindDifference, EndDifference,
    ];

    private static readonly FrozenDictionary<string, JournalAction> ByName =
        All.ToFrozenDictionary(action => action.Name, StringComparer.Ordinal);
}
