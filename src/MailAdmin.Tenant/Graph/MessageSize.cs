using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Limits the size of a message: 35 MB unless the mailbox has another limit, 150 MB at most
/// (https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits#message-limits).
/// The error code is that of https://github.com/microsoftgraph/microsoft-graph-docs/issues/15579.
/// </summary>
internal static class MessageSize
{
    /// <summary>Returns the size that counts: of the files before they're encoded, or of the MIME as submitted.</summary>
    public static long Of(ItemContent content) => content is WrittenContent
        ? content.Attachments.Sum(a => a.Content.Length)
        : content.MimeLength;

    public static GraphRefusal Exceeded() =>
        new(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.");
}
