using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Represents the size and retention of a mailbox, and the rules that process its mail before an app reads it.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/get-mailboxstatistics (TotalDeletedItemSize is the size of Recoverable
/// Items), https://learn.microsoft.com/powershell/module/exchange/get-inboxrule,
/// https://learn.microsoft.com/exchange/security-and-compliance/recoverable-items-folder/recoverable-items-folder (quotas)
/// </remarks>
internal sealed record MailboxHealth
{
    /// <summary>The result of Get-Mailbox.</summary>
    public required MailboxRetention Retention { get; init; }

    public long? ItemCount { get; init; }

    public long? Size { get; init; }

    public long? RecoverableItemsSize { get; init; }

    /// <summary>Enabled rules that move, delete, or redirect messages; null if they can't be read.</summary>
    public IReadOnlyList<MailboxInboxRule>? Rules { get; init; }

    /// <summary>Reads the state of a mailbox: at most three requests. What the session may not read is null.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and View-Only Recipients.</param>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    /// <param name="withRules">Whether inbox rules are read.</param>
    public static async Task<MailboxHealth> ReadAsync(
        Session session, ExchangeMailbox mailbox, CancellationToken cancellationToken, bool withRules = true)
    {
        var retention = await RetentionAsync(session, mailbox, cancellationToken).ConfigureAwait(false);
        var statistics = (await TryAsync(session, "Get-MailboxStatistics", new JsonObject { ["Identity"] = mailbox.Address },
            cancellationToken).ConfigureAwait(false))?.FirstOrDefault();
        var rules = !withRules ? null : await TryAsync(session, "Get-InboxRule", new JsonObject { ["Mailbox"] = mailbox.Address },
            cancellationToken).ConfigureAwait(false);
        return new MailboxHealth
        {
            Retention = retention,
            ItemCount = long.TryParse(statistics?.Text("ItemCount"), out var count) ? count : null,
            Size = ExchangeSize.Bytes(statistics?.Text("TotalItemSize")),
            RecoverableItemsSize = ExchangeSize.Bytes(statistics?.Text("TotalDeletedItemSize")),
            Rules = rules is null ? null : [.. rules.Select(Read).OfType<MailboxInboxRule>()],
        };
    }

    /// <summary>The holds of a mailbox, with those of the organization.</summary>
    public static async Task<MailboxRetention> RetentionAsync(
        Session session, ExchangeMailbox mailbox, CancellationToken cancellationToken)
    {
        var organization = await TryAsync(session, "Get-OrganizationConfig", [], cancellationToken).ConfigureAwait(false);
        return mailbox.Retention.With(organization?.FirstOrDefault());
    }

    /// <summary>A rule that keeps mail from the folder that it arrives in; null for another one.</summary>
    private static MailboxInboxRule? Read(ExchangeObject rule)
    {
        if (rule.Flag("Enabled") == false)
        {
            return null;
        }

        var name = rule.Text("Name") ?? "";
        return rule.Text("MoveToFolder") is { Length: > 0 } folder ? new MailboxInboxRule(name, MailboxRuleAction.Move, folder)
            : rule.Flag("DeleteMessage") == true || rule.Flag("SoftDeleteMessage") == true
                ? new MailboxInboxRule(name, MailboxRuleAction.Delete, null)
            : rule.Texts("RedirectTo") is [var first, ..] ? new MailboxInboxRule(name, MailboxRuleAction.Redirect, first)
            : null;
    }

    private static async Task<IReadOnlyList<ExchangeObject>?> TryAsync(
        Session session, string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Exchange.GetAsync(cmdlet, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (!e.IsTransient)
        {
            VerboseLog.Write($"{cmdlet}: {e.Message}");
            return null;
        }
    }
}
