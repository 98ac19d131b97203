using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Smtp;

/// <summary>Represents a submitted message: Exchange's response, and its delivery. The caller holds the lock.</summary>
internal sealed class SmtpMessage(TenantState tenant, SmtpCaller caller, SmtpEnvelope envelope)
{
    private readonly byte[] _content = envelope.Content.ToArray();
    private MimeContent? _parsed;

    private MimeContent Content => _parsed ??= new MimeContent(Complete());

    /// <summary>Returns the reason of a refusal; null if it's accepted.</summary>
    public SmtpReply? Refusal
    {
        get
        {
            var (mailbox, log) = (caller.Mailbox, caller.Mailbox.Submissions);
            var external = Submission.External(tenant, envelope.Recipients);
            return caller.Access == SmtpAccess.None ? SmtpReply.LogonFailed
                : _content.Length > Submission.MaxSize(tenant, mailbox) ? SmtpReply.TooLarge
                : caller.Access == SmtpAccess.LogonOnly || IsDenied() ? SmtpReply.SendAsDenied
                : mailbox.IsFull ? SmtpReply.Full
                : log.RecipientsOfDay(tenant.Now) + envelope.Recipients.Count > Submission.RecipientsOfDay
                    ? SmtpReply.QuotaExceeded
                : Submission.IsTooMuchForRoutingDomain(tenant, mailbox, external) ? SmtpReply.RoutingDomainLimit
                : null;
        }
    }

    /// <summary>
    /// Delivers it, and keeps a copy: https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements.
    /// </summary>
    public SmtpReply Deliver()
    {
        var content = Content;
        tenant.Audit.Note(
            "Send", caller.AppId, tenant.Directory.PrincipalOf(caller.AppId)?.Id ?? caller.AppId, isPerson: false,
            caller.Mailbox);
        Submission.Deliver(tenant, caller.Mailbox, envelope.Recipients, content);
        Submission.Put(tenant, caller.Mailbox, "sentitems", content).IsRead = true;
        return new SmtpReply(250, $"2.0.0 OK {(string?)content.Property("internetMessageId")} [Hostname=SANDBOX0001]");
    }

    /// <summary>Both the return path and the From field have to be the mailbox's, or of one that it may send for.</summary>
    private bool IsDenied() => new[] { envelope.From, FromField() }.Any(
        from => from is { Length: > 0 } && SendRights.Judge(tenant, caller.Mailbox, from) == SendRight.None);

    private string? FromField() =>
        ((Content.Property("from") as JsonObject)?["emailAddress"] as JsonObject)?.Text("address");

    /// <summary>Adds the fields that the service adds if they're missing, and the sender on whose behalf it's sent.</summary>
    private byte[] Complete()
    {
        var plain = new MimeContent(_content);
        var from = ((plain.Property("from") as JsonObject)?["emailAddress"] as JsonObject)?.Text("address");
        var lines = new List<string>();
        if (from is null)
        {
            lines.Add($"From: {caller.Mailbox.Address}");
        }
        else if (SendRights.Judge(tenant, caller.Mailbox, from) == SendRight.OnBehalf)
        {
            lines.Add($"Sender: {caller.Mailbox.Address}");
        }

        if (plain.Property("internetMessageId") is null)
        {
            lines.Add($"Message-ID: <{Guid.NewGuid():N}@{tenant.Domain}>");
        }

        return [.. System.Text.Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\r\n"))), .. _content];
    }
}
