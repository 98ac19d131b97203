// Longer than 250 lines: all checks of one test depend on what was found before them.
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// The checks of a connection test, one after the other. The first one that fails names cause and advice; what depends on it is
/// skipped.
/// </summary>
internal sealed class CheckRun(MailboxConnection connection)
{
    private readonly Wire _wire = MailboxAccess.WireOf(connection);
    private readonly Cloud _cloud = Cloud.Of(connection.Environment);
    private readonly CauseFinder _causes = new(connection);
    private readonly List<MailCheck> _checks = [];

    /// <summary>Whether the cause of a refusal is looked up in Entra and Exchange, if the session can read them.</summary>
    public bool Explains { get; set; } = true;

    /// <summary>The token; null before it's acquired.</summary>
    public AccessToken? Token { get; set; }

    /// <summary>The results of the checks.</summary>
    public IReadOnlyList<MailCheck> Checks => _checks;

    /// <summary>The result as it is now.</summary>
    public MailboxConnectionTest Result() => new()
    {
        TenantId = connection.TenantId,
        Mailbox = connection.Mailbox,
        Protocol = connection.Protocol,
        ClientId = connection.ClientId,
        Checks = [.. _checks],
        Verdict = MailboxTester.Judge(_checks),
        TestedAt = _wire.Time.GetUtcNow(),
    };

    /// <summary>Runs a check unless an earlier one didn't pass. A refusal is its result.</summary>
    public async Task CheckAsync(string name, Func<Task<MailCheck>> check, CancellationToken cancellationToken)
    {
        // A failed Claims check doesn't end the test, because the service's own response is better evidence.
        if (_checks.FirstOrDefault(
            c => c.Status is CheckStatus.Failed or CheckStatus.Unknown or CheckStatus.TooSoonToTell
                && c.Name != "Claims") is { } failed)
        {
            _checks.Add(new MailCheck(name, CheckStatus.Skipped) { Evidence = $"skipped because {failed.Name} didn't pass" });
            return;
        }

        try
        {
            _checks.Add(await check().ConfigureAwait(false));
        }
        catch (ServiceRefusedException e)
        {
            _checks.Add(await RefusedAsync(name, e, cancellationToken).ConfigureAwait(false));
        }
        catch (MailAdminException e) when (e is ConnectionLostException or UnexpectedResponseException)
        {
            _checks.Add(new MailCheck(name, CheckStatus.Failed)
            {
                Evidence = e switch
                {
                    UnexpectedResponseException other => $"{other.Endpoint} returned status {other.HttpStatus}",
                    _ => ((ConnectionLostException)e).Endpoint,
                },
                Cause = e.Message,
                Reason = MailCheckReason.ConnectionFailed,
                Advice = e.Advice,
            });
        }
    }

    /// <summary>
    /// Compares the result with the configuration. If they differ, a change hasn't taken effect yet, and access that works now
    /// will end.
    /// </summary>
    /// <param name="sends">Whether it is about sending.</param>
    public async Task CompareAsync(bool sends, CancellationToken cancellationToken)
    {
        if (_checks.Exists(c => c.Status is CheckStatus.Failed or CheckStatus.TooSoonToTell) || connection.Server is not null)
        {
            return;
        }

        var found = await _causes.OfMailboxAsync(sends, Token, cancellationToken).ConfigureAwait(false);
        if (found.Denied is { } denied)
        {
            var differs = $"Access works now, but the configuration denies it: {denied.Cause}";
            _checks.Add(Differs(
                new MailCheck("Configuration", CheckStatus.Warning)
                {
                    Evidence = denied.Evidence,
                    Cause = $"{differs} This lasts longer than a change takes.",
                    Reason = denied.Reason,
                    Advice = "Find out what gives access. Then correct the configuration.",
                    Remedy = new AccessRemedies(connection.ClientId, connection.Mailbox).Look(connection.Protocol),
                },
                found.ConclusiveAfter, $"{differs} A recent change might not have taken effect yet."));
            return;
        }

        if (found.IsAllowed)
        {
            Differences?.End();
        }
        else if (RefusalCause.ChangeAgainst(connection, _wire) is { } recent)
        {
            _checks.Add(new MailCheck("Configuration", CheckStatus.TooSoonToTell)
            {
                Evidence = "what is configured can't be read",
                Cause = $"Access works now, but a recent change can end it ({recent.Change.Action}, "
                    + $"{UtcText.Minutes(recent.Change.At)}).",
                Reason = MailCheckReason.NotYetInEffect,
                Advice = $"Test again at {UtcText.Minutes(recent.ConclusiveAfter)} or later.",
                ConclusiveAfter = recent.ConclusiveAfter,
            });
        }

        if (found.Mailbox is { } mailbox)
        {
            if (await _causes.LicenseAsync(mailbox, cancellationToken).ConfigureAwait(false) is { } license)
            {
                _checks.Add(license);
            }

            _checks.AddRange(await _causes.HealthAsync(mailbox, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Checks inbox rules with the app's own permission, if the session can't read them from Exchange.</summary>
    /// <param name="read">Reads the rules.</param>
    public async Task RulesAsync(
        Func<CancellationToken, Task<IReadOnlyList<MailboxInboxRule>>> read, CancellationToken cancellationToken)
    {
        var isRead = _checks.Exists(c => c is { Name: "Delivery", Status: not CheckStatus.Skipped });
        if (isRead || _checks.Exists(c => c.Status is CheckStatus.Failed or CheckStatus.TooSoonToTell)
            || Token?.Roles.Concat(Token.Scopes).Any(p => p.StartsWith("MailboxSettings.Read", StringComparison.Ordinal)) != true)
        {
            return;
        }

        try
        {
            var rules = await read(cancellationToken).ConfigureAwait(false);
            _checks.RemoveAll(c => c.Name == "Delivery");
            _checks.Add(HealthChecks.Delivery(new MailboxHealth { Retention = new(), Rules = rules }, connection.Mailbox));
        }
        catch (MailAdminException e)
        {
            VerboseLog.Write($"Inbox rules can't be read: {e.Message}");
        }
    }

    private async Task<MailCheck> RefusedAsync(string name, ServiceRefusedException e, CancellationToken cancellationToken)
    {
        var refused = RefusalCause.Of(e, name, connection, _cloud, _checks);
        var young = RefusalCause.ChangeBehind(e, connection, _wire);
        if (!Explains || e.IsTransient || refused.Reason is MailCheckReason.ServiceBusy or MailCheckReason.ItemNotFound
            || connection.Server is not null)
        {
            return young is null ? refused : TooSoon(refused, young);
        }

        var found = e.Service == "Entra"
            ? await _causes.OfSignInAsync(e, cancellationToken).ConfigureAwait(false)
            : await _causes.OfMailboxAsync(name is "Send" or "SendAs", Token, cancellationToken).ConfigureAwait(false);
        if (found.Denied is { } denied)
        {
            Differences?.End();
            refused = refused with
            {
                Cause = denied.Cause, Reason = denied.Reason, Advice = denied.Advice, Remedy = denied.Remedy,
            };
        }
        else if (refused.Reason == MailCheckReason.MailboxNotFound && found.Mailbox is { } mailbox
            && await _causes.LicenseAsync(mailbox, cancellationToken).ConfigureAwait(false) is
                { Reason: MailCheckReason.LicenseMissing } license)
        {
            refused = refused with
            {
                Cause = license.Cause, Reason = license.Reason, Advice = license.Advice, Remedy = license.Remedy,
            };
        }
        else if (found.IsAllowed && e.Service != "Entra"
            && refused.Reason is not (MailCheckReason.MailboxNotFound or MailCheckReason.MailboxFull))
        {
            // A refusal for another reason than access doesn't contradict the configuration.
            refused = refused with { Cause = $"{refused.Cause} As configured, access is granted." };
            return young is null ? Differs(refused, found.ConclusiveAfter, refused.Cause!) : TooSoon(refused, young);
        }
        else if (RefusalCause.IsGuess(refused))
        {
            var to = new AccessRemedies(connection.ClientId, connection.Mailbox);
            refused = refused with { Remedy = to.Look(connection.Protocol) };
        }

        if (e.Service == "Entra")
        {
            refused = await _causes.OfPolicyAsync(refused, cancellationToken).ConfigureAwait(false);
        }

        return young is null ? refused : TooSoon(refused, young);
    }

    /// <summary>
    /// The result and the configuration differ. The end of that is known from the change, or from the first time that the
    /// difference was seen. After that, the result takes precedence.
    /// </summary>
    /// <param name="tried">What was tried.</param>
    /// <param name="conclusiveAfter">When the last known change takes effect; null if none is known.</param>
    /// <param name="cause">What differs.</param>
    private MailCheck Differs(MailCheck tried, DateTimeOffset? conclusiveAfter, string cause)
    {
        var due = Differences!.Due(conclusiveAfter);
        return due <= _wire.Time.GetUtcNow() ? tried : tried with
        {
            Status = CheckStatus.TooSoonToTell,
            Cause = cause,
            Reason = MailCheckReason.NotYetInEffect,
            Advice = $"Test again at {UtcText.Minutes(due)} or later.",
            Remedy = null,
            ConclusiveAfter = due,
        };
    }

    private DifferenceLog? Differences => CauseFinder.SessionOf(connection) is { } session
        ? new DifferenceLog(session, connection.ClientId, connection.Mailbox, connection.Protocol) : null;

    /// <summary>
    /// The tenant's discovery document needs no sign-in: it proves name resolution, TLS, and that the tenant exists.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc</remarks>
    public async Task<MailCheck> EndpointAsync(CancellationToken cancellationToken)
    {
        using var http = Wire.NewClient(
            ServiceAnswerHandler.ForEntra(new RetryHandler(_wire.Http, _wire.Time, RetryPolicy.Default), _cloud));
        var uri = new Uri(
            $"https://{_cloud.LoginHost}/{PathSegment.Escape(connection.TenantId)}/v2.0/.well-known/openid-configuration");
        try
        {
            using var response = await http.GetAsync(uri, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? new MailCheck("Endpoint", CheckStatus.Passed)
                {
                    Evidence = $"{_cloud.LoginHost} has the tenant {connection.TenantId}",
                }
                : throw EntraErrors.From(
                    (int)response.StatusCode,
                    await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false), _cloud);
        }
        catch (HttpRequestException e)
        {
            throw EntraErrors.From(e, _cloud);
        }
    }

    private static MailCheck TooSoon(MailCheck failed, RecentChange recent) => failed with
    {
        Status = CheckStatus.TooSoonToTell,
        Cause = $"Access was denied, but a recent change might not have taken effect yet ({recent.Change.Action}, "
            + $"{UtcText.Minutes(recent.Change.At)}). {failed.Cause}",
        Reason = MailCheckReason.NotYetInEffect,
        Advice = $"Test again at {UtcText.Minutes(recent.ConclusiveAfter)} or later. If access is still denied then: "
            + $"{failed.Advice}",
        ConclusiveAfter = recent.ConclusiveAfter,
    };
}
