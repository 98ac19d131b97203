using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Permissions;
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
    private readonly Wire _wire;
    private readonly Cloud _cloud;
    private readonly List<MailCheck> _checks = [];

    /// <summary>Tests a connection.</summary>
    /// <param name="connection">What to test.</param>
    /// <param name="folder">The folder that has to be there.</param>
    public MailboxTester(MailboxConnection connection, string folder) =>
        (_connection, _folder, _wire,
            _cloud) = (connection, folder, MailboxAccess.WireOf(connection), Cloud.Of(connection.Environment));

    /// <summary>Runs the checks.</summary>
    /// <returns>The result; a refusal is in it and not thrown.</returns>
    /// <exception cref="InvalidRequestException">The connection itself is not complete.</exception>
    public async Task<MailboxConnectionTest> RunAsync(CancellationToken cancellationToken)
    {
        using var tokens = _connection.AccessToken is null ? MailboxAccess.Tokens(_connection) : null;
        var store = MailboxAccess.Open(_connection);
        await using (store.ConfigureAwait(false))
        {
            var token = _connection.AccessToken is { } given ? AccessToken.Given(Secret.Reveal(given)) : null;
            MailFolder? folder = null;
            if (tokens is not null)
            {
                await CheckAsync("Endpoint", () => EndpointAsync(cancellationToken)).ConfigureAwait(false);
                await CheckAsync("Token", async () =>
                {
                    token = await tokens.GetAsync(Scope, fresh: true, cancellationToken).ConfigureAwait(false);
                    return new MailCheck("Token", CheckStatus.Passed)
                    {
                        Evidence = $"{_connection.CredentialType} accepted; {token}",
                    };
                }).ConfigureAwait(false);
            }

            await CheckAsync("Claims", () => Task.FromResult(Claims(token!))).ConfigureAwait(false);
            if (store is ImapMailStore imap)
            {
                await CheckAsync("Login", () => LoginAsync(imap, cancellationToken)).ConfigureAwait(false);
            }

            await CheckAsync("Mailbox", async () =>
            {
                var inbox = await store.FindFolderAsync("Inbox", cancellationToken).ConfigureAwait(false);
                return new MailCheck("Mailbox", CheckStatus.Passed)
                {
                    Evidence = inbox is null ? "opened" : $"opened; {inbox.TotalItemCount} messages in the Inbox",
                };
            }).ConfigureAwait(false);
            await CheckAsync("Folder", async () =>
            {
                folder = await store.FindFolderAsync(_folder, cancellationToken).ConfigureAwait(false);
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
        return Any(CheckStatus.TooSoonToTell) ? Verdict.TooSoonToTell
            : Any(CheckStatus.Failed) ? Verdict.Failed
            : Any(CheckStatus.Unknown) ? Verdict.Unknown
            : Any(CheckStatus.Warning) ? Verdict.Warning
            : Verdict.Passed;
    }

    private string Scope => _connection.Protocol == MailProtocol.Graph ? _cloud.GraphScope : _cloud.ExchangeScope;

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
                Cause = CauseOf(e),
                Advice = e.Advice ?? GraphAdvice.Default,
                ServiceMessage = e.Message,
                ServiceCode = e.SubCode ?? e.Code,
                RequestId = e.RequestId,
                CorrelationId = e.CorrelationId,
                HelpUri = e.HelpUri,
            };
            _checks.Add(RecentChangeBehind(e) is { } recent ? TooSoon(refused, recent) : refused);
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
    /// The change that explains a refusal, and that might not have taken effect yet; null when there is none.
    /// </summary>
    private RecentChange? RecentChangeBehind(ServiceRefusedException e)
    {
        AccessRoute? route = e switch
        {
            { Service: "Entra", Code: EntraCodes.InvalidClient or EntraCodes.UnauthorizedClient } => AccessRoute.SignIn,
            { Service: "IMAP", Code: "AUTHENTICATIONFAILED" or "NOTCONNECTED" } when _connection.Server is null =>
                AccessRoute.Imap,
            { Code: GraphCodes.AccessDenied } => AccessRoute.Graph,
            _ => null,
        };
        try
        {
            var journal = MailboxAccess.SessionOf(_connection)?.Journal ?? ChangeJournal.Of(_wire, _connection.TenantId);
            return route is { } known
                ? new PropagationTracker(journal, _wire).Letting(_connection.ClientId, _connection.Mailbox, known)
                : null;
        }
        catch (InvalidRequestException unreadable)
        {
            VerboseLog.Write($"Whether a change is too young to judge can't be told: {unreadable.Message}");
            return null;
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
            $"https://{_cloud.LoginHost}/{Uri.EscapeDataString(_connection.TenantId)}/v2.0/.well-known/openid-configuration");
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

    private MailCheck Claims(AccessToken token)
    {
        if (!token.IsReadable)
        {
            return new MailCheck("Claims", CheckStatus.Skipped) { Evidence = "the token can't be read, which it need not be" };
        }

        if (_connection.Server is not null)
        {
            return new MailCheck("Claims", CheckStatus.Skipped)
            {
                Evidence = $"aud {token.Audience}; what this server wants of a token is its own affair",
            };
        }

        if (token.Audience is { } audience && !Suits(audience))
        {
            return new MailCheck("Claims", CheckStatus.Failed)
            {
                Evidence = $"aud {audience}",
                Cause = $"The token is for {audience}, and {_connection.Protocol} needs one for {Scope[..^"/.default".Length]}.",
                Advice = $"Ask for a token with the scope {Scope}: one token serves one resource.",
            };
        }

        var isPerson = token.Scopes.Count > 0;
        var rights = isPerson ? token.Scopes : token.Roles;
        var evidence = $"aud {token.Audience}, appid {token.ClientId}, {(isPerson ? $"upn {token.User}, scp" : "roles")} "
            + $"{(rights.Count == 0 ? "none" : string.Join(" ", rights))}";
        return rights.Any(IsMailRight)
            ? new MailCheck("Claims", CheckStatus.Passed) { Evidence = evidence }
            // An app that is scoped by Exchange's role assignments has no role in its token, and still reads its mailboxes.
            : new MailCheck("Claims", CheckStatus.Skipped)
            {
                Evidence = $"{evidence}; no mail role, so access depends on what Exchange grants",
            };
    }

    // Entra writes a resource as its URI or as its application id; Exchange has two host names.
    private bool Suits(string audience) => _connection.Protocol == MailProtocol.Graph
        ? audience.Contains(_cloud.GraphHost, StringComparison.OrdinalIgnoreCase) || audience == PermissionName.GraphAppId
        : audience.Contains("outlook", StringComparison.OrdinalIgnoreCase) || audience == PermissionName.ExchangeAppId;

    private bool IsMailRight(string right) => _connection.Protocol == MailProtocol.Imap
        ? right.ToUpperInvariant() is "IMAP.ACCESSASAPP" or "IMAP.ACCESSASUSER.ALL"
        : right.StartsWith("Mail.", StringComparison.OrdinalIgnoreCase);

    private static async Task<MailCheck> OneMessageAsync(IMailStore store, MailFolder folder, CancellationToken cancellationToken)
    {
        await foreach (var message in store.GetMessagesAsync(
            folder, new MessageQuery { First = 1, Descending = true }, cancellationToken).ConfigureAwait(false))
        {
            return new MailCheck("Message", CheckStatus.Passed) { Evidence = $"newest is of {message.ReceivedAt:u}" };
        }

        return new MailCheck("Message", CheckStatus.Skipped) { Evidence = "the folder is empty" };
    }

    private string CauseOf(ServiceRefusedException e) => e switch
    {
        { Service: "Entra" } when _checks.Count == 0 =>
            $"{_cloud.LoginHost} does not serve the tenant '{_connection.TenantId}': {e.Message}",
        { Service: "Entra", Code: EntraCodes.InvalidClient } =>
            $"Entra does not accept the app's "
                + $"{_connection.CredentialType switch { "Certificate" => "certificate", _ => "secret" }}: {e.Message}",
        { Service: "IMAP", Code: "AUTHENTICATIONFAILED" } when _connection.Server is null =>
            "Exchange does not accept the sign-in: the token is for another service or lacks IMAP.AccessAsApp, or the app's "
                + "service principal is not registered in Exchange with the enterprise application's object id.",
        { Service: "IMAP", Code: "AUTHENTICATIONFAILED" } => "The server does not accept the token for this mailbox.",
        { Service: "IMAP", Code: "NOTCONNECTED" } =>
            "The token is good, and the mailbox is not open to the app: FullAccess is missing, IMAP is switched off on the "
                + "mailbox, or it has no mailbox in Exchange Online.",
        { Service: "Entra" } => $"Entra gives no token: {e.Message}",
        { Code: GraphCodes.AccessDenied } when e.Message.Contains("Access to OData is disabled", StringComparison.Ordinal) =>
            $"An application access policy of the tenant keeps the app out of '{_connection.Mailbox}'.",
        { Code: GraphCodes.AccessDenied } when _checks.Any(c => c is { Name: "Claims", Status: CheckStatus.Skipped }) =>
            "The app has no permission on this mailbox: its token carries no mail role, and Exchange grants it nothing "
                + "here either.",
        { Code: GraphCodes.AccessDenied } => "The app's permission does not reach this mailbox or this action.",
        { Code: GraphCodes.InvalidUser or GraphCodes.ResourceNotFound or GraphCodes.RequestResourceNotFound } =>
            $"There is no mailbox '{_connection.Mailbox}' in this tenant.",
        { Code: GraphCodes.MailboxNotEnabled } => $"'{_connection.Mailbox}' has no mailbox in Exchange Online that is active.",
        _ => e.Message,
    };
}
