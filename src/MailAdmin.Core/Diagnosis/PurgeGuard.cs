using System.Runtime.CompilerServices;
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Checks a mailbox before messages are deleted in it, if the session can read it: a hold keeps purged messages, and a full
/// Recoverable Items folder prevents deletion.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/purview/ediscovery-create-a-litigation-hold,
/// https://learn.microsoft.com/exchange/security-and-compliance/recoverable-items-folder/recoverable-items-folder
/// </remarks>
internal static class PurgeGuard
{
    /// <summary>Sessions that can't read Exchange. They aren't used for other mailboxes.</summary>
    private static readonly ConditionalWeakTable<Session, object> Denied = [];

    /// <summary>Checks a mailbox.</summary>
    /// <param name="connection">The mailbox.</param>
    /// <param name="after">The action on messages; only Delete and Purge are relevant.</param>
    /// <param name="isForced">Whether a held mailbox is accepted.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A warning; null for none.</returns>
    /// <exception cref="InvalidRequestException">The mailbox is on hold (MailboxOnHold).</exception>
    public static async Task<string?> CheckAsync(
        MailboxConnection connection, AfterProcessing after, bool isForced, CancellationToken cancellationToken)
    {
        if (after is not (AfterProcessing.Delete or AfterProcessing.Purge)
            || CauseFinder.SessionOf(connection) is not { } session || Denied.TryGetValue(session, out _))
        {
            return null;
        }

        try
        {
            if (await session.FindMailboxAsync(connection.Mailbox, cancellationToken).ConfigureAwait(false) is not { } mailbox)
            {
                return null;
            }

            var health = await MailboxHealth.ReadAsync(session, mailbox, cancellationToken, withRules: false)
                .ConfigureAwait(false);
            if (after == AfterProcessing.Purge && !isForced && health.Retention.Holds is { Count: > 0 } holds)
            {
                throw Held(connection.Mailbox, holds);
            }

            return HealthChecks.Warning(health) is { } warning ? $"{connection.Mailbox}: {warning.Cause} {warning.Advice}" : null;
        }
        catch (MailAdminException e) when (e is not InvalidRequestException { Id: "MailboxOnHold" })
        {
            if (e is ServiceRefusedException { IsDenied: true } or ServiceRefusedException { Service: "Entra" })
            {
                Denied.AddOrUpdate(session, session);
            }

            VerboseLog.Write($"Holds and quotas of {connection.Mailbox} can't be read: {e.Message}");
            return null;
        }
    }

    private static InvalidRequestException Held(string mailbox, IReadOnlyList<string> holds) => new(
        "MailboxOnHold", $"Can't purge messages of '{mailbox}' because the mailbox is on hold ({string.Join(", ", holds)}).")
    {
        Target = mailbox,
        Advice = "A hold keeps purged messages, and they fill Recoverable Items. Ask the compliance team, and use "
            + "-AfterProcessing Move or Delete. To purge anyway, use -Force.",
    };
}
