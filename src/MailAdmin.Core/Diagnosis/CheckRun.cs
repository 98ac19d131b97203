using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Service;
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
    private readonly List<MailCheck> _checks = [];

    /// <summary>What was found out.</summary>
    public IReadOnlyList<MailCheck> Checks => _checks;

    /// <summary>The result as it is now.</summary>
    public MailboxConnectionTest Result() => new()
    {
        Mailbox = connection.Mailbox,
        Protocol = connection.Protocol,
        ClientId = connection.ClientId,
        Checks = [.. _checks],
        Verdict = MailboxTester.Judge(_checks),
        TestedAt = _wire.Time.GetUtcNow(),
    };

    /// <summary>Makes a check, unless an earlier one did not pass; a refusal is its result.</summary>
    public async Task CheckAsync(string name, Func<Task<MailCheck>> check)
    {
        // A failed Claims check does not stop the road: the service's own answer is the better evidence.
        if (_checks.FirstOrDefault(
            c => c.Status is CheckStatus.Failed or CheckStatus.Unknown or CheckStatus.TooSoonToTell
                && c.Name != "Claims") is { } failed)
        {
            _checks.Add(new MailCheck(name, CheckStatus.Skipped) { Evidence = $"not made, because {failed.Name} did not pass" });
            return;
        }

        try
        {
            _checks.Add(await check().ConfigureAwait(false));
        }
        catch (ServiceRefusedException e)
        {
            var refused = new MailCheck(name, CheckStatus.Failed)
            {
                Evidence = e.HttpStatus > 0 ? $"{e.Service} answered {e.HttpStatus} {e.Code}" : $"{e.Service} answered {e.Code}",
                Cause = RefusalCause.Of(e, name, connection, _cloud, _checks),
                Advice = e.Advice ?? GraphAdvice.Default,
                ServiceMessage = e.Message,
                ServiceCode = e.SubCode ?? e.Code,
                RequestId = e.RequestId,
                CorrelationId = e.CorrelationId,
                HelpUri = e.HelpUri,
            };
            _checks.Add(RefusalCause.ChangeBehind(e, connection, _wire) is { } young ? TooSoon(refused, young) : refused);
        }
        catch (ConnectionLostException e)
        {
            _checks.Add(new MailCheck(name, CheckStatus.Failed) { Evidence = e.Endpoint, Cause = e.Message, Advice = e.Advice });
        }
        catch (UnexpectedResponseException e)
        {
            var evidence = $"{e.Endpoint} returned status {e.HttpStatus}";
            _checks.Add(new MailCheck(name, CheckStatus.Failed) { Evidence = evidence, Cause = e.Message, Advice = e.Advice });
        }
    }

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
                    Evidence = $"{_cloud.LoginHost} knows the tenant {connection.TenantId}",
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
        Cause = $"{recent.Change.Action} of {recent.Change.At:u} is younger than the time the service takes to apply it. Refused "
            + $"now: {failed.Cause}",
        Advice = $"Test again at {recent.ConclusiveAfter:u} or later. If it is refused then: {failed.Advice}",
        ConclusiveAfter = recent.ConclusiveAfter,
    };
}
