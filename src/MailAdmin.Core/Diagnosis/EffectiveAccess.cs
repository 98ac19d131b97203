// Longer than 250 lines: all that is read for one answer, protocol by protocol.
using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Determines whether an app can access a mailbox from all configuration: Entra permissions, application access policies,
/// Exchange role assignments, mailbox permissions, and protocol settings. It reads the configuration. Until a change has
/// propagated, the configuration isn't conclusive.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/permissions-exo/application-rbac (permissions and roles add up, and the test of roles
/// doesn't use the cache), https://learn.microsoft.com/graph/auth-limit-mailbox-access (policies restrict Entra permissions, only
/// over Graph and EWS),
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
/// </remarks>
internal sealed class EffectiveAccess
{
    private readonly Session _session;

    /// <summary>Works with a session.</summary>
    /// <param name="session">
    /// Signed in with Exchange.ManageAsApp, Application.Read.All, and a role that can read Exchange's configuration.
    /// </param>
    public EffectiveAccess(Session session) => _session = session;

    /// <summary>Tests an app against a mailbox.</summary>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <param name="protocol">Which protocol's answer is the verdict.</param>
    /// <returns>The answer for each protocol.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">The service refused a request that the result depends on.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<MailAppAccessTest> TestAsync(
        MailAppRegistration app, string mailbox, MailProtocol protocol, CancellationToken cancellationToken) =>
        await TestAsync(
            new AppFacts(_session, app), await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false),
            protocol, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Tests an app against a mailbox, with data that was already read.</summary>
    /// <param name="facts">The app, with the data that was read about it.</param>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="protocol">Which protocol's answer is the verdict.</param>
    /// <param name="rights">The rights on the mailbox, where they were read just now; null to read them.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The answer for each protocol.</returns>
    public async Task<MailAppAccessTest> TestAsync(
        AppFacts facts, ExchangeMailbox mailbox, MailProtocol protocol, IReadOnlyList<MailboxEntry>? rights,
        CancellationToken cancellationToken)
    {
        var (app, address) = (facts.App, mailbox.Address);
        var to = new AccessRemedies(app.ClientId, address, mailbox.ObjectId);
        var state = Deep ? await AppState.CheckAsync(_session, app, to, cancellationToken).ConfigureAwait(false) : null;
        var granted = await facts.PermissionsAsync(cancellationToken).ConfigureAwait(false);
        var principal = await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
        var pointer = AccessChecks.Pointer(app, principal, to.Right(MailboxAccessRight.FullAccess), to.Repair());
        var sender = AccessChecks.Pointer(app, principal, to.Right(MailboxAccessRight.SendAs), to.Repair());
        var forRoles = new AccessByRoles(_session, facts, address, to, granted, pointer);
        await forRoles.ReadAsync(principal, cancellationToken).ConfigureAwait(false);
        var graph = await forRoles.OfAsync(AccessPurpose.Read, cancellationToken).ConfigureAwait(false);
        var send = await forRoles.OfAsync(AccessPurpose.Send, cancellationToken).ConfigureAwait(false);
        var ews = await forRoles.OfAsync(AccessPurpose.Ews, cancellationToken).ConfigureAwait(false);
        if (Deep && ews.HasAccess == true)
        {
            ews = await EwsAsync(ews, app.ClientId, address, cancellationToken).ConfigureAwait(false);
        }

        var (has, refused) = await RightsAsync(pointer, principal, address, rights, cancellationToken).ConfigureAwait(false);
        var (cas, off) = await SwitchesAsync(address, cancellationToken).ConfigureAwait(false);
        var imap = AccessAnswer.ByAll(
            "IMAP.AccessAsApp is granted, and the app has FullAccess to the mailbox.",
            AccessChecks.GrantedImap(granted, to), pointer, Right(MailboxAccessRight.FullAccess), off
                ?? AccessChecks.ImapEnabled(cas?.Flag("ImapEnabled"), to), AccessChecks.NoPolicyOverImap);
        var smtp = await SmtpAsync().ConfigureAwait(false);
        MailAppAccessAnswer Answer(AccessAnswer answer, DateTimeOffset? changed, AccessRoute route) =>
            Judge(answer.Behind(state), ConclusiveAfter(app, address, changed, route));
        return new MailAppAccessTest
        {
            App = app.Name,
            ClientId = app.ClientId,
            Mailbox = address,
            MailboxId = mailbox.ObjectId,
            UserPrincipalName = mailbox.UserPrincipalName,
            Protocol = protocol,
            Graph = Answer(graph, forRoles.ChangedAt, AccessRoute.Graph),
            GraphSend = Answer(send, forRoles.ChangedAt, AccessRoute.Graph),
            Imap = Answer(imap, null, AccessRoute.Imap),
            Smtp = Answer(smtp, forRoles.IsForSmtp ? forRoles.ChangedAt : null, AccessRoute.Imap),
            Ews = Answer(ews, forRoles.ChangedAt, AccessRoute.Ews),
            TestedAt = _session.Wire.Time.GetUtcNow(),
        };

        MailCheck Right(MailboxAccessRight right) => refused ?? (pointer.Status == CheckStatus.Passed
            ? AccessChecks.Right(address, has, right, to.Right(right))
            : new MailCheck($"{right}", CheckStatus.Skipped)
            {
                Evidence = "mailbox permissions are effective only with a service principal in Exchange",
            });

        // If the token contains the permission, Exchange requires Send As instead of the role.
        async Task<AccessAnswer> SmtpAsync()
        {
            var isGranted = granted.Any(IsSmtp);
            var roles = forRoles.Of(r => r.Equals(RoleNames.Smtp, StringComparison.OrdinalIgnoreCase));
            var permission = AccessChecks.GrantedSmtp(
                isGranted, roles, forRoles.MissingRemedy("Exchange/SMTP.SendAsApp"));
            var isUsed = protocol == MailProtocol.Smtp || permission.Status == CheckStatus.Passed;
            var right = isGranted ? Right(MailboxAccessRight.SendAs)
                : permission.Status == CheckStatus.Passed
                ? await forRoles.CheckAsync(roles, "Exchange/SMTP.SendAsApp", cancellationToken).ConfigureAwait(false)
                : new MailCheck("SendAs", CheckStatus.Skipped) { Evidence = "nothing is granted" };
            return AccessAnswer.ByAll(
                isGranted ? "SMTP.SendAsApp is granted, and the app has Send As on the mailbox."
                    : $"The role {RoleNames.Smtp} reaches the mailbox.",
                permission, sender, right, off ?? (isUsed
                    ? await SmtpAuthAsync(cas, to, cancellationToken).ConfigureAwait(false)
                    : new MailCheck("SmtpAuth", CheckStatus.Skipped) { Evidence = "nothing is granted" }));
        }
    }

    /// <summary>Whether it is looked at whether the app and the services that it uses are enabled, too.</summary>
    public bool Deep { get; init; }

    private static bool IsSmtp(MailAppPermission permission) => permission is
        { Kind: PermissionKind.Application, Resource: "Exchange", Name: RoleNames.SmtpPermission };

    /// <summary>The rights of the app on the mailbox; or the check of a refusal.</summary>
    private async Task<(IReadOnlyList<MailboxAccessRight> Rights, MailCheck? Refused)> RightsAsync(
        MailCheck pointer, ExchangePrincipal? principal, string address, IReadOnlyList<MailboxEntry>? rights,
        CancellationToken cancellationToken)
    {
        if (pointer.Status != CheckStatus.Passed)
        {
            return ([], null);
        }

        try
        {
            var entries = rights
                ?? await MailboxRights.EntriesAsync(_session, [address], cancellationToken).ConfigureAwait(false);
            return ([.. entries.Where(e => e.IsOf(principal!)).Select(e => e.Right).Distinct().Order()], null);
        }
        catch (ServiceRefusedException e)
        {
            return ([], AccessChecks.Refused("FullAccess", e));
        }
    }

    private async Task<(ExchangeObject? Cas, MailCheck? Refused)> SwitchesAsync(
        string address, CancellationToken cancellationToken)
    {
        try
        {
            var settings = await _session.Exchange.GetAsync(
                "Get-CASMailbox", new JsonObject { ["Identity"] = address }, cancellationToken).ConfigureAwait(false);
            return (settings.FirstOrDefault(), null);
        }
        catch (ServiceRefusedException e)
        {
            return (null, AccessChecks.Refused("ImapEnabled", e));
        }
    }

    /// <summary>
    /// Whether EWS works for the app, by the switches of organization and mailbox, the allow list, and the date.
    /// </summary>
    private async Task<AccessAnswer> EwsAsync(
        AccessAnswer granted, string clientId, string address, CancellationToken cancellationToken)
    {
        try
        {
            var protocols = await TenantProtocols.ReadAsync(_session, address, cancellationToken).ConfigureAwait(false);
            var (works, why) = protocols.EwsDisabledMailboxes.Count > 0 ? (false, "EWS is disabled for the mailbox.")
                : protocols.Ews(clientId, _session.Wire.Time.GetUtcNow());
            var check = new MailCheck("EwsEnabled", works switch
            {
                true => CheckStatus.Passed,
                false => CheckStatus.Failed,
                null => CheckStatus.Unknown,
            })
            {
                Evidence = why,
                Cause = works == true ? null : why,
                Reason = works == false ? MailCheckReason.Retired : null,
                Advice = works == true ? null : "Exchange Web Services end on 2027-04-01. Use Microsoft Graph instead.",
            };
            return works switch
            {
                true => granted with { Checks = [.. granted.Checks, check] },
                false => new AccessAnswer(false, why, [.. granted.Checks, check]) { Decisive = check },
                null => new AccessAnswer(null, why, [.. granted.Checks, check]),
            };
        }
        catch (ServiceRefusedException e)
        {
            return granted with { Checks = [.. granted.Checks, AccessChecks.Refused("EwsEnabled", e)] };
        }
    }

    /// <summary>The mailbox's switch of SMTP AUTH, or the tenant's.</summary>
    private async Task<MailCheck> SmtpAuthAsync(ExchangeObject? cas, AccessRemedies to, CancellationToken cancellationToken)
    {
        if (cas?.Flag("SmtpClientAuthenticationDisabled") is { } own)
        {
            return AccessChecks.SmtpAuth(!own, isInherited: false, to);
        }

        try
        {
            var transport = await _session.Exchange.GetAsync(
                "Get-TransportConfig", [], cancellationToken).ConfigureAwait(false);
            return AccessChecks.SmtpAuth(
                !transport.FirstOrDefault()?.Flag("SmtpClientAuthenticationDisabled"), isInherited: true, to);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            return AccessChecks.SmtpAuth(null, isInherited: true, to);
        }
    }

    /// <summary>
    /// Returns when the configuration is in effect: by the journal, or by Exchange's own times; null without a known change.
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
                ? $"A recent change might not have taken effect yet. As configured: {answer.Cause}"
                : answer.Cause,
            Reason = isTooSoon ? MailCheckReason.NotYetInEffect : answer.Decisive?.Reason,
            Advice = isTooSoon ? $"Test again at {UtcText.Minutes(conclusiveAfter)} or later." : answer.Decisive?.Advice,
            Remedy = isTooSoon ? null : answer.Decisive?.Remedy,
            Decisive = answer.Decisive,
            Checks = [.. answer.Checks],
            ConclusiveAfter = isTooSoon ? conclusiveAfter : null,
        };
    }
}
