using MailAdmin.Core.Access;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Reads the settings of a mailbox together with its quotas, holds, and rules, and finds their faults.</summary>
internal static class MailboxSurvey
{
    /// <summary>Reads a mailbox.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and View-Only Recipients.</param>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">The mailbox doesn't exist.</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read it.</exception>
    public static async Task<MailboxSetting> ReadAsync(Session session, string mailbox, CancellationToken cancellationToken)
    {
        var found = await session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var setting = await new MailboxSettings(session).GetAsync(found, cancellationToken).ConfigureAwait(false);
        var health = await MailboxHealth.ReadAsync(session, found, cancellationToken).ConfigureAwait(false);
        var retention = health.Retention;
        return setting with
        {
            ItemCount = health.ItemCount,
            Size = health.Size,
            Quota = retention.Quota,
            RecoverableItemsSize = health.RecoverableItemsSize,
            RecoverableItemsQuota = retention.RecoverableItemsQuota,
            Hold = [.. retention.Holds],
            HasArchive = retention.HasArchive,
            ForwardingAddress = retention.ForwardingAddress,
            DeliverToMailboxAndForward = retention.KeepsForwarded,
            InboxRule = health.Rules is null ? null : [.. health.Rules],
            Warning = [.. HealthChecks.Of(health, found.Address).Select(c => c.Cause).OfType<string>()],
        };
    }
}
