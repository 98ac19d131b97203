using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Graph;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Tests whether a mailbox can be accessed, in the order of the protocol: endpoint, token, claims, mailbox, folder, one message.
/// The first failed check has the cause and advice. Checks that depend on it are skipped.
/// </summary>
internal sealed class MailboxTester
{
    private readonly MailboxConnection _connection;
    private readonly string _folder;
    private readonly TokenSource? _tokens;
    private readonly bool _isTenantProved;
    private readonly Cloud _cloud;
    private readonly CheckRun _run;

    /// <summary>Tests a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="folder">The folder that has to be there.</param>
    /// <param name="tokens">Existing tokens of the connection's app, which the caller disposes; null to request new ones.</param>
    /// <param name="isTenantProved">Whether the tenant was tested before, so that it isn't tested again.</param>
    public MailboxTester(
        MailboxConnection connection, string folder, TokenSource? tokens = null, bool isTenantProved = false)
    {
        (_connection, _folder, _tokens, _isTenantProved) = (connection, folder, tokens, isTenantProved);
        (_cloud, _run) = (Cloud.Of(connection.Environment), new CheckRun(connection));
    }

    /// <summary>Whether mail has to be readable.</summary>
    public bool Reads { get; init; } = true;

    /// <summary>Whether it has to be possible to send over Graph, too.</summary>
    public bool Sends { get; init; }

    /// <summary>Whether the cause of a refusal is looked up in Entra and Exchange, if the session can read them.</summary>
    public bool Explains { get => _run.Explains; init => _run.Explains = value; }

    /// <summary>Whether the result is compared with the configuration, if the session can read it.</summary>
    public bool Compares { get; init; }

    /// <summary>Runs the checks.</summary>
    /// <returns>The result; a refusal is in it and not thrown.</returns>
    /// <exception cref="InvalidRequestException">The connection itself isn't complete.</exception>
    public async Task<MailboxConnectionTest> RunAsync(CancellationToken cancellationToken)
    {
        using var own = _connection.AccessToken is null && _tokens is null ? MailboxAccess.Tokens(_connection) : null;
        var tokens = _tokens ?? own;
        var store = MailboxAccess.Open(_connection, tokens);
        await using (store.ConfigureAwait(false))
        {
            var token = _connection.AccessToken is { } given ? AccessToken.Given(Secret.Reveal(given)) : null;
            if (tokens is not null && !_isTenantProved)
            {
                await CheckAsync(
                    "Endpoint", () => _run.EndpointAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            if (tokens is not null)
            {
                await CheckAsync("Token", async () =>
                {
                    token = await tokens.GetAsync(Scope, fresh: own is not null, cancellationToken).ConfigureAwait(false);
                    _run.Token = token;
                    return new MailCheck("Token", CheckStatus.Passed)
                    {
                        Evidence = $"{_connection.CredentialType} accepted; {token}",
                    };
                }, cancellationToken).ConfigureAwait(false);
            }

            await CheckAsync(
                "Claims", () => Task.FromResult(TokenClaims.Check(_connection, _cloud, token!)),
                cancellationToken).ConfigureAwait(false);
            if (store is ImapMailStore imap)
            {
                await CheckAsync("Login", () => LoginAsync(imap, cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            if (Reads)
            {
                await ReadAsync(store, cancellationToken).ConfigureAwait(false);
            }

            if (Sends)
            {
                await CheckAsync("Send", () => SendAsync(tokens, cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            if (Compares)
            {
                await _run.CompareAsync(sends: !Reads, cancellationToken).ConfigureAwait(false);
                if (store is GraphMailStore graph)
                {
                    await _run.RulesAsync(graph.GetInboxRulesAsync, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return _run.Result();
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

    private Task CheckAsync(string name, Func<Task<MailCheck>> check, CancellationToken cancellationToken) =>
        _run.CheckAsync(name, check, cancellationToken);

    private async Task ReadAsync(IMailStore store, CancellationToken cancellationToken)
    {
        MailFolder? inbox = null;
        MailFolder? folder = null;
        await CheckAsync("Mailbox", async () =>
        {
            inbox = await store.FindFolderAsync("Inbox", cancellationToken).ConfigureAwait(false);
            return new MailCheck("Mailbox", CheckStatus.Passed)
            {
                Evidence = inbox is null ? "the mailbox is open"
                    : $"Inbox: {inbox.TotalItemCount} {(inbox.TotalItemCount == 1 ? "message" : "messages")}",
            };
        }, cancellationToken).ConfigureAwait(false);
        await CheckAsync("Folder", async () =>
        {
            folder = _folder.Equals("Inbox", StringComparison.OrdinalIgnoreCase)
                ? inbox
                : await store.FindFolderAsync(_folder, cancellationToken).ConfigureAwait(false);
            return folder is null
                ? new MailCheck("Folder", CheckStatus.Failed)
                {
                    Evidence = $"the folder '{_folder}' wasn't found",
                    Cause = $"The folder '{_folder}' wasn't found in the mailbox.",
                    Reason = MailCheckReason.ItemNotFound,
                    Remedy = new Remedy(
                        $"New-MailFolder -App {CommandText.Of(_connection.ClientId)} "
                            + $"-Mailbox {CommandText.Of(_connection.Mailbox)} -Path {CommandText.Of(_folder)}"),
                    Advice = "To list the paths, run Get-MailFolder -Recurse. To create a folder, run New-MailFolder.",
                }
                : new MailCheck("Folder", CheckStatus.Passed)
                {
                    Evidence = $"'{folder.Path}' contains {folder.TotalItemCount} messages",
                };
        }, cancellationToken).ConfigureAwait(false);
        await CheckAsync(
            "Message", () => OneMessageAsync(store, folder!, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks the permission to send, without sending a message.</summary>
    private async Task<MailCheck> SendAsync(TokenSource? tokens, CancellationToken cancellationToken)
    {
        if (MailboxAccess.WireOf(_connection).IsReadOnly)
        {
            return new MailCheck("Send", CheckStatus.Skipped) { Evidence = "skipped because the context is read-only" };
        }

        var sender = MailboxAccess.OpenGraphSender(_connection, tokens);
        await using (sender.ConfigureAwait(false))
        {
            await sender.CheckRightAsync(cancellationToken).ConfigureAwait(false);
        }

        return new MailCheck("Send", CheckStatus.Passed)
        {
            Evidence = $"Graph accepts messages from {_connection.Mailbox}; nothing was sent",
        };
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
            return new MailCheck("Message", CheckStatus.Passed) { Evidence = $"the newest message is from "
                + $"{UtcText.Minutes(message.ReceivedAt)}" };
        }

        return new MailCheck("Message", CheckStatus.Skipped) { Evidence = "the folder is empty" };
    }
}
