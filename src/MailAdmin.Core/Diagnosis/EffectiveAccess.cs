using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Finds out whether an app gets into a mailbox, from everything that decides it: grants of Entra, application access policies,
/// role assignments in Exchange, rights on the mailbox, and the switches of its protocols. It reads what is configured; while a
/// change is younger than its propagation, what is configured says nothing about what the service does.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/permissions-exo/application-rbac (grants and roles add up, and the test of roles looks
/// past the cache), https://learn.microsoft.com/graph/auth-limit-mailbox-access (policies restrict what Entra grants, over Graph
/// and EWS alone),
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
/// </remarks>
internal sealed class EffectiveAccess
{
    private readonly Session _session;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp, Application.Read.All and a role that may read Exchange's
    /// configuration.</param>
    public EffectiveAccess(Session session) => _session = session;

    /// <summary>Tests an app against a mailbox.</summary>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="protocol">Which protocol's answer is the verdict.</param>
    /// <returns>The answer for each protocol.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox.</exception>
    /// <exception cref="ServiceRefusedException">The service said no to a question that everything depends on.</exception>
    /// <exception cref="ConnectionLostException">The service could not be reached.</exception>
    public async Task<MailAppAccessTest> TestAsync(
        MailAppRegistration app, string mailbox, MailProtocol protocol, CancellationToken cancellationToken) =>
        await TestAsync(
            new AppFacts(_session, app), await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false),
            protocol, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Tests an app against a mailbox, with what was read of both before.</summary>
    /// <param name="facts">The app, with what was read of it.</param>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="protocol">Which protocol's answer is the verdict.</param>
    /// <param name="rights">The rights on the mailbox, where they were read just now; null to read them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer for each protocol.</returns>
    public async Task<MailAppAccessTest> TestAsync(
        AppFacts facts, ExchangeMailbox mailbox, MailProtocol protocol, IReadOnlyList<MailboxEntry>? rights,
        CancellationToken cancellationToken)
    {
        var (app, address) = (facts.App, mailbox.Address);
        var granted = await facts.PermissionsAsync(cancellationToken).ConfigureAwait(false);
        var principal = await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
        var pointer = AccessChecks.Pointer(app, principal);
        var (forGraph, forEws) = (granted.Where(RoleNames.ReadsMail).ToArray(), granted.Where(IsForEws).ToArray());
        // A policy restricts what Entra grants; where that is nothing, there is nothing to ask about.
        var policy = forGraph.Length + forEws.Length == 0
            ? AccessChecks.NoPolicy
            : await PolicyAsync(facts, address, cancellationToken).ConfigureAwait(false);
        var (roles, changed) = pointer.Status == CheckStatus.Passed
            ? await RolesAsync(facts, principal!, address, cancellationToken).ConfigureAwait(false)
            : ([], null);

        var graph = AccessAnswer.ByGrantOrRole(
            forGraph, "Entra grants no permission to read mail over Graph", policy,
            [.. roles.Where(r => RoleNames.ReadsMail(r.Role))], pointer);
        var ews = AccessAnswer.ByGrantOrRole(
            forEws, "Entra does not grant full_access_as_app", policy,
            [.. roles.Where(r => r.Role.Equals(RoleNames.Ews, StringComparison.OrdinalIgnoreCase))], pointer);
        var imap = AccessAnswer.ByRights(
            granted, pointer, await FullAccessAsync(pointer, principal, address, rights, cancellationToken).ConfigureAwait(false),
            await SwitchAsync(address, cancellationToken).ConfigureAwait(false));
        return new MailAppAccessTest
        {
            App = app.Name,
            ClientId = app.ClientId,
            Mailbox = address,
            MailboxId = mailbox.ObjectId,
            UserPrincipalName = mailbox.UserPrincipalName,
            Protocol = protocol,
            Graph = Judge(graph, ConclusiveAfter(app, address, changed, AccessRoute.Graph)),
            Imap = Judge(imap, ConclusiveAfter(app, address, null, AccessRoute.Imap)),
            Ews = Judge(ews, ConclusiveAfter(app, address, changed, AccessRoute.Ews)),
            TestedAt = _session.Wire.Time.GetUtcNow(),
        };
    }

    private static bool IsForEws(MailAppPermission permission) =>
        permission is { Resource: "Exchange", Name: "full_access_as_app" };

    /// <summary>What the policies say of the mailbox; Skipped when the app has none.</summary>
    private async Task<MailCheck> PolicyAsync(AppFacts facts, string address, CancellationToken cancellationToken)
    {
        try
        {
            var policies = await facts.PoliciesAsync(cancellationToken).ConfigureAwait(false);
            if (policies.Count == 0)
            {
                return new MailCheck("Policy", CheckStatus.Skipped)
                {
                    Evidence = "no application access policy is about the app",
                };
            }

            var names = string.Join(", ", policies.Select(p => $"{p.Text("AccessRight")} '{p.Text("ScopeName")}'"));
            var tested = await _session.Exchange.GetAsync(
                "Test-ApplicationAccessPolicy", new JsonObject { ["Identity"] = address, ["AppId"] = facts.App.ClientId },
                cancellationToken).ConfigureAwait(false);
            return AccessChecks.Policy(names, tested.FirstOrDefault()?.Text("AccessCheckResult"));
        }
        catch (ServiceRefusedException e)
        {
            return AccessChecks.Refused("Policy", e);
        }
    }

    private async Task<(RoleRow[] Rows, DateTimeOffset? Changed)> RolesAsync(
        AppFacts facts, ExchangePrincipal principal, string address, CancellationToken cancellationToken)
    {
        var rows = await _session.Exchange.GetAsync(
            "Test-ServicePrincipalAuthorization", new JsonObject { ["Identity"] = principal.ObjectId, ["Resource"] = address },
            cancellationToken).ConfigureAwait(false);
        var objects = rows.Count == 0 ? [] : (await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false)).ToList();
        foreach (var name in objects.Select(a => a.Text("CustomResourceScope")).OfType<string>().Distinct().ToArray())
        {
            if (await facts.ScopeAsync(name, cancellationToken).ConfigureAwait(false) is { } scope)
            {
                objects.Add(scope);
            }
        }

        return ([.. rows.Select(
            r => new RoleRow(r.Text("RoleName") ?? "", r.Text("AllowedResourceScope") ?? "", r.Flag("InScope")))],
            objects.Select(o => o.ChangedAt).Max());
    }

    private async Task<MailCheck> FullAccessAsync(
        MailCheck pointer, ExchangePrincipal? principal, string address, IReadOnlyList<MailboxEntry>? rights,
        CancellationToken cancellationToken)
    {
        if (pointer.Status != CheckStatus.Passed)
        {
            return new MailCheck("FullAccess", CheckStatus.Skipped)
            {
                Evidence = "a right counts for a registered service principal only",
            };
        }

        try
        {
            var entries = rights
                ?? await MailboxRights.EntriesAsync(_session, [address], cancellationToken).ConfigureAwait(false);
            return AccessChecks.FullAccess(
                address, [.. entries.Where(e => e.IsOf(principal!)).Select(e => e.Right).Distinct().Order()]);
        }
        catch (ServiceRefusedException e)
        {
            return AccessChecks.Refused("FullAccess", e);
        }
    }

    private async Task<MailCheck> SwitchAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            var settings = await _session.Exchange.GetAsync(
                "Get-CASMailbox", new JsonObject { ["Identity"] = address }, cancellationToken).ConfigureAwait(false);
            return AccessChecks.ImapEnabled(address, settings.FirstOrDefault()?.Flag("ImapEnabled"));
        }
        catch (ServiceRefusedException e)
        {
            return AccessChecks.Refused("ImapEnabled", e);
        }
    }

    /// <summary>
    /// From when on what is configured is what happens: by the journal, or by Exchange's own times; null when nothing is known to
    /// have changed.
    /// </summary>
    private DateTimeOffset? ConclusiveAfter(
        MailAppRegistration app, string address, DateTimeOffset? changed, AccessRoute route) => new[]
    {
        new PropagationTracker(_session.Journal, _session.Wire).Latest(app.ClientId, address, route)?.ConclusiveAfter,
        changed + _session.Wire.Propagation.Roles,
    }.Max();

    private MailAppAccessAnswer Judge(AccessAnswer answer, DateTimeOffset? conclusiveAfter)
    {
        var isTooSoon = conclusiveAfter > _session.Wire.Time.GetUtcNow();
        return new MailAppAccessAnswer
        {
            HasAccess = answer.HasAccess,
            Verdict = isTooSoon
                ? Verdict.TooSoonToTell
                : answer.HasAccess switch { true => Verdict.Passed, false => Verdict.Failed, null => Verdict.Unknown },
            Cause = isTooSoon
                ? $"A change is younger than the time the service takes to apply it. As configured: {answer.Cause}"
                : answer.Cause,
            Checks = [.. answer.Checks],
            ConclusiveAfter = isTooSoon ? conclusiveAfter : null,
        };
    }
}
