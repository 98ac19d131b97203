using System.Text.Json.Nodes;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Represents the result of looking up an address: a mailbox, or the reason why it has none.</summary>
/// <param name="Mailbox">The mailbox; null if Exchange Online has none.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Cause">The reason, in a sentence.</param>
/// <param name="Advice">The recommended action.</param>
internal sealed record MailboxState(ExchangeMailbox? Mailbox, MailCheckReason? Reason, string? Cause, string? Advice)
{
    /// <summary>Looks up a mailbox, then other objects with the address.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
    /// <param name="mailbox">Any address or ID.</param>
    /// <remarks>
    /// https://learn.microsoft.com/powershell/module/exchange/get-recipient (RecipientTypeDetails: a MailUser of a hybrid
    /// organization has its mailbox on-premises), https://learn.microsoft.com/powershell/module/exchange/get-mailbox
    /// (-SoftDeletedMailbox: 30 days)
    /// </remarks>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read Exchange.</exception>
    public static async Task<MailboxState> FindAsync(Session session, string mailbox, CancellationToken cancellationToken)
    {
        if (await session.FindMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return new MailboxState(found, null, null, null);
        }

        async Task<ExchangeObject?> FirstAsync(string cmdlet, JsonObject parameters) =>
            (await session.Exchange.GetAsync(cmdlet, parameters, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        var kind = (await FirstAsync("Get-Recipient", new JsonObject { ["Identity"] = mailbox }).ConfigureAwait(false))
            ?.Text("RecipientTypeDetails");
        if (kind is not null)
        {
            return kind.Contains("MailUser", StringComparison.OrdinalIgnoreCase)
                    || kind.StartsWith("Remote", StringComparison.OrdinalIgnoreCase)
                ? new MailboxState(
                    null, MailCheckReason.MailboxOnPremises,
                    $"'{mailbox}' is a mail user: the mailbox is in the organization's own Exchange servers, or elsewhere.",
                    "Migrate the mailbox to Exchange Online. Graph, IMAP, and SMTP of Exchange Online don't reach it before.")
                : new MailboxState(
                    null, MailCheckReason.MailboxNotFound, $"'{mailbox}' is a {kind}, which has no mailbox to open.",
                    "Specify a mailbox of a user, or a shared mailbox.");
        }

        var deleted = new JsonObject { ["Identity"] = mailbox, ["SoftDeletedMailbox"] = true };
        if (await FirstAsync("Get-Mailbox", deleted).ConfigureAwait(false) is not null)
        {
            return new MailboxState(
                null, MailCheckReason.MailboxSoftDeleted,
                $"The mailbox '{mailbox}' was deleted, and can be restored for 30 days.",
                "Restore the user in Entra, or assign the license again. The mailbox then returns with its messages.");
        }

        return await IsUserAsync(session, mailbox, cancellationToken).ConfigureAwait(false)
            ? new MailboxState(
                null, MailCheckReason.LicenseMissing, $"The user '{mailbox}' exists, and has no mailbox in Exchange Online.",
                "Give the user an Exchange Online license, and wait some minutes until the mailbox is created. Shared and room "
                    + "mailboxes need none.")
            : new MailboxState(
                null, MailCheckReason.MailboxNotFound, $"Exchange has no mailbox '{mailbox}', and Entra no such user.",
                "Check the address, and that it is in this tenant.");
    }

    private static async Task<bool> IsUserAsync(Session session, string user, CancellationToken cancellationToken)
    {
        try
        {
            await session.FindUserAsync(user, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ServiceRefusedException e) when (e.IsDenied || e.HttpStatus == 404)
        {
            return false;
        }
    }
}
