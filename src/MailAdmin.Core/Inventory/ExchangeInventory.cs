using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Inventory;

/// <summary>A role that Exchange assigned to an app.</summary>
/// <param name="AppId">Client ID of the app.</param>
/// <param name="Reach">The reach of the access.</param>
/// <param name="Scope">The scope, in words.</param>
/// <param name="Mailboxes">The mailboxes, where they can be listed.</param>
internal sealed record RoleGrant(string AppId, string Role, MailReach Reach, string Scope, string[]? Mailboxes);

/// <summary>An application access policy.</summary>
/// <param name="AppId">Client ID of the app; "*" for all.</param>
/// <param name="IsDeny">Whether it keeps the app out of its mailboxes, and not out of all others.</param>
/// <param name="Scope">The group or mailbox.</param>
/// <param name="Mailboxes">Its mailboxes, where they can be listed.</param>
internal sealed record PolicyGrant(string AppId, bool IsDeny, string Scope, string[]? Mailboxes)
{
    public bool IsAbout(string clientId) => AppId == "*" || AppId.Equals(clientId, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Represents Exchange's data about apps and mail. A part is null if it can't be read, which isn't the same as empty.
/// </summary>
internal sealed record ExchangeInventory
{
    public IReadOnlyList<ExchangePrincipal>? Principals { get; private init; }

    public IReadOnlyList<RoleGrant>? Roles { get; private init; }

    public IReadOnlyList<PolicyGrant>? Policies { get; private init; }

    public IReadOnlyList<MailboxEntry>? Rights { get; private init; }

    public RecipientSets? Recipients { get; private init; }

    /// <summary>Why parts couldn't be read, a sentence each.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>Reads what it may.</summary>
    /// <param name="withRights">Whether the rights on mailboxes are read, which takes two requests for ten mailboxes.</param>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public static async Task<ExchangeInventory> ReadAsync(Session session, bool withRights, CancellationToken cancellationToken)
    {
        var unknown = new List<string>();
        async Task<IReadOnlyList<T>?> TryAsync<T>(string what, Func<Task<IReadOnlyList<T>>> read)
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (ServiceRefusedException e)
            {
                unknown.Add($"Unknown: {what}. {e.Message}");
                return null;
            }
        }

        Task<IReadOnlyList<ExchangeObject>?> GetAsync(string what, string cmdlet) =>
            TryAsync(what, () => session.Exchange.GetAsync(cmdlet, [], cancellationToken));

        var principals = await TryAsync(
            "service principals in Exchange",
            () => new ServicePrincipalRegistry(session).AllAsync(cancellationToken)).ConfigureAwait(false);
        var mailboxes = await TryAsync("mailboxes", () => session.Exchange.GetAsync(
            "Get-Mailbox", new JsonObject { ["ResultSize"] = ExchangeAdmin.Unlimited }, cancellationToken)).ConfigureAwait(false);
        var assignments = await GetAsync(
            "role assignments in Exchange", "Get-ManagementRoleAssignment").ConfigureAwait(false);
        var scopes = assignments is null ? null : await GetAsync("scopes of roles", "Get-ManagementScope").ConfigureAwait(false);
        var policies = await GetAsync("application access policies", "Get-ApplicationAccessPolicy").ConfigureAwait(false);

        var sets = new RecipientSets(session, mailboxes ?? []);
        var roles = assignments?.Where(a => RoleNames.IsOfApps(a.Text("Role") ?? "") && a.Flag("Enabled") != false).ToArray();
        await LoadAsync(sets, roles ?? [], scopes ?? [], policies ?? [], cancellationToken).ConfigureAwait(false);
        IReadOnlyList<MailboxEntry>? rights = null;
        if (withRights && principals is not null && mailboxes is not null)
        {
            rights = principals.Count == 0
                ? []
                : await TryAsync(
                    "mailbox permissions of apps", () => RightsAsync(session, sets.All, cancellationToken)).ConfigureAwait(false);
        }
        else if (!withRights)
        {
            unknown.Add("Unknown: mailbox permissions of apps (FullAccess, SendAs). They weren't requested.");
        }

        return new ExchangeInventory
        {
            Principals = principals,
            Roles = roles is null || principals is null ? null
                : [.. roles.SelectMany(
                    a => principals.Where(p => IsOf(a, p)).Take(1).Select(p => Describe(p.AppId, a, scopes ?? [], sets)))],
            Policies = policies is null ? null : [.. policies.Select(p => Describe(p, sets))],
            Rights = rights,
            Recipients = mailboxes is null ? null : sets,
            Unknown = [.. unknown, .. sets.Unknown],
        };
    }

    /// <summary>
    /// Reads mailbox permissions. Exchange has no list of them for the whole tenant, so they are read mailbox by mailbox, with
    /// progress.
    /// </summary>
    private static async Task<IReadOnlyList<MailboxEntry>> RightsAsync(
        Session session, IReadOnlyList<string> mailboxes, CancellationToken cancellationToken)
    {
        var all = new List<MailboxEntry>();
        foreach (var some in mailboxes.Chunk(MailboxRights.Together)
            .Select((chunk, i) => (Chunk: chunk, Before: i * MailboxRights.Together)))
        {
            VerboseLog.Write($"Reading mailbox permissions: {some.Before} of {mailboxes.Count} mailboxes.");
            all.AddRange(await MailboxRights.EntriesAsync(session, some.Chunk, cancellationToken).ConfigureAwait(false));
        }

        return all;
    }

    private static bool IsOf(ExchangeObject assignment, ExchangePrincipal principal) =>
        new[] { "RoleAssignee", "RoleAssigneeName" }.Select(assignment.Text).OfType<string>().Any(principal.Names.Contains);

    private static Task LoadAsync(
        RecipientSets sets, IReadOnlyList<ExchangeObject> roles, IReadOnlyList<ExchangeObject> scopes,
        IReadOnlyList<ExchangeObject> policies, CancellationToken cancellationToken)
    {
        var used = roles.Select(r => r.Text("CustomResourceScope")).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        return sets.LoadAsync(
            scopes.Where(s => used.Contains(s.Text("Name") ?? "")).Select(s => s.Text("RecipientFilter")).OfType<string>(),
            roles.Select(r => r.Text("RecipientGroupScope")).OfType<string>().Where(g => g.Length > 0),
            policies.Select(p => p.Text("ScopeName")).OfType<string>().Where(name => sets.AddressOf(name) is null),
            cancellationToken);
    }

    private static RoleGrant Describe(
        string appId, ExchangeObject assignment, IReadOnlyList<ExchangeObject> scopes, RecipientSets sets)
    {
        var role = assignment.Text("Role") ?? "";
        if (assignment.Text("CustomResourceScope") is { Length: > 0 } name)
        {
            var filter = scopes.FirstOrDefault(s => s.Is(name, "Name", "Identity"))?.Text("RecipientFilter");
            return new(appId, role, MailReach.Mailboxes,
                filter is null || RecipientFilterText.MailboxesIn(filter) is not null
                    ? $"scope '{name}'"
                    : $"scope '{name}': {filter}",
                filter is null ? null : sets.OfFilter(filter));
        }

        return (assignment.Text("RecipientGroupScope"), assignment.Text("RecipientAdministrativeUnitScope"),
            assignment.Text("RecipientWriteScope")) switch
        {
            ({ Length: > 0 } group, _, _) =>
                new(appId, role, MailReach.Mailboxes, $"direct members of the group '{group}'", sets.OfGroup(group)),
            (_, { Length: > 0 } unit, _) => new(appId, role, MailReach.Mailboxes, $"the administrative unit {unit}", null),
            (_, _, "Organization") => new(appId, role, MailReach.TenantWide, "all mailboxes, because the role has no "
                + "scope", null),
            var (_, _, kind) => new(appId, role, MailReach.Unknown, $"a scope of an unknown kind ('{kind}')", null),
        };
    }

    private static PolicyGrant Describe(ExchangeObject policy, RecipientSets sets)
    {
        var scope = policy.Text("ScopeName") ?? "";
        // A policy whose access right can't be read is treated as DenyAccess, which doesn't restrict access to other mailboxes.
        return new PolicyGrant(
            policy.Text("AppId") ?? "", !policy.Is("RestrictAccess", "AccessRight"), scope,
            sets.AddressOf(scope) is { } address ? [address] : sets.OfNestedGroup(scope));
    }
}
