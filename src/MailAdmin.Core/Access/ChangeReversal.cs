using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Writes the reverse of changes as a script of Microsoft Graph PowerShell and ExchangeOnlineManagement, from what the tenant has
/// now. The journal says only what to look up: names and IDs in commands are the tenant's own, and values are of a closed list.
/// Nothing is carried out.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/microsoft.graph.applications,
/// https://learn.microsoft.com/powershell/exchange/exchange-online-powershell
/// </remarks>
/// <param name="session">Signed in with Application.Read.All and a role that reads Exchange's configuration.</param>
/// <param name="tenant">The tenant, for the first line.</param>
internal sealed partial class ChangeReversal(Session session, string tenant)
{
    private readonly AppLookup _apps = new(session);
    private readonly ResourceCatalog _catalog = new(session);

    /// <summary>The function that finds the reverse of each action. Other actions have none.</summary>
    private Dictionary<JournalAction, Func<MailAdminChange, CancellationToken, Task<string[]>>> Rows => new()
    {
        [JournalAction.NewApp] = RemoveAppAsync,
        [JournalAction.NewEnterpriseApp] = RemoveEnterpriseAppAsync,
        [JournalAction.RemoveApp] = RestoreAppAsync,
        [JournalAction.ChangeEnterpriseApp] = SwitchAppAsync,
        [JournalAction.NewSecret] = RemoveCredentialAsync,
        [JournalAction.NewCertificate] = RemoveCredentialAsync,
        [JournalAction.GrantPermission] = RevokeAsync,
        [JournalAction.RevokePermission] = GrantAsync,
        [JournalAction.NewServicePrincipal] = RemovePrincipalAsync,
        [JournalAction.RemoveServicePrincipal] = NewPrincipalAsync,
        [JournalAction.NewManagementScope] = RemoveScopeAsync,
        [JournalAction.SetManagementScope] = SetScopeAsync,
        [JournalAction.RemoveManagementScope] = SetScopeAsync,
        [JournalAction.NewRoleAssignment] = RemoveAssignmentAsync,
        [JournalAction.RemoveRoleAssignment] = NewAssignmentAsync,
        [JournalAction.NewAccessPolicy] = RemovePolicyAsync,
        [JournalAction.RemoveAccessPolicy] = NewPolicyAsync,
        [JournalAction.NewGroup] = RemoveGroupAsync,
        [JournalAction.AddGroupMember] = MemberAsync,
        [JournalAction.RemoveGroupMember] = MemberAsync,
        [JournalAction.AddMailboxPermission] = RightAsync,
        [JournalAction.RemoveMailboxPermission] = RightAsync,
        [JournalAction.AddRecipientPermission] = RightAsync,
        [JournalAction.RemoveRecipientPermission] = RightAsync,
        [JournalAction.SetProtocols] = ProtocolsAsync,
        [JournalAction.SetRegion] = RegionAsync,
    };

    /// <summary>Writes the script: the latest change first.</summary>
    /// <param name="changes">The changes, oldest first.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The service refused to let the tenant be read.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<string> WriteAsync(IReadOnlyList<MailAdminChange> changes, CancellationToken cancellationToken)
    {
        var rows = Rows;
        List<string> lines =
        [
            "#Requires -Modules Microsoft.Graph.Applications, Microsoft.Graph.Identity.SignIns, ExchangeOnlineManagement",
            Comment($"Reverses changes in {tenant}, from what the tenant has now. Nothing was run."),
            "# Review them, and run them in a session that is signed in to Microsoft Graph and Exchange Online:",
            "#   Connect-MgGraph -Scopes Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All, "
                + "DelegatedPermissionGrant.ReadWrite.All",
            "#   Connect-ExchangeOnline",
            "$ErrorActionPreference = 'Stop'",
        ];
        foreach (var change in changes.Reverse())
        {
            lines.Add("");
            lines.Add(Comment(
                $"{change.Number}. {UtcText.Seconds(change.At)}, {change.Account}: {change.Action} {change.Target} "
                    + $"({change.After ?? change.Before ?? "no value"})"));
            lines.AddRange(JournalAction.Of(change) is { } action && rows.TryGetValue(action, out var write)
                ? await write(change, cancellationToken).ConfigureAwait(false)
                : Nothing(WhyNot(JournalAction.Of(change))));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string WhyNot(JournalAction? action) => action switch
    {
        null => "This version doesn't know the action.",
        { About: ChangeSubject.Nothing } => "Nothing was changed, so there is nothing to reverse.",
        { About: ChangeSubject.Credential } => "A removed credential can't be restored. To create another one, run "
            + "New-MailAppSecret or New-MailAppCertificate.",
        _ => "A script can't reverse it.",
    };

    private static string[] Nothing(string why) => [Comment(why)];

    /// <summary>A comment: no text of a journal or a tenant can begin a line of its own.</summary>
    private static string Comment(string text) =>
        $"# {string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c))}";

    private static string Quote(string text) => CommandText.Of(text);

    /// <summary>Continues with the app of a change as the tenant has it.</summary>
    private async Task<string[]> WithAppAsync(
        MailAdminChange change, Func<MailAppRegistration, Task<string[]>> write, CancellationToken cancellationToken) =>
        Guid.TryParse(change.ClientId, out var id)
        && await _apps.FindAsync(id.ToString(), cancellationToken).ConfigureAwait(false) is { } app
            ? await write(app).ConfigureAwait(false) : Nothing("The tenant doesn't have the app now.");

    private Task<string[]> RemoveAppAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: app => Task.FromResult<string[]>(app switch
        {
            { ApplicationObjectId: { } id } =>
            [
                Comment($"Removes {app.Name} with its credentials and permissions. It can be restored for 30 days."),
                $"Remove-MgApplication -ApplicationId {id}",
            ],
            _ => Nothing("The tenant doesn't have the app registration now."),
        }));

    private Task<string[]> RemoveEnterpriseAppAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: app => Task.FromResult<string[]>(app switch
        {
            { ServicePrincipalObjectId: null } => Nothing("The tenant doesn't have the service principal now."),
            { ApplicationObjectId: not null } => Nothing("The service principal is removed with the app registration."),
            _ => [$"Remove-MgServicePrincipal -ServicePrincipalId {app.ServicePrincipalObjectId}"],
        }));

    /// <summary>https://learn.microsoft.com/graph/api/directory-deleteditems-restore</summary>
    private async Task<string[]> RestoreAppAsync(MailAdminChange change, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(change.ClientId, out var id))
        {
            return Nothing("The journal doesn't name the app.");
        }

        return await _apps.FindAsync(id.ToString(), cancellationToken).ConfigureAwait(false) is not null
            ? Nothing("The tenant has the app.")
            :
            [
                Comment("A removed app can be restored for 30 days. Its permissions in Entra and Exchange aren't restored."),
                $"Get-MgDirectoryDeletedItemAsApplication -All | Where-Object AppId -EQ {id} |",
                "    ForEach-Object { Restore-MgDirectoryDeletedItem -DirectoryObjectId $_.Id }",
            ];
    }

    private Task<string[]> SwitchAppAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: app => Task.FromResult<string[]>(
            change.Before is not ("enabled" or "disabled") ? Nothing("A script can't reverse it.")
            : app.ServicePrincipalObjectId is not { } id ? Nothing("The tenant doesn't have the service principal now.")
            :
            [
                $"Update-MgServicePrincipal -ServicePrincipalId {id} "
                    + $"-BodyParameter @{{ accountEnabled = ${(change.Before == "enabled" ? "true" : "false")} }}",
            ]));

    private Task<string[]> RemoveCredentialAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
        {
            if (app.ApplicationObjectId is not { } id || !Guid.TryParse((change.After ?? "").Split(' ')[0], out var keyId))
            {
                return Nothing("The credential can't be identified.");
            }

            var now = await session.CallGraphAsync(g => g.Applications[id].GetAsync(
                r => r.QueryParameters.Select = ["id", "passwordCredentials", "keyCredentials"], cancellationToken))
                .ConfigureAwait(false);
            return now?.PasswordCredentials?.Any(c => c.KeyId == keyId) == true
                ? [$"Remove-MgApplicationPassword -ApplicationId {id} -BodyParameter @{{ keyId = '{keyId}' }}"]
                : now?.KeyCredentials?.Any(c => c.KeyId == keyId) != true ? Nothing("The app doesn't have the credential now.")
                :
                [
                    $"$keys = (Get-MgApplication -ApplicationId {id}).KeyCredentials | Where-Object KeyId -NE {keyId}",
                    $"Update-MgApplication -ApplicationId {id} -BodyParameter @{{ keyCredentials = @($keys) }}",
                ];
        });
}
