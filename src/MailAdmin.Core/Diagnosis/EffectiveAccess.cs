using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
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
    private readonly ServicePrincipalRegistry _registry;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp, Application.Read.All and a role that may read Exchange's
    /// configuration.</param>
    public EffectiveAccess(Session session) => (_session, _registry) = (session, new ServicePrincipalRegistry(session));

    /// <summary>Tests an app against a mailbox.</summary>
    /// <param name="app">The app.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="protocol">Which protocol's answer is the verdict.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer for each protocol.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox.</exception>
    /// <exception cref="ServiceRefusedException">The service said no to a question that everything depends on.</exception>
    /// <exception cref="ConnectionLostException">The service could not be reached.</exception>
    public async Task<MailAppAccessTest> TestAsync(
        MailAppRegistration app, string mailbox, MailProtocol protocol, CancellationToken cancellationToken)
    {
        var found = await MailboxAccessGrants.FindMailboxAsync(_session, mailbox, cancellationToken).ConfigureAwait(false)
            ?? throw MailboxAccessGrants.NoMailbox(mailbox);
        var address = found.Text("PrimarySmtpAddress") ?? mailbox;
        var granted = app.ServicePrincipalObjectId is null ? []
            : (await new AppDirectory(_session).Grants.ReadAsync(
                app.ServicePrincipalObjectId, cancellationToken).ConfigureAwait(false)).Select(g => g.Permission).ToArray();
        var principal = await _registry.FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false);
        var pointer = Pointer(app, principal);
        var policy = await PolicyAsync(app, address, cancellationToken).ConfigureAwait(false);
        var (roles, changed) = pointer.Status == CheckStatus.Passed
            ? await RolesAsync(principal!, address, cancellationToken).ConfigureAwait(false)
            : ([], null);

        var graph = Union(
            [.. granted.Where(RoleNames.ReadsMail)], "Entra grants no permission to read mail over Graph", policy,
            [.. roles.Where(r => RoleNames.ReadsMail(r.Role))], pointer);
        var ews = Union(
            [.. granted.Where(p => p is { Resource: "Exchange", Name: "full_access_as_app" })],
            "Entra does not grant full_access_as_app", policy,
            [.. roles.Where(r => r.Role.Equals(RoleNames.Ews, StringComparison.OrdinalIgnoreCase))], pointer);
        var imap = await ImapAsync(granted, pointer, principal, address, cancellationToken).ConfigureAwait(false);
        return new MailAppAccessTest
        {
            App = app.Name,
            ClientId = app.ClientId,
            Mailbox = address,
            Protocol = protocol,
            Graph = Judge(graph, ConclusiveAfter(app, address, changed, AccessRoute.Graph)),
            Imap = Judge(imap, ConclusiveAfter(app, address, null, AccessRoute.Imap)),
            Ews = Judge(ews, ConclusiveAfter(app, address, changed, AccessRoute.Ews)),
            TestedAt = _session.Wire.Time.GetUtcNow(),
        };
    }

    private sealed record RoleRow(string Role, string Scope, bool? InScope);

    private sealed record Answer(bool? HasAccess, string Cause, IReadOnlyList<MailCheck> Checks);

    private static MailCheck Pointer(MailAppRegistration app, ExchangePrincipal? principal) => principal switch
    {
        null => new MailCheck("ServicePrincipal", CheckStatus.Failed)
        {
            Evidence = "Exchange has no service principal of the app",
            Cause = "Exchange does not know the app.",
            Advice = "Grant-MailboxAccess or Limit-MailApp registers it with the object id of the enterprise application.",
        },
        _ when !ServicePrincipalRegistry.IsRight(principal, app) => new MailCheck("ServicePrincipal", CheckStatus.Failed)
        {
            Evidence = $"Exchange has the object id {principal.ObjectId}; the enterprise application has "
                + $"{app.ServicePrincipalObjectId}",
            Cause = principal.ObjectId.Equals(app.ApplicationObjectId, StringComparison.OrdinalIgnoreCase)
                ? "Exchange knows the app by the object id of the app registration, which is in no token of the app."
                : "Exchange knows the app by an object id that is in no token of the app.",
            Advice = "Grant-MailboxAccess -Force makes the entry anew, with the rights and roles that it had.",
        },
        _ => new MailCheck("ServicePrincipal", CheckStatus.Passed)
        {
            Evidence = $"registered with the object id of the enterprise application, {principal.ObjectId}",
        },
    };

    /// <summary>What the policies say of the mailbox; Skipped when the app has none.</summary>
    private async Task<MailCheck> PolicyAsync(MailAppRegistration app, string address, CancellationToken cancellationToken)
    {
        try
        {
            var policies =
                (await _session.Exchange.GetAsync("Get-ApplicationAccessPolicy", [], cancellationToken).ConfigureAwait(false))
                .Where(p => p.Is(app.ClientId, "AppId") || p.Is("*", "AppId")).ToArray();
            if (policies.Length == 0)
            {
                return new MailCheck("Policy", CheckStatus.Skipped)
                {
                    Evidence = "no application access policy is about the app",
                };
            }

            var names = string.Join(", ", policies.Select(p => $"{p.Text("AccessRight")} '{p.Text("ScopeName")}'"));
            var word =
                (await _session.Exchange.GetAsync(
                    "Test-ApplicationAccessPolicy", new JsonObject { ["Identity"] = address, ["AppId"] = app.ClientId },
                    cancellationToken)
                .ConfigureAwait(false)).FirstOrDefault()?.Text("AccessCheckResult");
            return word?.ToUpperInvariant() switch
            {
                "GRANTED" => new MailCheck("Policy", CheckStatus.Passed) { Evidence = $"{names}: {word}" },
                "DENIED" => new MailCheck("Policy", CheckStatus.Failed)
                {
                    Evidence = $"{names}: {word}",
                    Cause = "An application access policy keeps the app out of this mailbox.",
                    Advice = "Add the mailbox to the policy's group, or limit the app by roles instead (Limit-MailApp).",
                },
                _ => new MailCheck("Policy", CheckStatus.Unknown)
                {
                    Evidence = $"{names}: '{word}'",
                    Cause = "Exchange answered Test-ApplicationAccessPolicy with a word that is neither Granted nor Denied.",
                    Advice = "The answer is translated in some tenants: look at the policies and their groups.",
                },
            };
        }
        catch (ServiceRefusedException e)
        {
            return Refused("Policy", e);
        }
    }

    private async Task<(RoleRow[] Rows, DateTimeOffset? Changed)> RolesAsync(
        ExchangePrincipal principal, string address, CancellationToken cancellationToken)
    {
        var rows = await _session.Exchange.GetAsync(
            "Test-ServicePrincipalAuthorization", new JsonObject { ["Identity"] = principal.ObjectId, ["Resource"] = address },
            cancellationToken).ConfigureAwait(false);
        var objects = rows.Count == 0
            ? []
            : (await new AppScopes(_session).AssignmentsAsync(principal, cancellationToken).ConfigureAwait(false)).ToList();
        foreach (var scope in objects.Select(a => a.Text("CustomResourceScope")).OfType<string>().Distinct().ToArray())
        {
            objects.AddRange(
                await _session.Exchange.GetAsync(
                    "Get-ManagementScope", new JsonObject { ["Identity"] = scope }, cancellationToken).ConfigureAwait(false));
        }

        return ([.. rows.Select(
            r => new RoleRow(r.Text("RoleName") ?? "", r.Text("AllowedResourceScope") ?? "", r.Flag("InScope")))],
            objects.Select(o => o.ChangedAt).Max());
    }

    /// <summary>What Entra grants, restricted by policies, and what Exchange assigns: either is enough.</summary>
    private static Answer Union(MailAppPermission[] granted, string none, MailCheck policy, RoleRow[] roles, MailCheck pointer)
    {
        var checks = new List<MailCheck>
        {
            granted.Length == 0
                ? new MailCheck("Entra", CheckStatus.Failed)
                {
                    Evidence = none,
                    Cause = none + ".",
                    Advice = "A role in Exchange does instead, for some mailboxes only: Limit-MailApp.",
                }
                : new MailCheck("Entra", CheckStatus.Passed)
                {
                    Evidence = $"granted for every mailbox: {string.Join(", ", granted.AsEnumerable())}",
                },
            granted.Length == 0
                ? new MailCheck("Policy", CheckStatus.Skipped)
                {
                    Evidence = "a policy restricts what Entra grants, and it grants nothing",
                }
                : policy,
            pointer,
            pointer.Status != CheckStatus.Passed
                ? new MailCheck("Roles", CheckStatus.Skipped) { Evidence = "roles count for a registered service principal only" }
                : Roles(roles),
        };
        bool? byEntra = granted.Length == 0
            ? false
            : policy.Status switch { CheckStatus.Failed => false, CheckStatus.Unknown => null, _ => true };
        bool? byRole = roles.Any(r => r.InScope == true) ? true : roles.Any(r => r.InScope is null) ? null : false;
        var cause = (byEntra, byRole) switch
        {
            (true, true) =>
                $"Entra grants {string.Join(", ", granted.AsEnumerable())} for every mailbox, so the scope of the roles "
                    + $"limits nothing.",
            (true, _) =>
                $"Entra grants {string.Join(", ", granted.AsEnumerable())} for every "
                    + $"mailbox{(policy.Status == CheckStatus.Passed ? ", and the policies let it" : "")}.",
            (_, true) =>
                $"{roles.First(r => r.InScope == true).Role} reaches the mailbox by the scope "
                    + $"'{roles.First(r => r.InScope == true).Scope}'.",
            (null, _) or (_, null) => "The service's answer can't be read as a yes or a no.",
            _ when granted.Length > 0 => policy.Cause!,
            _ when pointer.Status != CheckStatus.Passed => $"{none}, and no role counts: {pointer.Cause}",
            _ when roles.Length > 0 => $"{none}, and the mailbox is outside the scope of its roles.",
            _ => $"{none}, and Exchange assigns no role.",
        };
        return new Answer(
            byEntra == true || byRole == true ? true : byEntra is null || byRole is null ? null : false, cause, checks);
    }

    private static MailCheck Roles(RoleRow[] roles)
    {
        var evidence = string.Join(
            "; ", roles.Select(
                r => $"{r.Role} in '{r.Scope}': "
                    + $"{(r.InScope is { } inside ? inside ? "in scope" : "out of scope" : "not known")}"));
        return roles.Length == 0
            ? new MailCheck("Roles", CheckStatus.Failed)
            {
                Evidence = "no role",
                Cause = "Exchange assigns the app no role for this.",
            }
            : roles.Any(r => r.InScope == true) ? new MailCheck("Roles", CheckStatus.Passed) { Evidence = evidence }
            : roles.Any(r => r.InScope is null)
                ? new MailCheck("Roles", CheckStatus.Unknown)
                {
                    Evidence = evidence,
                    Cause = "Exchange did not say whether the mailbox is in scope.",
                }
            : new MailCheck("Roles", CheckStatus.Failed)
            {
                Evidence = evidence,
                Cause = "The mailbox is outside the scope of the app's roles.",
                Advice = "Limit-MailApp -Add puts it in; members of a group in the scope's group are not in it.",
            };
    }

    private async Task<Answer> ImapAsync(
        MailAppPermission[] granted, MailCheck pointer, ExchangePrincipal? principal, string address,
        CancellationToken cancellationToken)
    {
        var checks = new List<MailCheck>
        {
            granted.Any(p => p is { Kind: PermissionKind.Application, Resource: "Exchange", Name: "IMAP.AccessAsApp" })
                ? new MailCheck("Entra", CheckStatus.Passed) { Evidence = "Exchange/IMAP.AccessAsApp is granted" }
                : new MailCheck("Entra", CheckStatus.Failed)
                {
                    Evidence = "Exchange/IMAP.AccessAsApp is not granted",
                    Cause = "The app has no permission to use IMAP.",
                    Advice = "Grant-MailAppConsent -ApplicationPermission Exchange/IMAP.AccessAsApp; permissions of Graph do "
                        + "nothing for IMAP.",
                },
            pointer,
            await FullAccessAsync(pointer, principal, address, cancellationToken).ConfigureAwait(false),
            await SwitchAsync(address, cancellationToken).ConfigureAwait(false),
            new("Policy", CheckStatus.Skipped)
            {
                Evidence = "application access policies and roles of Exchange are not asked over IMAP",
            },
        };
        var failed = checks.Find(c => c.Status == CheckStatus.Failed);
        var unknown = checks.Find(c => c.Status == CheckStatus.Unknown);
        return failed is not null ? new Answer(false, failed.Cause!, checks)
            : unknown is not null ? new Answer(null, unknown.Cause ?? "Something could not be read.", checks)
            : new Answer(true, "IMAP.AccessAsApp is granted, and the app has FullAccess to the mailbox.", checks);
    }

    private async Task<MailCheck> FullAccessAsync(
        MailCheck pointer, ExchangePrincipal? principal, string address, CancellationToken cancellationToken)
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
            var rights = await MailboxAccessGrants.ReadAsync(
                _session, address, principal!, cancellationToken).ConfigureAwait(false);
            return rights.Contains(MailboxAccessRight.FullAccess)
                ? new MailCheck("FullAccess", CheckStatus.Passed) { Evidence = $"FullAccess to {address}" }
                : new MailCheck("FullAccess", CheckStatus.Failed)
                {
                    Evidence = rights.Count == 0
                        ? $"no right on {address}"
                        : $"{string.Join(", ", rights)} on {address}, and no FullAccess",
                    Cause = "The app has no FullAccess to the mailbox.",
                    Advice = $"Grant-MailboxAccess -Mailbox {address}",
                };
        }
        catch (ServiceRefusedException e)
        {
            return Refused("FullAccess", e);
        }
    }

    private async Task<MailCheck> SwitchAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            var settings =
                (await _session.Exchange.GetAsync(
                    "Get-CASMailbox", new JsonObject { ["Identity"] = address }, cancellationToken).ConfigureAwait(false))
                    .FirstOrDefault();
            return settings?.Flag("ImapEnabled") switch
            {
                true => new MailCheck("ImapEnabled", CheckStatus.Passed) { Evidence = "IMAP is on for the mailbox" },
                false => new MailCheck("ImapEnabled", CheckStatus.Failed)
                {
                    Evidence = "IMAP is off for the mailbox",
                    Cause = "IMAP is switched off for the mailbox.",
                    Advice = $"Set-CASMailbox {address} -ImapEnabled $true, in Exchange Online PowerShell.",
                },
                null => new MailCheck("ImapEnabled", CheckStatus.Unknown)
                {
                    Cause = "Exchange did not say whether IMAP is on for the mailbox.",
                },
            };
        }
        catch (ServiceRefusedException e)
        {
            return Refused("ImapEnabled", e);
        }
    }

    private static MailCheck Refused(string name, ServiceRefusedException e) => new(name, CheckStatus.Unknown)
    {
        Evidence = $"Exchange answered {e.HttpStatus} {e.Code}",
        Cause = e.Message,
        Advice = e.Advice,
        ServiceMessage = e.Message,
        ServiceCode = e.Code,
        RequestId = e.RequestId,
    };

    /// <summary>
    /// From when on what is configured is what happens: by the journal, or by Exchange's own times; null when nothing is known to
    /// have changed.
    /// </summary>
    private DateTimeOffset? ConclusiveAfter(
        MailAppRegistration app, string address, DateTimeOffset? changed, AccessRoute way) => new[]
    {
        new PropagationTracker(_session.Journal, _session.Wire).Latest(app.ClientId, address, way)?.ConclusiveAfter,
        changed + _session.Wire.Propagation.Roles,
    }.Max();

    private MailAppAccessAnswer Judge(Answer answer, DateTimeOffset? conclusiveAfter)
    {
        var isTooSoon = conclusiveAfter > _session.Wire.Time.GetUtcNow();
        return new MailAppAccessAnswer
        {
            HasAccess = answer.HasAccess,
            Verdict = isTooSoon
                ? Verdict.TooSoonToTell
                : answer.HasAccess switch { true => Verdict.Passed, false => Verdict.Failed, null => Verdict.Unknown },
            Cause = isTooSoon
                ? $"A change is younger than the time the service takes to obey it. As configured: {answer.Cause}"
                : answer.Cause,
            Checks = [.. answer.Checks],
            ConclusiveAfter = isTooSoon ? conclusiveAfter : null,
        };
    }
}
