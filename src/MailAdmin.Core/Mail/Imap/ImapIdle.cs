namespace MailAdmin.Core.Mail.Imap;

/// <summary>Waiting for a mailbox to change (RFC 9051 section 6.3.13, RFC 2177).</summary>
internal static class ImapIdle
{
    /// <summary>Waits.</summary>
    /// <param name="connection">A mailbox is selected, and nothing is under way.</param>
    /// <param name="patience">How long; below the 29 minutes after which a server may hang up.</param>
    /// <param name="time">The clock it goes by.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>True when messages came, went or changed.</returns>
    public static async Task<bool> WaitAsync(ImapConnection connection, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var transport = connection.Transport;
        using var registration = transport.Obey(cancellationToken);
        using var over = new CancellationTokenSource();
        try
        {
            var delay = Task.Delay(patience, time, over.Token);
            var (changed, asked, ended) = (false, false, false);
            var idle = connection.Send(ImapCommands.Idle());
            await transport.FlushAsync(connection.Session).ConfigureAwait(false);
            while (true)
            {
                while (connection.Poll() is { } response)
                {
                    if (response is ConditionResponse completion && completion.Command == idle)
                    {
                        return completion.Condition == ImapCondition.Ok ? changed : throw ImapErrors.Refused(completion);
                    }

                    asked |= response is ContinuationResponse;
                    changed |= response is ExistsResponse or ExpungeResponse or VanishedResponse or FetchResponse;
                }

                // Reading goes on while DONE is written; what was asked for has to have begun.
                var fill = transport.FillAsync(watched: !asked || ended).AsTask();
                if (asked && !ended)
                {
                    if (!changed)
                    {
                        await Task.WhenAny(fill, delay).ConfigureAwait(false);
                    }

                    if (changed || !fill.IsCompleted)
                    {
                        ended = true;
                        connection.Session.Done();
                        await transport.FlushAsync(connection.Session).ConfigureAwait(false);
                        transport.Watch();
                    }
                }

                await fill.ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            throw connection.Break(e, cancellationToken);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }
}
