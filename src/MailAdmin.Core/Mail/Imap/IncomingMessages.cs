using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Brings the content of messages from MailKit to their sinks. MailKit tells of a message when its octets were counted, before
/// it has seen the end of the response: one counts only when the next has begun or the command has ended, because only then is
/// it known that the count was true.
/// </summary>
/// <param name="section">What of each message: nothing for all of it.</param>
/// <param name="openSink">Gives the stream for a message; null for none.</param>
/// <param name="find">Gives the message that is expected under a UID; null when none is.</param>
/// <param name="ready">Takes what is finished, with its UID.</param>
internal sealed class IncomingMessages(
    string section, Func<MailboxMessage, Stream?> openSink, Func<uint, MailboxMessage?> find, Action<uint, FetchedMessage> ready)
    : IAsyncDisposable
{
    // Sinks that were opened for messages whose content was cut off, to be filled again.
    private readonly Dictionary<uint, Stream> _opened = [];

    // Small messages are looked at as they pass: one may be a substitute for the message that was asked for. Two take turns, as
    // one message waits for the next to begin.
    private readonly byte[][] _copies = [new byte[SubstituteMessage.LargestSize], new byte[SubstituteMessage.LargestSize]];
    private int _turn;

    // One message comes at a time, and what was collected of it is with its sink when all has come.
    private readonly byte[] _piece = new byte[64 * 1024];
    private Arrival? _arriving;
    private Arrival? _waiting;
    private uint? _lastLost;

    /// <summary>The content that is just coming, or has come and waits.</summary>
    private sealed record Arrival(uint? Uid, MailboxMessage? Message, SinkStream Content);

    /// <summary>The message that is next to be finished, if one has begun; asked from another thread.</summary>
    public MailboxMessage? Coming { get; private set; }

    /// <summary>The octets of a message follow.</summary>
    /// <param name="uid">Its UID; null where the server says only afterwards which message it is.</param>
    /// <param name="of">What of it.</param>
    /// <param name="offset">From where on.</param>
    /// <param name="size">How many octets are announced.</param>
    /// <returns>Takes them.</returns>
    /// <exception cref="ImapProtocolException">A count was not true.</exception>
    public Stream Begin(uint? uid, string of, int offset, int size)
    {
        if (_arriving is not null || (uid is not null && _waiting?.Uid == uid))
        {
            // The announced size of the first was wrong, and the next response was swallowed up to its content.
            throw new ImapProtocolException("a message holds the same part twice");
        }

        var isWanted = string.Equals(of, section, StringComparison.OrdinalIgnoreCase) && offset == 0;
        var message = isWanted && uid is { } known ? find(known) : null;
        var previous = _waiting;
        _waiting = null;
        if (message is not null)
        {
            var (sink, failure) = Open(uid!.Value, message);
            _arriving = new Arrival(uid, message, new SinkStream(sink, failure, _piece, CopyFor(size)));
            Coming = message;
        }
        else
        {
            var spool = isWanted && uid is null ? new Spool() : null;
            _arriving = new Arrival(uid, null, new SinkStream(spool, null, _piece, default));
        }

        Confirm(previous);
        return _arriving.Content;
    }

    /// <summary>The octets of a message have come.</summary>
    /// <param name="uid">Its UID.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When they are where they belong.</returns>
    public async ValueTask TakeAsync(uint uid, CancellationToken cancellationToken)
    {
        var arrival = _arriving;
        _arriving = null;
        if (arrival is { Uid: null, Content.Sink: Spool spool })
        {
            await using (spool.ConfigureAwait(false))
            {
                arrival = find(uid) is not { } message ? null
                    : await FillAsync(uid, message, spool, cancellationToken).ConfigureAwait(false);
            }
        }

        _waiting = arrival?.Message is null ? null : arrival;
    }

    /// <summary>The command has ended: what came is whole.</summary>
    public void End()
    {
        var last = _waiting;
        _waiting = null;
        Confirm(last);
        Coming = null;
    }

    /// <summary>
    /// The connection is gone: what was cut off, or not known to be whole, starts again, unless that cannot be.
    /// </summary>
    /// <param name="error">What went wrong.</param>
    /// <returns>True when a message is given up, and so something was achieved.</returns>
    public async ValueTask<bool> LoseAsync(Exception error)
    {
        var isGivenUp = false;
        foreach (var arrival in new[] { _waiting, _arriving })
        {
            if (arrival is { Uid: { } uid, Message: { } message })
            {
                isGivenUp |= Lose(uid, message, arrival, error);
            }
        }

        await DisposeAsync().ConfigureAwait(false);
        (_waiting, _arriving, Coming) = (null, null, null);
        return isGivenUp;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_arriving is { Uid: null, Content.Sink: Spool spool })
        {
            await spool.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Makes the error of a message that the server does not give.</summary>
    /// <param name="message">Which.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The error.</returns>
    public static ServiceRefusedException Unreadable(MailboxMessage message, string reason) =>
        new($"Message {message.Id} in '{message.Folder}' cannot be read: {reason}.")
        {
            Service = "IMAP",
            Code = "MESSAGEUNREADABLE",
            Advice = "The message wasn't changed. Open it in Outlook, receive it with -Protocol Graph, or move such messages "
                + "with -MoveFailedTo.",
        };

    private bool Lose(uint uid, MailboxMessage message, Arrival arrival, Exception error)
    {
        // A second time at the same message: it may be what kills the connection, and the others shall come.
        var isHopeless = _lastLost == uid || !arrival.Content.TryRewind();
        _lastLost = uid;
        if (!isHopeless)
        {
            if (arrival.Content.Sink is { } sink)
            {
                _opened[uid] = sink;
            }

            return false;
        }

        _opened.Remove(uid);
        ready(uid, new FetchedMessage(message, arrival.Content.Sink, error));
        return true;
    }

    private void Confirm(Arrival? arrival)
    {
        if (arrival is not { Uid: { } uid, Message: { } message })
        {
            return;
        }

        var content = arrival.Content;
        content.Complete();
        var failure = content.Failure ?? Judge(message, content);
        _opened.Remove(uid);
        ready(uid, new FetchedMessage(message, content.Sink, failure));
    }

    /// <summary>Nothing where there should be something is no message; a size that differs is the server's mistake.</summary>
    private ServiceRefusedException? Judge(MailboxMessage message, SinkStream content) =>
        // A header section may be empty.
        content.Count == 0 && message.Size != 0 && section.Length == 0 ? Unreadable(message, "the server gave no content for it")
        : SubstituteMessage.Is(content.Copy, message)
            ? Unreadable(message, "Exchange can't convert it, and sent a message about that in its place")
        : null;

    private Memory<byte> CopyFor(long size) => size <= SubstituteMessage.LargestSize ? _copies[_turn++ % 2] : default;

    private async ValueTask<Arrival> FillAsync(uint uid, MailboxMessage message, Spool spool, CancellationToken cancellationToken)
    {
        var (sink, failure) = Open(uid, message);
        spool.Position = 0;
        var content = new SinkStream(sink, failure, _piece, CopyFor(spool.Length));
        await spool.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
        content.Complete();
        return new Arrival(uid, message, content);
    }

    private (Stream? Sink, Exception? Failure) Open(uint uid, MailboxMessage message)
    {
        if (_opened.TryGetValue(uid, out var again))
        {
            return (again, null);
        }

        try
        {
            return (openSink(message), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e);
        }
    }
}
