using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// How large a message may be: 35 MB unless the mailbox has another limit, 150 MB at most
/// (https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits#message-limits).
/// The code of the refusal is that of https://github.com/microsoftgraph/microsoft-graph-docs/issues/15579.
/// </summary>
internal static class MessageSize
{
    /// <summary>What counts: the files as they are, before they become text, or MIME as it was handed in.</summary>
    public static long Of(ItemContent content) => content is WrittenContent
        ? content.Attachments.Sum(a => a.Content.Length)
        : content.MimeLength;

    public static GraphRefusal Exceeded() =>
        new(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.");
}
