using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Determines the access of an app to a mailbox from Entra permissions, application access policies, and Exchange roles together.
/// </summary>
/// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac</remarks>
internal sealed class AccessByRoles(
    Session session, AppFacts facts, string address, AccessRemedies to, IReadOnlyList<MailAppPermission> granted,
    MailCheck pointer)
{
    private RoleRow[] _roles = [];
    private IReadOnlyList<ExchangeObject> _assignments = [];
    private MailCheck? _policy;

    /// <summary>The time of the last change to roles or their scopes; null if Exchange doesn't return it.</summary>
    public DateTimeOffset? ChangedAt { get; private set; }

    /// <summary>Whether a role for SMTP counts.</summary>
    public bool IsForSmtp => !granted.Any(p => p.Name == RoleNames.SmtpPermission)
        && Of(r => r.Equals(RoleNames.Smtp, StringComparison.OrdinalIgnoreCase)).Length > 0;

    /// <summary>Reads the roles, their scopes, and when they changed.</summary>
    public async Task ReadAsync(ExchangePrincipal? principal, CancellationToken cancellationToken)
    {
        if (pointer.Status != CheckStatus.Passed)
        {
            return;
        }

        var rows = await session.Exchange.GetAsync(
            "Test-ServicePrincipalAuthorization", new JsonObject { ["Identity"] = principal!.ObjectId, ["Resource"] = address },
            cancellationToken).ConfigureAwait(false);
        _roles = [.. rows.Select(
            r => new RoleRow(r.Text("RoleName") ?? "", r.Text("AllowedResourceScope") ?? "", r.Flag("InScope")))];
        if (_roles.Length == 0)
        {
            return;
        }

        _assignments = await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false);
        var changed = _assignments.Select(a => a.ChangedAt).ToList();
        foreach (var name in _assignments.Select(a => a.Text("CustomResourceScope")).OfType<string>().Distinct())
        {
            changed.Add((await facts.ScopeAsync(name, cancellationToken).ConfigureAwait(false))?.ChangedAt);
        }

        ChangedAt = changed.Max();
    }

    /// <summary>The roles that a purpose is allowed by.</summary>
    public RoleRow[] Of(Func<string, bool> isMeant) => [.. _roles.Where(r => isMeant(r.Role))];

    /// <summary>Returns the result for a purpose.</summary>
    public async Task<AccessAnswer> OfAsync(AccessPurpose purpose, CancellationToken cancellationToken)
    {
        MailAppPermission[] allowing = [.. granted.Where(purpose.IsGranted)];
        var roles = Of(purpose.IsOfRole);
        // A policy restricts Entra permissions. Without any, policies aren't read.
        var policy = allowing.Length == 0 ? AccessChecks.NoPolicy
            : _policy ??= await PolicyAsync(cancellationToken).ConfigureAwait(false);
        var others = granted.Where(p => p.Kind == PermissionKind.Application && !purpose.IsGranted(p)).Select(p => $"{p}")
            .Concat(_roles.Where(r => r.InScope == true && !purpose.IsOfRole(r.Role)).Select(r => r.Role)).ToArray();
        return AccessAnswer.ByGrantOrRole(
            purpose, allowing, policy,
            pointer.Status == CheckStatus.Passed
                ? await CheckAsync(roles, purpose.Permission, cancellationToken).ConfigureAwait(false) : AccessChecks.NoRoles,
            Array.Find(roles, r => r.InScope == true),
            pointer.Reason == MailCheckReason.WrongObjectId
                ? pointer with { Remedy = to.RepairRoles() } : pointer,
            AccessChecks.Missing(
                purpose, others.Length == 0 ? null : $"Its roles are for something else: {string.Join(", ", others)}.",
                purpose.Permission, MissingRemedy(purpose.Permission)));
    }

    /// <summary>Returns the missing role: in the app's own scope, or in addition to roles with other scopes.</summary>
    public Remedy? MissingRemedy(string? permission) => permission is null ? null
        : _assignments.All(a => a.Is(AppFacts.ScopeName(facts.App.ClientId), "CustomResourceScope"))
            ? to.Role(permission) : to.RoleBeside(permission);

    /// <summary>Whether the roles reach the mailbox.</summary>
    /// <param name="roles">The roles.</param>
    /// <param name="permission">The permission that they replace, for the next step; null for none.</param>
    public async Task<MailCheck> CheckAsync(RoleRow[] roles, string? permission, CancellationToken cancellationToken)
    {
        var assignment = _assignments.FirstOrDefault(a => roles.Any(r => a.Is(r.Role, "Role")));
        if (assignment is null || permission is null || AccessChecks.AnyInScope(roles) != false)
        {
            return AccessChecks.Roles(roles, null);
        }

        var filter = assignment.Text("CustomResourceScope") is { Length: > 0 } name
            ? facts.KnownScope(name)?.Text("RecipientFilter") : null;
        // A dynamic group has no direct members, so the scope is empty, and a list of mailboxes doesn't remove access.
        var isDynamic = assignment.Text("RecipientGroupScope") is { Length: > 0 } group
            && (await session.Exchange.GetAsync(
                "Get-Recipient", new JsonObject { ["Identity"] = group }, cancellationToken).ConfigureAwait(false))
                .FirstOrDefault()?.Text("RecipientTypeDetails")?.Contains("Dynamic", StringComparison.OrdinalIgnoreCase) == true;
        return AccessChecks.Roles(roles, isDynamic ? to.OnlyRole(permission) : to.Scope(assignment, filter, permission));
    }

    /// <summary>Returns the result of the policies for the mailbox; Skipped if the app has none.</summary>
    private async Task<MailCheck> PolicyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var policies = await facts.PoliciesAsync(cancellationToken).ConfigureAwait(false);
            if (policies.Count == 0)
            {
                return new MailCheck("Policy", CheckStatus.Skipped)
                {
                    Evidence = "no application access policy applies to the app",
                };
            }

            var names = string.Join(", ", policies.Select(p => $"{p.Text("AccessRight")} '{p.Text("ScopeName")}'"));
            var tested = await session.Exchange.GetAsync(
                "Test-ApplicationAccessPolicy", new JsonObject { ["Identity"] = address, ["AppId"] = facts.App.ClientId },
                cancellationToken).ConfigureAwait(false);
            var word = tested.FirstOrDefault()?.Text("AccessCheckResult");
            var (isDeny, remedy) = "DENIED".Equals(word, StringComparison.OrdinalIgnoreCase)
                ? await RemedyAsync(policies, cancellationToken).ConfigureAwait(false) : default;
            return AccessChecks.Policy(names, word, isDeny, remedy);
        }
        catch (ServiceRefusedException e)
        {
            return AccessChecks.Refused("Policy", e);
        }
    }

    /// <summary>
    /// Returns the policy that determines access: one that denies the mailbox, otherwise those that restrict the app to other
    /// mailboxes. A group is extended by its members; a policy for one mailbox requires an additional one.
    /// </summary>
    /// <remarks>
    /// https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy (deny before restrict)
    /// </remarks>
    private async Task<(bool IsDeny, Remedy? Remedy)> RemedyAsync(
        IReadOnlyList<ExchangeObject> policies, CancellationToken cancellationToken)
    {
        var self = (await session.FindMailboxAsync(address, cancellationToken).ConfigureAwait(false))!;
        var restricting = new List<(string Scope, bool IsGroup)>();
        foreach (var policy in policies)
        {
            var scope = policy.Text("ScopeName") ?? "";
            var isDeny = policy.Is("DenyAccess", "AccessRight");
            var one = await session.FindMailboxAsync(scope, cancellationToken).ConfigureAwait(false);
            if (isDeny && one is not null && one.Is(self.Address))
            {
                return (true, to.EndOfPolicy(scope));
            }

            if (isDeny && one is null && await IsInAsync(scope, self, cancellationToken).ConfigureAwait(false))
            {
                return (true, to.Leave(scope));
            }

            if (!isDeny)
            {
                restricting.Add((scope, one is null));
            }
        }

        return restricting.FirstOrDefault(r => r.IsGroup) is { Scope.Length: > 0 } group
            ? (false, to.Join(group.Scope)) : (false, to.Policy());
    }

    private async Task<bool> IsInAsync(string group, ExchangeMailbox mailbox, CancellationToken cancellationToken) =>
        (await session.Exchange.GetAsync(
            "Get-DistributionGroupMember",
            new JsonObject { ["Identity"] = group, ["ResultSize"] = ExchangeAdmin.Unlimited },
            cancellationToken).ConfigureAwait(false)).Any(m => m.Text("PrimarySmtpAddress") is { } a && mailbox.Is(a));
}
