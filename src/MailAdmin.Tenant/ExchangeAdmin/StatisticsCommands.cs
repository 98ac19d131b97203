using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// The statistics and inbox rules of mailboxes: https://learn.microsoft.com/powershell/module/exchange/get-mailboxstatistics,
/// get-inboxrule, disable-inboxrule.
/// </summary>
internal static class StatisticsCommands
{
    /// <summary>TotalDeletedItemSize is the size of Recoverable Items.</summary>
    public static IEnumerable<JsonObject> Get(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Identity"));
        var deleted = mailbox.RecoverableItems.ToArray();
        return
        [
            new JsonObject
            {
                ["DisplayName"] = mailbox.DisplayName,
                ["MailboxGuid"] = mailbox.UserId,
                ["ItemCount"] = mailbox.IsUntouched ? 0 : mailbox.Items.Count(),
                ["TotalItemSize"] = ByteSize.Text(mailbox.Size),
                ["DeletedItemCount"] = deleted.Length,
                ["TotalDeletedItemSize"] = ByteSize.Text(mailbox.RecoverableItemsSize),
                ["StorageLimitStatus"] = null,
                ["IsArchiveMailbox"] = false,
                ["Identity"] = mailbox.UserId,
            },
        ];
    }

    public static IEnumerable<JsonObject> Rules(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Mailbox"));
        var rules = mailbox.Rules.Where(r => call.Text("Identity") is not { } name || IsNamed(r, name)).ToArray();
        return rules.Length == 0 && call.Text("Identity") is { } missing
            ? throw AdminRefusal.NotFound(missing)
            : rules.Select((r, i) => Describe(call, mailbox, r, i + 1));
    }

    public static IEnumerable<JsonObject> Disable(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Mailbox"));
        var name = call.Required("Identity");
        var at = mailbox.Rules.FindIndex(r => IsNamed(r, name));
        if (at < 0)
        {
            throw AdminRefusal.NotFound(name);
        }

        mailbox.Rules[at] = mailbox.Rules[at] with { IsEnabled = false };
        return [];
    }

    private static bool IsNamed(InboxRule rule, string name) =>
        new[] { rule.Name, rule.Id }.Contains(name.Split('\\')[^1], StringComparer.OrdinalIgnoreCase);

    private static JsonObject Describe(AdminCall call, Mailbox mailbox, InboxRule rule, int priority) => new()
    {
        ["Name"] = rule.Name,
        ["Enabled"] = rule.IsEnabled,
        ["Priority"] = priority,
        ["From"] = rule.From is { } from ? Json.Array($"\"{from}\" [SMTP:{from}]") : null,
        ["SubjectContainsWords"] = rule.SubjectContains.Length == 0 ? null : Json.Array(rule.SubjectContains),
        ["MoveToFolder"] = rule.MoveToFolder,
        ["DeleteMessage"] = rule.DeletesMessage,
        ["SoftDeleteMessage"] = false,
        ["ForwardTo"] = rule.ForwardTo is { } to ? Json.Array($"\"{to}\" [SMTP:{to}]") : null,
        ["ForwardAsAttachmentTo"] = null,
        ["RedirectTo"] = null,
        ["StopProcessingRules"] = true,
        ["MailboxOwnerId"] = call.Describe(mailbox).Name,
        ["RuleIdentity"] = rule.Id,
        ["Identity"] = $"{call.Describe(mailbox).Name}\\{rule.Id}",
    };
}
