using MailAdmin.Core.Base;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>Messages as Graph has them and as scripts see them.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/message</remarks>
internal static class GraphMessages
{
    /// <summary>The properties of a listing: those that Mail.ReadBasic allows without further cost for the service.</summary>
    public static readonly string[] Listed =
    [
        "id", "subject", "from", "sender", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "receivedDateTime",
        "sentDateTime",
        "isRead", "hasAttachments", "internetMessageId", "importance",
    ];

    /// <summary>The properties that a listing requests.</summary>
    public static string[] Wanted(Mail.MessageDetail detail) =>
        detail.HasFlag(Mail.MessageDetail.Body) ? [.. Listed, "body"] : Listed;

    /// <summary>
    /// Expands the attachments of a listing without their content, which can be 150 MB and would be in memory; null for none.
    /// https://learn.microsoft.com/graph/query-parameters#expand
    /// </summary>
    public static string[]? Expanded(Mail.MessageDetail detail) =>
        detail.HasFlag(Mail.MessageDetail.Attachments)
            ? ["attachments($select=id,name,contentType,size,isInline,lastModifiedDateTime)"]
            : null;

    public static MailboxMessage Describe(Message message, string folder, MailboxConnection connection) => new()
    {
        Id = message.Id ?? throw Incomplete(folder, connection),
        Mailbox = connection.Mailbox,
        Folder = folder,
        Subject = message.Subject ?? "",
        From = Address(message.From),
        Sender = Address(message.Sender),
        To = Addresses(message.ToRecipients),
        Cc = Addresses(message.CcRecipients),
        Bcc = Addresses(message.BccRecipients),
        ReplyTo = Addresses(message.ReplyTo),
        ReceivedAt = message.ReceivedDateTime,
        SentAt = message.SentDateTime,
        IsRead = message.IsRead ?? false,
        // The service leaves inline parts out of it, so that it can be true, and never a proven false:
        // https://learn.microsoft.com/graph/api/resources/message (hasAttachments).
        HasAttachments = message.HasAttachments is true ? true : null,
        InternetMessageId = message.InternetMessageId,
        Importance = message.Importance switch
        {
            Importance.Low => MailImportance.Low,
            Importance.High => MailImportance.High,
            Importance.Normal => MailImportance.Normal,
            _ => null,
        },
        TextBody = message.Body is { ContentType: BodyType.Text, Content: var text } ? text : null,
        HtmlBody = message.Body is { ContentType: BodyType.Html, Content: var html } ? html : null,
        Attachment = message.Attachments is { } attachments ? [.. attachments.Select(Describe)] : null,
        Connection = connection,
    };

    /// <summary>A list has a message without what identifies it: it would be skipped, or hide those that follow it.</summary>
    public static UnexpectedResponseException Incomplete(string folder, MailboxConnection connection) =>
        new($"The list of '{folder}' contains a message without an ID or a time of arrival.")
        {
            Service = "Graph",
            Endpoint = Cloud.Of(connection.Environment).GraphHost,
            HttpStatus = 200,
        };

    public static MailAttachment Describe(Attachment attachment) => new()
    {
        Id = attachment.Id,
        Name = attachment.Name ?? "",
        Kind = attachment switch
        {
            ItemAttachment => MailAttachmentKind.Item,
            ReferenceAttachment => MailAttachmentKind.Reference,
            _ => MailAttachmentKind.File,
        },
        ContentType = attachment.ContentType,
        Size = attachment.Size ?? 0,
        IsInline = attachment.IsInline ?? false,
        ContentId = (attachment as FileAttachment)?.ContentId?.Trim('<', '>'),
        ModifiedAt = attachment.LastModifiedDateTime,
    };

    public static Importance Level(MailImportance importance) => importance switch
    {
        MailImportance.Low => Importance.Low,
        MailImportance.High => Importance.High,
        _ => Importance.Normal,
    };

    public static Recipient Recipient(MailAdmin.EmailAddress address) =>
        new() { EmailAddress = new Microsoft.Graph.Models.EmailAddress { Name = address.Name, Address = address.Address } };

    private static MailAdmin.EmailAddress[] Addresses(IEnumerable<Recipient>? recipients) =>
        [.. (recipients ?? []).Select(Address).OfType<MailAdmin.EmailAddress>()];

    private static MailAdmin.EmailAddress? Address(Recipient? recipient) =>
        recipient?.EmailAddress is { } a ? new(string.IsNullOrEmpty(a.Name) ? null : a.Name, a.Address ?? "") : null;
}
