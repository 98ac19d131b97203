namespace MailAdmin.Core.Mail.Imap;

/// <summary>Waiting for new messages in a folder, so that none slips through between looking and waiting.</summary>
internal sealed class ImapWatch(ImapPool pool, TimeProvider time)
{
    /// <summary>Before the 29 minutes after which a server may take an idle client for gone (RFC 9051 section 6.3.13).</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(28);

    private readonly Dictionary<string, (uint UidValidity, uint UidNext)> _seen = new(StringComparer.Ordinal);

    /// <summary>Waits until the server tells of a change; where it has no IDLE, for an interval.</summary>
    /// <param name="folder">Which folder.</param>
    /// <param name="interval">How long to wait without IDLE.</param>
    /// <param name="longest">At most so long in either case.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When it is time to look.</returns>
    public async Task WaitAsync(MailFolder folder, TimeSpan interval, TimeSpan longest, CancellationToken cancellationToken)
    {
        var canIdle = await pool.RunAsync(
            async connection =>
            {
                if (!connection.Session.Capabilities.Has("IDLE"))
                {
                    return false;
                }

                // Opened anew it tells what the next UID will be: if that has grown since the last time, something came meanwhile.
                await connection.ExecuteAsync(ImapCommands.Select(new MailboxName(folder.Id), readOnly: true), null, cancellationToken).ConfigureAwait(false);
                var mailbox = connection.Session.Mailbox!;
                var now = (mailbox.UidValidity, mailbox.UidNext);
                if (_seen.TryGetValue(folder.Id, out var before) && before == now)
                {
                    await ImapIdle.WaitAsync(connection, longest < LongestIdle ? longest : LongestIdle, time, cancellationToken).ConfigureAwait(false);
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
}
