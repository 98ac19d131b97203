using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Gate;

/// <summary>
/// Delivers a message to the mailboxes of its recipients, for any protocol. Messages for recipients outside the tenant leave it
/// and are discarded.
/// </summary>
internal static class Submission
{
    /// <summary>Recipients of a mailbox in 24 hours.</summary>
    public const int RecipientsOfDay = 10_000;

    /// <summary>Recipients outside, of all mailboxes with an address in onmicrosoft.com together, in 24 hours.</summary>
    public const int ExternalOfDay = 100;

    /// <summary>Octets of the largest message that a mailbox may send: its own limit, or the organization's.</summary>
    public static long MaxSize(TenantState tenant, Mailbox sender) =>
        sender.MaxSendSize ?? tenant.Exchange.Readable.Organization.MaxMessageSize;

    /// <summary>Delivers a message, and keeps count.</summary>
    public static void Deliver(TenantState tenant, Mailbox sender, IReadOnlyCollection<string> recipients, ItemContent content)
    {
        var known = recipients.Select(tenant.Mailboxes.Find).OfType<Mailbox>().Distinct().ToArray();
        sender.Submissions.Add(tenant.Now, recipients.Count, External(tenant, recipients));
        foreach (var mailbox in known)
        {
            Receive(tenant, mailbox, content);
        }
    }

    /// <summary>
    /// Takes a message where the mailbox wants it: to another address, then to the folder of the first rule that matches.
    /// https://learn.microsoft.com/powershell/module/exchange/set-mailbox (-DeliverToMailboxAndForward)
    /// </summary>
    private static void Receive(TenantState tenant, Mailbox mailbox, ItemContent content)
    {
        if (mailbox.Policy.ForwardingAddress is { } address && tenant.Mailboxes.Find(address) is { } other && other != mailbox)
        {
            Put(tenant, other, "inbox", content);
        }

        if (mailbox.Policy is { ForwardingAddress: not null, KeepsForwarded: false })
        {
            return;
        }

        var item = Put(tenant, mailbox, "inbox", content);
        var rule = mailbox.Rules.Find(r => r.Matches(content));
        if (rule is { DeletesMessage: true } or { MoveToFolder: not null })
        {
            mailbox.Move(item, rule.DeletesMessage ? mailbox.WellKnown("deleteditems") : mailbox.AtPath(rule.MoveToFolder!));
        }

        if (rule?.ForwardTo is { } to && tenant.Mailboxes.Find(to) is { } forwarded)
        {
            Put(tenant, forwarded, "inbox", content);
        }
    }

    /// <summary>Puts a message into a well-known folder, in the thread that it belongs to.</summary>
    public static Item Put(TenantState tenant, Mailbox mailbox, string folder, ItemContent content)
    {
        var answered = Header(content, "In-Reply-To");
        var original = answered is null ? null
            : mailbox.Items.FirstOrDefault(i => (string?)i.Content.Property("internetMessageId") == answered);
        var item = mailbox.Add(mailbox.WellKnown(folder), content, tenant.Now);
        item.ConversationId = original?.ConversationId ?? item.ConversationId;
        return item;
    }

    private static string? Header(ItemContent content, string name) =>
        (content.Property("internetMessageHeaders") as JsonArray ?? []).OfType<JsonObject>()
            .FirstOrDefault(h => name.Equals(h.Text("name"), StringComparison.OrdinalIgnoreCase))?.Text("value")?.Trim();

    /// <summary>Returns the number of recipients outside the tenant.</summary>
    public static int External(TenantState tenant, IEnumerable<string> recipients) =>
        recipients.Count(r => !r.EndsWith($"@{tenant.Domain}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a message would be one too many for the tenant's onmicrosoft.com addresses.</summary>
    public static bool IsTooMuchForRoutingDomain(TenantState tenant, Mailbox sender, int external) => external > 0
        && sender.Address.EndsWith(".onmicrosoft.com", StringComparison.OrdinalIgnoreCase)
        && tenant.Mailboxes.All.Sum(m => m.Submissions.ExternalOfDay(tenant.Now)) + external > ExternalOfDay;
}
