using System.Globalization;
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>The checks of what a mailbox holds and of what happens to its mail before an app reads it.</summary>
internal static class HealthChecks
{
    /// <summary>
    /// Returns the checks: always Size, RecoverableItems, and Delivery; Hold and Archive if the mailbox has one.
    /// </summary>
    public static IEnumerable<MailCheck> Of(MailboxHealth health, string mailbox)
    {
        yield return Size(health);
        yield return RecoverableItems(health);
        if (health.Retention.Holds.Count > 0)
        {
            yield return new MailCheck("Hold", CheckStatus.Passed)
            {
                Evidence = $"{string.Join(", ", health.Retention.Holds)}: deleted messages, purged ones too, are kept in "
                    + "Recoverable Items",
            };
        }

        if (health.Retention.HasArchive == true)
        {
            yield return new MailCheck("Archive", CheckStatus.Passed)
            {
                Evidence = "the archive mailbox is active; messages that a policy moves there can't be read over Graph or IMAP",
            };
        }

        yield return Delivery(health, mailbox);
    }

    /// <summary>The warning before deleting stops working; null as long as it works.</summary>
    public static MailCheck? Warning(MailboxHealth health) =>
        RecoverableItems(health) is { Status: CheckStatus.Warning } check ? check : null;

    private static MailCheck Size(MailboxHealth health)
    {
        if (health.Size is not { } size)
        {
            return new MailCheck("Size", CheckStatus.Skipped) { Evidence = "not read from Exchange" };
        }

        var evidence = $"{Text(size)} of {Limit(health.Retention.Quota)}, {health.ItemCount} items";
        return size < health.Retention.Quota || health.Retention.Quota is null
            ? new MailCheck("Size", CheckStatus.Passed) { Evidence = evidence }
            : new MailCheck("Size", CheckStatus.Warning)
            {
                Evidence = evidence,
                Cause = "The mailbox is full, so it receives and sends nothing.",
                Reason = MailCheckReason.MailboxFull,
                Advice = "Move or delete messages. A larger license has a larger quota.",
            };
    }

    private static MailCheck RecoverableItems(MailboxHealth health)
    {
        if (health.RecoverableItemsSize is not { } size)
        {
            return new MailCheck("RecoverableItems", CheckStatus.Skipped) { Evidence = "not read from Exchange" };
        }

        var retention = health.Retention;
        var evidence = $"{Text(size)} of {Limit(retention.RecoverableItemsQuota)}";
        if (!(size >= (retention.RecoverableItemsWarningQuota ?? retention.RecoverableItemsQuota)))
        {
            return new MailCheck("RecoverableItems", CheckStatus.Passed) { Evidence = evidence };
        }

        var isFull = size >= retention.RecoverableItemsQuota;
        return new MailCheck("RecoverableItems", CheckStatus.Warning)
        {
            Evidence = evidence,
            Cause = (isFull
                ? "Recoverable Items is full, so no message can be deleted."
                : $"Recoverable Items is nearly full ({evidence}). When it is full, no message can be deleted.")
                + (retention.Holds.Count > 0 ? $" It is never emptied because of a hold: {string.Join(", ", retention.Holds)}."
                    : ""),
            Reason = MailCheckReason.RecoverableItemsFull,
            Advice = retention.Holds.Count > 0
                ? "Ask the compliance team. An archive mailbox with a retention policy for Recoverable Items makes room. Move "
                    + "messages (-AfterProcessing Move) instead of deleting them."
                : "Delete fewer messages, or wait until the retention time is over (RetainDeletedItemsFor). Move messages "
                    + "(-AfterProcessing Move) instead of deleting them.",
        };
    }

    /// <summary>Checks that mail arrives in the Inbox and stays there.</summary>
    public static MailCheck Delivery(MailboxHealth health, string mailbox)
    {
        var retention = health.Retention;
        if (retention is { ForwardingAddress: { } address, KeepsForwarded: false })
        {
            return new MailCheck("Delivery", CheckStatus.Warning)
            {
                Evidence = $"forwarded to {address}, without a copy",
                Cause = $"All mail is forwarded to {address}, and none arrives in the mailbox.",
                Reason = MailCheckReason.Forwarded,
                Advice = "Let the mailbox keep a copy of what it forwards.",
                Remedy = new Remedy($"Set-Mailbox -Identity {CommandText.Of(mailbox)} -DeliverToMailboxAndForward $true")
                {
                    Module = "ExchangeOnlineManagement",
                    RequiredRole = ExchangeRoles.Recipients,
                },
            };
        }

        if (health.Rules is [var first, ..] rules)
        {
            return new MailCheck("Delivery", CheckStatus.Warning)
            {
                Evidence = string.Join("; ", rules),
                Cause = $"Inbox rules take messages before an app reads the Inbox: {string.Join("; ", rules)}.",
                Reason = MailCheckReason.InboxRule,
                Advice = "Disable the rule, or let the app read the folder that the rule moves messages to.",
                Remedy = new Remedy(
                    $"Disable-InboxRule -Mailbox {CommandText.Of(mailbox)} -Identity {CommandText.Of(first.Name)} "
                        + "-Confirm:$false")
                {
                    Module = "ExchangeOnlineManagement",
                    RequiredRole = ExchangeRoles.Recipients,
                },
            };
        }

        var forwarded = retention.ForwardingAddress is { } to ? $"a copy of all mail is forwarded to {to}; " : "";
        return health.Rules is null
            ? new MailCheck("Delivery", CheckStatus.Skipped) { Evidence = $"{forwarded}inbox rules can't be read" }
            : new MailCheck("Delivery", CheckStatus.Passed) { Evidence = $"{forwarded}no rule takes messages out of the Inbox" };
    }

    private static string Limit(long? bytes) => bytes is { } known ? Text(known) : "unlimited";

    private static string Text(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(bytes + 1023) / 1024} KB"),
    };
}
