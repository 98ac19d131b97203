using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>The management scope of an app, and the roles that are assigned to it for that scope.</summary>
/// <remarks>https://learn.microsoft.com/powershell/module/exchange/new-managementroleassignment</remarks>
/// <param name="session">Signed in with Exchange.ManageAsApp and Organization Management.</param>
/// <param name="facts">The app, with the data that was read about it.</param>
/// <param name="roles">The roles that it should have.</param>
/// <param name="scope">The mailboxes that they should reach.</param>
internal sealed class RoleAssignments(Session session, AppFacts facts, IReadOnlyList<string> roles, ResolvedScope scope)
{
    private readonly string _name = AppFacts.ScopeName(facts.App.ClientId);

    private string Parameter => scope.Unit is null ? "CustomResourceScope" : "RecipientAdministrativeUnitScope";

    private string Value => scope.Unit ?? _name;

    /// <summary>The role assignments of an app.</summary>
    public static async Task<IReadOnlyList<ExchangeObject>> OfAsync(
        Session session, ExchangePrincipal principal, CancellationToken cancellationToken) =>
        [.. (await session.Exchange.GetAsync(
            "Get-ManagementRoleAssignment", new JsonObject { ["RoleAssignee"] = principal.ObjectId },
            cancellationToken).ConfigureAwait(false))
            .Where(a => RoleNames.IsOfApps(a.Text("Role") ?? ""))];

    /// <summary>Whether Exchange has all of it, and nothing else of the app.</summary>
    public async Task<bool> AreThereAsync(CancellationToken cancellationToken)
    {
        var present = await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false);
        return IsScopeThere(await facts.ScopeAsync(cancellationToken).ConfigureAwait(false))
            && Missing(present).Count == 0 && present.All(IsOurs);
    }

    /// <summary>Creates the scope, or changes it to the required one.</summary>
    /// <returns>Whether that was needed, and whether Exchange shows it.</returns>
    public async Task<(bool Changed, bool IsSeen)> EnsureScopeAsync(CancellationToken cancellationToken)
    {
        var present = await facts.ScopeAsync(cancellationToken).ConfigureAwait(false);
        if (IsScopeThere(present))
        {
            return (false, true);
        }

        var action = present is null ? JournalAction.NewManagementScope : JournalAction.SetManagementScope;
        var note = new ChangeNote(action, facts.App.ClientId, _name, present?.Text("RecipientFilter"), scope.Filter);
        await session.ChangeAsync(note, new JsonObject
        {
            [present is null ? "Name" : "Identity"] = _name,
            ["RecipientRestrictionFilter"] = scope.Filter,
        }, cancellationToken).ConfigureAwait(false);
        return (true, await Poll.UntilAsync(session.Wire, "The management scope", async ct =>
        {
            facts.Forget();
            return await facts.ScopeAsync(ct).ConfigureAwait(false) is { } now && IsScopeThere(now) ? now : null;
        }, cancellationToken).ConfigureAwait(false) is not null);
    }

    /// <summary>
    /// Creates the missing assignments. Then removes the same app's assignments with other scopes, because scopes add up.
    /// </summary>
    /// <param name="principal">Exchange's pointer to the app.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether that was needed, and whether Exchange shows it.</returns>
    public async Task<(bool Changed, bool IsSeen)> EnsureAsync(ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var isSeen = true;
        var present = await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false);
        var missing = Missing(present);
        foreach (var role in missing)
        {
            var note = new ChangeNote(JournalAction.NewRoleAssignment, facts.App.ClientId, Value, null, role);
            await session.ChangeAsync(
                note, new JsonObject { ["App"] = principal.ObjectId, ["Role"] = role, [Parameter] = Value },
                cancellationToken).ConfigureAwait(false);
        }

        if (missing.Count > 0)
        {
            var seen = await Poll.UntilAsync(session.Wire, "The role assignments", async ct =>
            {
                var now = await OfAsync(session, principal, ct).ConfigureAwait(false);
                return Missing(now).Count == 0 ? now : null;
            }, cancellationToken).ConfigureAwait(false);
            (present, isSeen) = (seen ?? present, seen is not null);
        }

        var others = present.Where(a => !IsOurs(a) && a.Text("Identity") is not null).ToArray();
        foreach (var other in others)
        {
            await RemoveAsync(session, facts.App, other, cancellationToken).ConfigureAwait(false);
        }

        if (others.Length > 0)
        {
            isSeen &= await session.IsShownAsync("The removal of the role assignments", async ct =>
                (await OfAsync(session, principal, ct).ConfigureAwait(false)).All(IsOurs),
                cancellationToken).ConfigureAwait(false);
        }

        if (missing.Count + others.Length > 0)
        {
            facts.Forget();
        }

        return (missing.Count + others.Length > 0, isSeen);
    }

    /// <summary>Takes a role assignment away.</summary>
    public static Task RemoveAsync(
        Session session, MailAppRegistration app, ExchangeObject assignment, CancellationToken cancellationToken)
    {
        var identity = assignment.Text("Identity");
        return session.ChangeAsync(
            new ChangeNote(JournalAction.RemoveRoleAssignment, app.ClientId, identity ?? "", assignment.Text("Role")),
            new JsonObject { ["Identity"] = identity }, cancellationToken);
    }

    private bool IsScopeThere(ExchangeObject? present) =>
        scope.Filter is null
        || (present?.Text("RecipientFilter") is { } filter && RecipientFilterText.Same(filter, scope.Filter));

    private bool IsOurs(ExchangeObject assignment) => assignment.Is(Value, Parameter);

    private IReadOnlyList<string> Missing(IReadOnlyList<ExchangeObject> present) =>
        [.. roles.Where(r => !present.Any(a => a.Is(r, "Role") && IsOurs(a)))];
}
