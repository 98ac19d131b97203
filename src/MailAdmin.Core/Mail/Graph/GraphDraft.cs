using MailAdmin.Core.Base;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item.Messages.Item.Attachments.CreateUploadSession;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Sends by way of a draft: each attachment is added to it (large ones in slices, see <see cref="GraphUpload"/>), and it is
/// sent. One that can't be sent is deleted again.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/outlook-large-attachments</remarks>
internal sealed class GraphDraft : IDisposable
{
    private static readonly TimeSpan CleanupTimeout = TimeSpan.FromSeconds(30);

    private readonly GraphMailbox _mailbox;
    private readonly GraphUpload _upload;

    /// <param name="mailbox">The mailbox, which the caller disposes.</param>
    public GraphDraft(GraphMailbox mailbox)
    {
        _mailbox = mailbox;
        _upload = new GraphUpload(mailbox.Wire);
    }

    /// <summary>Sends a draft with attachments.</summary>
    /// <param name="create">Creates the draft.</param>
    /// <param name="attachments">The attachments to add.</param>
    /// <param name="submitting">Called right before it is sent.</param>
    /// <returns>Its immutable ID.</returns>
    public async Task<string> SendAsync(
        Func<Task<Message?>> create, IReadOnlyList<OutgoingAttachment> attachments, Action? submitting,
        CancellationToken cancellationToken)
    {
        var draft = (await create().ConfigureAwait(false))!.Id!;
        try
        {
            for (var i = 0; i < attachments.Count; i++)
            {
                await AttachAsync(draft, attachments[i], i + 1, cancellationToken).ConfigureAwait(false);
            }

            submitting?.Invoke();
            await PostAsync(draft, cancellationToken).ConfigureAwait(false);
            return draft;
        }
        catch
        {
            await DiscardAsync(draft).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _upload.Dispose();

    private async Task PostAsync(string draft, CancellationToken cancellationToken)
    {
        try
        {
            await _mailbox.CallAsync(
                u => u.Messages[draft].Send.PostAsync(cancellationToken: cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e) when (e.IsTransient)
        {
            // The response was lost, and maybe the request. An immutable ID doesn't change when a draft becomes a sent message.
            if (await IsDraftAsync(draft, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            VerboseLog.Write($"The response was lost ({e.Message}), but {draft} was sent.");
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
            VerboseLog.Write($"Can't delete the draft {draft}: {e.Message}");
        }
    }
}
