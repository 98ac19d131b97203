using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Which mailbox action the audit log has of a request: https://learn.microsoft.com/purview/audit-mailboxes#mailbox-actions.
/// </summary>
internal static class AuditedAction
{
    // The first row that fits counts: the method, and the end of the endpoint's template.
    private static readonly (string Method, string End, string? Operation)[] Rows =
    [
        ("GET", "/mailboxSettings", null),
        ("GET", "/mailboxSettings/{setting}", null),
        ("GET", "/mailFolders", null),
        ("GET", "/mailFolders/{folder}", null),
        ("GET", "/mailFolders/delta", null),
        ("GET", "/childFolders", null),
        ("GET", "/$count", null),
        ("GET", "", MailboxAudit.Accessed),
        ("POST", "/sendMail", "Send"),
        ("POST", "/send", "Send"),
        ("POST", "/forward", "Send"),
        ("POST", "/reply", "Send"),
        ("POST", "/replyAll", "Send"),
        ("POST", "{message}/move", "Move"),
        ("POST", "{message}/copy", "Copy"),
        ("POST", "/permanentDelete", "HardDelete"),
        ("POST", "/messages", "Create"),
        ("POST", "/createForward", "Create"),
        ("POST", "/createReply", "Create"),
        ("POST", "/createReplyAll", "Create"),
        ("PATCH", "{message}", "Update"),
        ("DELETE", "{message}", "SoftDelete"),
    ];

    /// <summary>The action; null for what isn't audited.</summary>
    public static string? Of(Route route) =>
        Array.Find(Rows, r => r.Method == route.Method && route.Template.EndsWith(r.End, StringComparison.Ordinal)).Operation;
}
