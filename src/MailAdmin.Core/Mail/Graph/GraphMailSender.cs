using MailAdmin.Core.Base;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item.Messages.Item.Attachments.CreateUploadSession;
using Microsoft.Graph.Users.Item.SendMail;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Sends mail out of a mailbox. What is small goes in one request; else a draft is made, each attachment is added to it (large
/// ones in slices, see <see cref="GraphUpload"/>), and the draft is sent. A draft that can't be sent is deleted again.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/user-sendmail, https://learn.microsoft.com/graph/outlook-large-attachments
/// </remarks>
internal sealed class GraphMailSender : IDisposable
{
    private static readonly TimeSpan CleanupTimeout = TimeSpan.FromSeconds(30);

    private readonly GraphMailbox _mailbox;
    private readonly GraphUpload _upload;

    /// <param name="mailbox">Which mailbox; disposed with the sender.</param>
    internal GraphMailSender(GraphMailbox mailbox)
    {
        _mailbox = mailbox;
        _upload = new GraphUpload(_mailbox.Wire);
    }

    /// <summary>Sends one message.</summary>
    /// <param name="message">What to send.</param>
    /// <param name="cancellationToken">Ends it; a draft that was made is deleted.</param>
    /// <returns>What was sent, once the service has taken it.</returns>
    /// <exception cref="InvalidRequestException">
    /// It has no recipient, an address is none, a name or the subject has a control character in it, or a file can't be read.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The service said no; nothing was sent.</exception>
    /// <exception cref="ConnectionLostException">The connection broke; the message says whether it may have been
    /// sent.</exception>
    public async Task<SentMessage> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (message.To.Count + message.Cc.Count + message.Bcc.Count == 0)
        {
            throw new InvalidRequestException("NoRecipient", $"The message '{message.Subject}' has no recipient.")
            {
                Target = message.Subject,
                Advice = "Give at least one of -To, -Cc and -Bcc.",
            };
        }

        message.Check();
        string? id = null;
        if (GraphOutgoing.FitsOneRequest(message))
        {
            await SendAtOnceAsync(message, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            id = await SendByDraftAsync(message, cancellationToken).ConfigureAwait(false);
        }

        return new SentMessage
        {
            Mailbox = _mailbox.Connection.Mailbox,
            Id = id,
            From = message.From,
            To = [.. message.To],
            Cc = [.. message.Cc],
            Bcc = [.. message.Bcc],
            ReplyTo = [.. message.ReplyTo],
            Subject = message.Subject,
            Importance = message.Importance,
            Attachment = [.. message.Attachments.Select(a => new MailAttachment
            {
                Name = a.Name, ContentType = a.ContentType, Size = a.Size, IsInline = a.ContentId is not null,
                ContentId = a.ContentId, Path = a.Path,
            })],
            // A draft that is sent always leaves a copy: https://learn.microsoft.com/graph/api/message-send.
            SavedToSentItems = message.SaveToSentItems || id is not null,
            SentAt = _mailbox.Wire.Time.GetUtcNow(),
            Change = ChangeKind.Created,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upload.Dispose();
        _mailbox.Dispose();
    }

    private async Task SendAtOnceAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var body = new SendMailPostRequestBody
        {
            Message = GraphOutgoing.Message(message),
            SaveToSentItems = message.SaveToSentItems,
        };
        body.Message.Attachments = [];
        foreach (var attachment in message.Attachments)
        {
            body.Message.Attachments.Add(await GraphOutgoing.ReadAsync(attachment, cancellationToken).ConfigureAwait(false));
        }

        try
        {
            await _mailbox.CallAsync(
                u => u.SendMail.PostAsync(body, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionLostException e) when (e.Endpoint == _mailbox.Host && e.InnerException is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        })
        {
            throw new ConnectionLostException($"{e.Message} It is not known whether the mail was sent.", e)
            {
                Endpoint = e.Endpoint,
                Advice = "Look in Sent Items before you send it again.",
            };
        }
        catch (UnexpectedResponseException e) when (e.Endpoint == _mailbox.Host)
        {
            throw new UnexpectedResponseException($"{e.Message} The message might have been sent.", e)
            {
                Service = e.Service,
                Endpoint = e.Endpoint,
                HttpStatus = e.HttpStatus,
                MediaType = e.MediaType,
                Advice = $"Check Sent Items before you send the message again. {e.Advice}",
            };
        }
    }

    private async Task<string> SendByDraftAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var content = GraphOutgoing.Message(message);
        var draft =
            (await _mailbox.CallAsync(
                u => u.Messages.PostAsync(content, cancellationToken: cancellationToken), cancellationToken)
            .ConfigureAwait(false))!.Id!;
        try
        {
            for (var i = 0; i < message.Attachments.Count; i++)
            {
                await AttachAsync(draft, message.Attachments[i], i + 1, cancellationToken).ConfigureAwait(false);
            }

            await SendDraftAsync(draft, cancellationToken).ConfigureAwait(false);
            return draft;
        }
        catch
        {
            await DiscardAsync(draft).ConfigureAwait(false);
            throw;
        }
    }

    private async Task SendDraftAsync(string draft, CancellationToken cancellationToken)
    {
        try
        {
            await _mailbox.CallAsync(
                u => u.Messages[draft].Send.PostAsync(cancellationToken: cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e) when (e.IsTransient)
        {
            // The answer got lost, and perhaps the request did not. An immutable id stays when a draft becomes a sent message.
            if (await IsDraftAsync(draft, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            VerboseLog.Write($"The answer was lost ({e.Message}), but {draft} was sent.");
        }
    }

    private async Task AttachAsync(string draft, OutgoingAttachment attachment, int number, CancellationToken cancellationToken)
    {
        if (attachment.Size < GraphOutgoing.SessionFrom)
        {
            try
            {
                var small = await GraphOutgoing.ReadAsync(attachment, cancellationToken).ConfigureAwait(false);
                await _mailbox.CallAsync(
                    u => u.Messages[draft].Attachments.PostAsync(small, cancellationToken: cancellationToken),
                    cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ServiceRefusedException e) when (e.HttpStatus == 413)
            {
                VerboseLog.Write($"{attachment.Name} is too large for one request: {e.Message}");
            }
        }

        var session = await _mailbox.CallAsync(u => u.Messages[draft].Attachments.CreateUploadSession.PostAsync(
            new CreateUploadSessionPostRequestBody
            {
                AttachmentItem = new AttachmentItem
                {
                    AttachmentType = AttachmentType.File,
                    Name = attachment.Name,
                    ContentType = attachment.ContentType,
                    Size = attachment.Size,
                    IsInline = attachment.ContentId is not null,
                    ContentId = attachment.ContentId,
                },
            },
            cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        await _upload.SendAsync(
            session!.UploadUrl!, attachment,
            async () => await CountAsync(draft, cancellationToken).ConfigureAwait(false) >= number,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> CountAsync(string draft, CancellationToken cancellationToken) =>
        (await _mailbox.CallAsync(u => u.Messages[draft].Attachments.GetAsync(r =>
        {
            r.QueryParameters.Select = ["id"];
            r.QueryParameters.Top = 1000;
        }, cancellationToken), cancellationToken).ConfigureAwait(false))?.Value?.Count ?? 0;

    private async Task<bool> IsDraftAsync(string id, CancellationToken cancellationToken) =>
        (await _mailbox.CallAsync(
            u => u.Messages[id].GetAsync(r => r.QueryParameters.Select = ["isDraft"], cancellationToken), cancellationToken)
            .ConfigureAwait(false))?.IsDraft ?? false;

    /// <summary>Deletes a draft, also when the caller has been cancelled; never a message that was sent after all.</summary>
    private async Task DiscardAsync(string draft)
    {
        using var timeout = new CancellationTokenSource(CleanupTimeout, _mailbox.Wire.Time);
        try
        {
            if (await IsDraftAsync(draft, timeout.Token).ConfigureAwait(false))
            {
                await _mailbox.CallAsync(
                    u => u.Messages[draft].DeleteAsync(cancellationToken: timeout.Token), timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is MailAdminException or OperationCanceledException)
        {
            // What went wrong before is what the caller has to hear.
            VerboseLog.Write($"The draft {draft} could not be deleted: {e.Message}");
        }
    }
}
