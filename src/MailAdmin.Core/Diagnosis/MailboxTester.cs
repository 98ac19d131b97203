using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Finds out whether a mailbox can be reached, in the order in which things go wrong: endpoint, token, claims, mailbox,
/// folder, one message. The first check that fails names cause and advice; what depends on it is skipped.
/// </summary>
internal sealed class MailboxTester
{
    private readonly MailboxConnection _connection;
    private readonly string _folder;
    private readonly TokenSource? _tokens;
    private readonly bool _isTenantProved;
    private readonly Wire _wire;
    private readonly Cloud _cloud;
    private readonly List<MailCheck> _checks = [];

    /// <summary>Tests a connection.</summary>
    /// <param name="connection">What to test.</param>
    /// <param name="folder">The folder that has to be there.</param>
    /// <param name="tokens">Tokens of the connection's app that are at hand, which stay the caller's; null to ask for new
    /// ones.</param>
    /// <param name="isTenantProved">Whether the tenant was tested before, so that it is not tested again.</param>
    public MailboxTester(
        MailboxConnection connection, string folder, TokenSource? tokens = null, bool isTenantProved = false)
    {
        (_connection, _folder, _tokens, _isTenantProved) = (connection, folder, tokens, isTenantProved);
        (_wire, _cloud) = (MailboxAccess.WireOf(connection), Cloud.Of(connection.Environment));
    }

    /// <summary>Runs the checks.</summary>
    /// <returns>The result; a refusal is in it and not thrown.</returns>
    /// <exception cref="InvalidRequestException">The connection itself is not complete.</exception>
    public async Task<MailboxConnectionTest> RunAsync(CancellationToken cancellationToken)
    {
        using var own = _connection.AccessToken is null && _tokens is null ? MailboxAccess.Tokens(_connection) : null;
        var tokens = _tokens ?? own;
        var store = MailboxAccess.Open(_connection, tokens);
        await using (store.ConfigureAwait(false))
        {
            var token = _connection.AccessToken is { } given ? AccessToken.Given(Secret.Reveal(given)) : null;
            MailFolder? inbox = null;
            MailFolder? folder = null;
            if (tokens is not null && !_isTenantProved)
            {
                await CheckAsync("Endpoint", () => EndpointAsync(cancellationToken)).ConfigureAwait(false);
            }

            if (tokens is not null)
            {
                await CheckAsync("Token", async () =>
                {
                    token = await tokens.GetAsync(Scope, fresh: own is not null, cancellationToken).ConfigureAwait(false);
                    return new MailCheck("Token", CheckStatus.Passed)
                    {
                        Evidence = $"{_connection.CredentialType} accepted; {token}",
                    };
                }).ConfigureAwait(false);
            }

            await CheckAsync(
                "Claims", () => Task.FromResult(TokenClaims.Check(_connection, _cloud, token!))).ConfigureAwait(false);
            if (store is ImapMailStore imap)
            {
                await CheckAsync("Login", () => LoginAsync(imap, cancellationToken)).ConfigureAwait(false);
            }

            await CheckAsync("Mailbox", async () =>
            {
                inbox = await store.FindFolderAsync("Inbox", cancellationToken).ConfigureAwait(false);
                return new MailCheck("Mailbox", CheckStatus.Passed)
                {
                    Evidence = inbox is null ? "opened" : $"opened; {inbox.TotalItemCount} messages in the Inbox",
                };
            }).ConfigureAwait(false);
            await CheckAsync("Folder", async () =>
            {
                folder = _folder.Equals("Inbox", StringComparison.OrdinalIgnoreCase)
                    ? inbox
                    : await store.FindFolderAsync(_folder, cancellationToken).ConfigureAwait(false);
                return folder is null
                    ? new MailCheck("Folder", CheckStatus.Failed)
                    {
                        Evidence = $"no folder '{_folder}'",
                        Cause = $"The mailbox has no folder '{_folder}'.",
                        Advice = "Get-MailFolder -Recurse lists the paths; New-MailFolder makes one.",
                    }
                    : new MailCheck("Folder", CheckStatus.Passed)
                    {
                        Evidence = $"'{folder.Path}' holds {folder.TotalItemCount} messages",
                    };
            }).ConfigureAwait(false);
            await CheckAsync("Message", () => OneMessageAsync(store, folder!, cancellationToken)).ConfigureAwait(false);
        }

        return new MailboxConnectionTest
        {
            Mailbox = _connection.Mailbox,
            Protocol = _connection.Protocol,
            ClientId = _connection.ClientId,
            Checks = [.. _checks],
            Verdict = Judge(_checks),
            TestedAt = _wire.Time.GetUtcNow(),
        };
    }

    /// <summary>The verdict that follows from the checks: the worst of them.</summary>
    public static Verdict Judge(IReadOnlyList<MailCheck> checks)
    {
        bool Any(CheckStatus status) => checks.Any(c => c.Status == status);
        (CheckStatus Status, Verdict Verdict)[] worst =
        [
            (CheckStatus.TooSoonToTell, Verdict.TooSoonToTell), (CheckStatus.Failed, Verdict.Failed),
            (CheckStatus.Unknown, Verdict.Unknown), (CheckStatus.Warning, Verdict.Warning),
        ];
        return worst.Where(w => Any(w.Status)).Select(w => (Verdict?)w.Verdict).FirstOrDefault() ?? Verdict.Passed;
    }

    private string Scope => TokenClaims.ScopeOf(_connection, _cloud);

    private async Task CheckAsync(string name, Func<Task<MailCheck>> check)
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
                Cause = RefusalCause.Of(e, name, _connection, _cloud, _checks),
                Advice = e.Advice ?? GraphAdvice.Default,
                ServiceMessage = e.Message,
                ServiceCode = e.SubCode ?? e.Code,
                RequestId = e.RequestId,
                CorrelationId = e.CorrelationId,
                HelpUri = e.HelpUri,
            };
            _checks.Add(RefusalCause.ChangeBehind(e, _connection, _wire) is { } young ? TooSoon(refused, young) : refused);
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

    private static MailCheck TooSoon(MailCheck failed, RecentChange recent) => failed with
    {
        Status = CheckStatus.TooSoonToTell,
        Cause = $"{recent.Change.Action} of {recent.Change.At:u} is younger than the time the service takes to apply it. Refused "
            + $"now: {failed.Cause}",
        Advice = $"Test again at {recent.ConclusiveAfter:u} or later. If it is refused then: {failed.Advice}",
        ConclusiveAfter = recent.ConclusiveAfter,
    };

    /// <summary>
    /// The tenant's discovery document needs no sign-in: it proves name resolution, TLS, and that the tenant exists.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc</remarks>
    private async Task<MailCheck> EndpointAsync(CancellationToken cancellationToken)
    {
        using var http = Wire.NewClient(
            ServiceAnswerHandler.ForEntra(new RetryHandler(_wire.Http, _wire.Time, RetryPolicy.Default), _cloud));
        var uri = new Uri(
            $"https://{_cloud.LoginHost}/{PathSegment.Escape(_connection.TenantId)}/v2.0/.well-known/openid-configuration");
        try
        {
            using var response = await http.GetAsync(uri, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? new MailCheck("Endpoint", CheckStatus.Passed)
                {
                    Evidence = $"{_cloud.LoginHost} knows the tenant {_connection.TenantId}",
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

    /// <summary>A server may accept the token and still refuse the mailbox at the first command, so one is sent.</summary>
    private async Task<MailCheck> LoginAsync(ImapMailStore store, CancellationToken cancellationToken)
    {
        var server = await store.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return new MailCheck("Login", CheckStatus.Passed)
        {
            Evidence = $"{server.Endpoint}{(server.Name is null ? "" : $" ({server.Name} {server.Version})")} opened "
                + $"{_connection.Mailbox} and answered a command",
        };
    }

    private static async Task<MailCheck> OneMessageAsync(IMailStore store, MailFolder folder, CancellationToken cancellationToken)
    {
        await foreach (var message in store.GetMessagesAsync(
            folder, new MessageQuery { First = 1, Descending = true }, cancellationToken).ConfigureAwait(false))
        {
            return new MailCheck("Message", CheckStatus.Passed) { Evidence = $"newest is of {message.ReceivedAt:u}" };
        }

        return new MailCheck("Message", CheckStatus.Skipped) { Evidence = "the folder is empty" };
    }
}
