using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>Reads one message with the properties that a listing doesn't have.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/message-get, https://learn.microsoft.com/graph/api/message-list-attachments
/// </remarks>
internal sealed class GraphMessageReader(GraphMailbox mailbox)
{
    /// <summary>All properties except the content, which can be 150 MB and would be in memory.</summary>
    private static readonly string[] OfAttachment =
        ["id", "name", "contentType", "size", "isInline", "lastModifiedDateTime", "microsoft.graph.fileAttachment/contentId"];

    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private string? _root;

    public async Task<MailboxMessage?> FindAsync(
        MailAdmin.MailFolder? folder, string id, MessageDetail detail, CancellationToken cancellationToken)
    {
        try
        {
            var message = await ReadAsync(id, Wanted(detail), "html", cancellationToken).ConfigureAwait(false);
            if (folder is not null && message.ParentFolderId != folder.Id)
            {
                return null;
            }

            var path = folder?.Path ?? await PathAsync(message.ParentFolderId!, cancellationToken).ConfigureAwait(false);
            var described = GraphMessages.Describe(message, path, mailbox.Connection);
            described = (detail & ~MessageDetail.InternetHeaders) == 0 ? described
                : await CompleteAsync(described, detail, cancellationToken).ConfigureAwait(false);
            return !detail.HasFlag(MessageDetail.InternetHeaders) ? described : described with
            {
                InternetHeader = message.InternetMessageHeaders is { } headers
                    ? [.. headers.Select(h => new MailHeader(h.Name ?? "", h.Value ?? ""))]
                    : null,
            };
        }
        catch (ServiceRefusedException e) when (e.Code is GraphCodes.ItemNotFound or GraphCodes.InvalidId)
        {
            return null;
        }
    }

    /// <summary>Copies the message unchanged. https://learn.microsoft.com/graph/outlook-get-mime-message</summary>
    public Task CopyContentAsync(string id, Stream sink, CancellationToken cancellationToken) => mailbox.ReadAsync(
        u => u.Messages[id].Content.GetAsync(cancellationToken: cancellationToken),
        async content =>
        {
            // The sink's own exceptions (a full disk) must not be taken for the network's.
            var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 * 1024);
            try
            {
                while (await GraphErrors.CallAsync(
                    mailbox.Host, () => content.ReadAsync(buffer, cancellationToken).AsTask()).ConfigureAwait(false) is > 0
                        and var read)
                {
                    await sink.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            }

            await sink.FlushAsync(cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>
    /// Adds the requested properties from the content, which is the same over every protocol and has parts that Graph's
    /// properties don't have. Properties that the content doesn't have, such as a link to a file in OneDrive, come from Graph.
    /// </summary>
    public async Task<MailboxMessage> CompleteAsync(
        MailboxMessage described, MessageDetail detail, CancellationToken cancellationToken)
    {
        var attachments = detail.HasFlag(MessageDetail.Attachments)
            ? await AttachmentsAsync(described.Id, cancellationToken).ConfigureAwait(false)
            : [];
        var spool = new Spool();
        await using (spool.ConfigureAwait(false))
        {
            try
            {
                await CopyContentAsync(described.Id, spool, cancellationToken).ConfigureAwait(false);
                using var content = await spool.OpenMessageAsync(cancellationToken).ConfigureAwait(false);
                if (MessageIdentity.Fault(described, content, spool.Length) is { } fault)
                {
                    throw fault;
                }

                var complete = await MessageContent.CompleteAsync(
                    described, content, detail & ~MessageDetail.InternetHeaders, cancellationToken).ConfigureAwait(false);
                return complete with { Attachment = complete.Attachment is { } found ? Merge(found, attachments) : null };
            }
            catch (ServiceRefusedException e) when (e.HttpStatus is not (0 or 401 or 403 or 429) && !e.IsTransient)
            {
                // The service has no MIME form of it; then its own properties are what there is.
                VerboseLog.Write($"Can't read the content of {described.Id}: {e.Message}");
            }
            catch (IOException e)
            {
                throw Spool.Failed(e);
            }
        }

        if (detail.HasFlag(MessageDetail.Body))
        {
            var message = await ReadAsync(described.Id, ["body"], "html", cancellationToken).ConfigureAwait(false);
            var html = message.Body?.Content ?? "";
            described = described with { HtmlBody = html, TextBody = HtmlText.ToText(html) };
        }

        return described with { Attachment = detail.HasFlag(MessageDetail.Attachments) ? attachments : null };
    }

    private static string[] Wanted(MessageDetail detail) =>
    [
        .. GraphMessages.Listed,
        "parentFolderId",
        .. detail.HasFlag(MessageDetail.InternetHeaders) ? ["internetMessageHeaders"] : Array.Empty<string>(),
    ];

    /// <summary>
    /// Returns the attachments of the content, with Graph's IDs if they can be matched, and the links that only Graph has.
    /// </summary>
    private static MailAttachment[] Merge(MailAttachment[] content, MailAttachment[] listed)
    {
        var left = listed.ToList();
        return
        [
            .. content.Select(file =>
            {
                var known = left.Find(a => a.Kind == file.Kind && a.Name == file.Name)
                    ?? left.Find(a => a.ContentId is not null && a.ContentId == file.ContentId);
                return known is not null && left.Remove(known)
                    ? file with { Id = known.Id, ModifiedAt = known.ModifiedAt }
                    : file;
            }),
            .. listed.Where(static a => a.Kind == MailAttachmentKind.Reference),
        ];
    }

    // In Graph, a message has one body. The header requests it as it is or converted.
    private async Task<Message> ReadAsync(string id, string[] select, string bodyType, CancellationToken cancellationToken) =>
        (await mailbox.CallAsync(u => u.Messages[id].GetAsync(r =>
        {
            r.QueryParameters.Select = select;
            r.Headers.Add("Prefer", $"outlook.body-content-type=\"{bodyType}\"");
        }, cancellationToken), cancellationToken).ConfigureAwait(false))!;

    private async Task<MailAttachment[]> AttachmentsAsync(string id, CancellationToken cancellationToken)
    {
        var all = new List<MailAttachment>();
        var attachments = GraphPages.ReadAsync(
            () => mailbox.CallAsync(u => u.Messages[id].Attachments.GetAsync(r =>
            {
                r.QueryParameters.Select = OfAttachment;
                r.QueryParameters.Top = 100;
            }, cancellationToken), cancellationToken),
            link => mailbox.CallAsync(
                u => u.Messages[id].Attachments.WithUrl(link).GetAsync(cancellationToken: cancellationToken), cancellationToken),
            page => page.Value, cancellationToken);
        await foreach (var attachment in attachments.ConfigureAwait(false))
        {
            all.Add(GraphMessages.Describe(attachment));
        }

        return [.. all];
    }

    /// <summary>Returns the path of a folder from its ID.</summary>
    private async Task<string> PathAsync(string folderId, CancellationToken cancellationToken)
    {
        if (_paths.TryGetValue(folderId, out var known))
        {
            return known;
        }

        _root ??= (await FolderAsync("msgfolderroot", cancellationToken).ConfigureAwait(false)).Id!;
        var folder = await FolderAsync(folderId, cancellationToken).ConfigureAwait(false);
        var isTop = folder.ParentFolderId is null || folder.ParentFolderId == _root || folder.ParentFolderId == folderId;
        var above = isTop ? null : await PathAsync(folder.ParentFolderId!, cancellationToken).ConfigureAwait(false);
        return _paths[folderId] = FolderPath.Join(above, folder.DisplayName ?? "");
    }

    private async Task<Microsoft.Graph.Models.MailFolder> FolderAsync(string id, CancellationToken cancellationToken) =>
        (await mailbox.CallAsync(u => u.MailFolders[id].GetAsync(
            r => r.QueryParameters.Select = ["id", "displayName", "parentFolderId"], cancellationToken),
            cancellationToken).ConfigureAwait(false))!;
}
