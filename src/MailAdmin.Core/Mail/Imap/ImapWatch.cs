using MailKit;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Waiting for new messages in a folder, so that none slips through between looking and waiting.</summary>
internal sealed class ImapWatch(ImapPool pool, TimeProvider time)
{
    /// <summary>
    /// Shorter than the 29 minutes after which a server can close an idle connection (RFC 9051 section 6.3.13).
    /// </summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(28);

    private readonly Dictionary<string, (uint UidValidity, uint UidNext)> _seen = new(StringComparer.Ordinal);

    /// <summary>Waits until the server reports a change. Without IDLE, waits for an interval.</summary>
    public async Task WaitAsync(MailFolder folder, TimeSpan interval, TimeSpan longest, CancellationToken cancellationToken)
    {
        var canIdle = await pool.RunAsync(
            async client =>
            {
                if (!client.Capabilities.HasFlag(ImapCapabilities.Idle))
                {
                    return false;
                }

                // Opening the folder again returns the next UID. If it's higher than the last time, a message arrived in the
                // meantime.
                var mailbox = (StreamingFolder)await client.FolderAsync(folder.Id, cancellationToken).ConfigureAwait(false);
                await client.DoAsync("EXAMINE", token => mailbox.OpenAsync(FolderAccess.ReadOnly, token), cancellationToken)
                    .ConfigureAwait(false);
                var now = (mailbox.UidValidity, mailbox.UidNext?.Id ?? 0);
                if (_seen.TryGetValue(folder.Id, out var before) && before == now)
                {
                    await WaitAsync(client, mailbox, longest < LongestIdle ? longest : LongestIdle, cancellationToken)
                        .ConfigureAwait(false);
                }

                _seen[folder.Id] = now;
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        if (!canIdle)
        {
            await Task.Delay(longest < interval ? longest : interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(
        MailAdminImapClient client, StreamingFolder mailbox, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var done = new CancellationTokenSource(patience, time);
        mailbox.CountChanged += OnChange;
        mailbox.MessageExpunged += OnChange;
        mailbox.MessageFlagsChanged += OnChange;
        try
        {
            await client.WaitAsync(done.Token, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            mailbox.CountChanged -= OnChange;
            mailbox.MessageExpunged -= OnChange;
            mailbox.MessageFlagsChanged -= OnChange;
        }

        void OnChange(object? sender, EventArgs change) => done.Cancel();
    }
}
