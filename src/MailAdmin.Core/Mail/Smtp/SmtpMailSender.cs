using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>
/// Sends mail from a mailbox over SMTP, on one connection that is kept open. A message that the server certainly didn't accept is
/// sent again. A message whose response was lost is never sent again.
/// </summary>
/// <param name="connection">The mailbox.</param>
/// <param name="getToken">Returns an access token; true requests a new one.</param>
/// <param name="sentItems">Searches Sent Items for a Message-ID, if another protocol can; null if none can.</param>
/// <param name="tokens">Disposed with this; null for none.</param>
internal sealed class SmtpMailSender(
    Wire wire, SmtpServer server, MailboxConnection connection, Func<bool, CancellationToken, ValueTask<string>> getToken,
    Func<string, CancellationToken, Task<bool?>>? sentItems = null, IDisposable? tokens = null) : IMailSender
{
    /// <summary>The pauses before a message that was refused for now is tried again.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)];

    private readonly SendPace _pace = SendPace.Of(wire, $"{server}/{AddressOf(connection)}");
    private SubmissionClient? _client;

    /// <summary>The address that the connection signs in as.</summary>
    public static string AddressOf(MailboxConnection connection) => connection.PrimarySmtpAddress ?? connection.Mailbox;

    public async Task<SentMessage> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        message.Check();
        if (wire.IsReadOnly)
        {
            throw ReadOnlyHandler.Refuse($"Sending '{message.Subject}' over SMTP");
        }

        var sender = AddressOf(connection);
        AddressCheck.Check(new EmailAddress(null, sender));
        var mime = new OutgoingMime(message, sender, wire.Time.GetUtcNow(), namesBcc: false);
        var (length, is8Bit) = await mime.MeasureAsync(cancellationToken).ConfigureAwait(false);
        string[] recipients =
        [
            .. message.To.Concat(message.Cc).Concat(message.Bcc).Select(a => a.Address)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        if (server.IsExchangeOnline)
        {
            await _pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        for (var attempt = 0; ; attempt++)
        {
            var isFresh = _client is null;
            try
            {
                var client = await ConnectAsync(cancellationToken).ConfigureAwait(false);
                var reply = await client.SendAsync(
                    sender, recipients, length, is8Bit, WriteAsync, cancellationToken).ConfigureAwait(false);
                VerboseLog.Write($"{server} accepted '{mime.Subject}': {reply}");
                break;
            }
            catch (ConnectionLostException e) when (!isFresh && _client is { HasBegun: false })
            {
                // The server might have closed an idle connection.
                VerboseLog.Write($"{e.Message} Connecting again.");
                attempt--;
            }
            catch (ServiceRefusedException e) when (e.IsTransient && attempt < Pauses.Length)
            {
                VerboseLog.Write($"{server} temporarily rejected the message: {e.Message} Retrying in "
                    + $"{Pauses[attempt].TotalSeconds:0} s.");
                await Task.Delay(Pauses[attempt], wire.Time, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await DropBrokenAsync().ConfigureAwait(false);
            }
        }

        return Describe(message, mime);

        Task WriteAsync(Stream stream, CancellationToken token)
        {
            message.Submitting?.Invoke();
            return mime.WriteAsync(stream, token);
        }
    }

    /// <summary>Connects and signs in, and nothing else.</summary>
    /// <returns>The server's extensions.</returns>
    public async Task<string> SignInAsync(CancellationToken cancellationToken)
    {
        try
        {
            var client = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            return $"{client.Capabilities}";
        }
        finally
        {
            await DropBrokenAsync().ConfigureAwait(false);
        }
    }

    public Task<bool?> WasSentAsync(string messageId, CancellationToken cancellationToken) =>
        sentItems?.Invoke(messageId, cancellationToken) ?? Task.FromResult<bool?>(null);

    public async ValueTask DisposeAsync()
    {
        await DropAsync().ConfigureAwait(false);
        tokens?.Dispose();
    }

    private async Task<SubmissionClient> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_client is not null)
        {
            return _client;
        }

        await _pace.Room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var renew = false; ; renew = true)
            {
                try
                {
                    return _client = await OpenAsync(renew, cancellationToken).ConfigureAwait(false);
                }
                catch (ServiceRefusedException e) when (!renew && e.Code == "AUTHENTICATIONFAILED")
                {
                    // The token might have been revoked or have expired: one new token, and no third attempt.
                }
            }
        }
        catch
        {
            _pace.Room.Release();
            throw;
        }
    }

    private async Task<SubmissionClient> OpenAsync(bool renew, CancellationToken cancellationToken)
    {
        var token = await getToken(renew, cancellationToken).ConfigureAwait(false);
        var client = await SubmissionClient.OpenAsync(wire, server, cancellationToken).ConfigureAwait(false);
        try
        {
            await client.SignInAsync(AddressOf(connection), token, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    private ValueTask DropBrokenAsync() => _client is { IsBroken: true } ? DropAsync() : ValueTask.CompletedTask;

    private async ValueTask DropAsync()
    {
        if (_client is { } client)
        {
            _client = null;
            try
            {
                await client.CloseAsync().ConfigureAwait(false);
            }
            finally
            {
                _pace.Room.Release();
            }
        }
    }

    private SentMessage Describe(OutgoingMessage message, OutgoingMime mime) => new()
    {
        Mailbox = connection.Mailbox,
        InternetMessageId = mime.MessageId,
        From = message.From,
        To = [.. message.To],
        Cc = [.. message.Cc],
        Bcc = [.. message.Bcc],
        ReplyTo = [.. message.ReplyTo],
        Subject = mime.Subject,
        Importance = message.Importance,
        Attachment = [.. message.Attachments.Select(OutgoingAttachment.Describe)],
        // Exchange Online saves a copy of each submitted message. For another server, it's unknown.
        SavedToSentItems = server.IsExchangeOnline,
        SentAt = wire.Time.GetUtcNow(),
        Change = ChangeKind.Created,
    };
}
