using MailAdmin.Core.Mail.Mime;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Passes the content of messages from MailKit to their sinks. MailKit reports a message after its octets, before the end of the
/// response. So a message is complete only when the next one starts or the command ends. Then the announced size was correct.
/// </summary>
/// <param name="section">The section of each message: empty for the whole message.</param>
/// <param name="openSink">Gives the stream for a message and its octets; null for none.</param>
/// <param name="find">Gives the message that is expected under a UID; null when none is.</param>
/// <param name="ready">Receives completed messages with their UID.</param>
internal sealed class IncomingMessages(
    string section, Func<MailboxMessage, long, Stream?> openSink, Func<uint, MailboxMessage?> find,
    Action<uint, FetchedMessage> ready) : IDisposable
{
    // Sinks that were opened for messages whose content was cut off, to be filled again.
    private readonly Dictionary<uint, Stream> _opened = [];

    // Messages are received one at a time, and the sink has the content when it's complete.
    private readonly byte[] _piece = new byte[64 * 1024];
    private IncomingMessage? _arriving;
    private IncomingMessage? _waiting;
    private uint? _lastLost;

    /// <summary>The next message to complete, if one has started. Read from another thread.</summary>
    public MailboxMessage? Coming { get; private set; }

    /// <summary>The octets of a message follow.</summary>
    /// <param name="uid">Its UID; null if the server sends it only after the content.</param>
    /// <param name="of">The section.</param>
    /// <param name="size">The announced size in octets.</param>
    /// <exception cref="ImapProtocolException">A count wasn't true.</exception>
    public Stream Begin(uint? uid, string of, int offset, int size)
    {
        if (_arriving is not null || (uid is not null && _waiting?.Uid == uid))
        {
            // The announced size of the first was wrong, and the next response was swallowed up to its content.
            throw new ImapProtocolException("a message contains the same part twice");
        }

        var isWanted = string.Equals(of, section, StringComparison.OrdinalIgnoreCase) && offset == 0;
        var previous = _waiting;
        _waiting = null;
        if (isWanted && uid is { } known && find(known) is { } message)
        {
            _arriving = Open(known, message, size);
            Coming = message;
        }
        else
        {
            _arriving = new IncomingMessage(uid, null, isWanted && uid is null ? new Spool() : null, null, _piece);
        }

        Confirm(previous);
        return _arriving;
    }

    /// <summary>The octets of a message have been received.</summary>
    public void Take(uint uid)
    {
        var arrived = _arriving;
        _arriving = null;
        arrived?.Complete(section.Length == 0);
        if (arrived is { Uid: null, Sink: { } spool })
        {
            using (spool)
            {
                arrived = find(uid) is { } message ? Open(uid, message, spool.Length) : null;
                if (arrived is not null)
                {
                    spool.Position = 0;
                    spool.CopyTo(arrived);
                    arrived.Complete(section.Length == 0);
                }
            }
        }

        _waiting = arrived?.Message is null ? null : arrived;
    }

    /// <summary>The command has ended, so the received content is complete.</summary>
    public void End()
    {
        Confirm(_waiting);
        (_waiting, Coming) = (null, null);
    }

    /// <summary>The connection is lost: incomplete messages start again if their sink allows it.</summary>
    /// <returns>True if a message is given up, which counts as progress.</returns>
    public bool Lose(Exception error)
    {
        var isGivenUp = false;
        foreach (var arrival in new[] { _waiting, _arriving })
        {
            if (arrival is not { Uid: { } uid, Message: { } message })
            {
                continue;
            }

            // The second failure at the same message: it might cause the failure, and the others must be received.
            var isHopeless = _lastLost == uid || !arrival.TryRewind();
            (_lastLost, isGivenUp) = (uid, isGivenUp || isHopeless);
            _opened.Remove(uid);
            if (isHopeless)
            {
                ready(uid, new FetchedMessage(message, arrival.Sink, error));
            }
            else if (arrival.Sink is { } sink)
            {
                _opened[uid] = sink;
            }
        }

        if (_arriving is { Uid: null, Sink: { } spool })
        {
            spool.Dispose();
        }

        (_waiting, _arriving, Coming) = (null, null, null);
        return isGivenUp;
    }

    /// <summary>Disposes the spools that weren't returned. Another sink belongs to its opener.</summary>
    public void Dispose()
    {
        foreach (var spool in _opened.Values.Append(_arriving?.Sink).Append(_waiting?.Sink).OfType<Spool>())
        {
            spool.Dispose();
        }
    }

    private void Confirm(IncomingMessage? arrived)
    {
        if (arrived is { Uid: { } uid, Message: { } message })
        {
            _opened.Remove(uid);
            ready(uid, new FetchedMessage(message, arrived.Sink, arrived.Failure));
        }
    }

    private IncomingMessage Open(uint uid, MailboxMessage message, long size)
    {
        try
        {
            var sink = _opened.TryGetValue(uid, out var again) ? again : openSink(message, size);
            return new IncomingMessage(uid, message, sink, null, _piece);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new IncomingMessage(uid, message, null, e, _piece);
        }
    }
}
