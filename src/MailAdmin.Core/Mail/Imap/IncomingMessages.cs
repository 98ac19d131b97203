// Longer than 250 lines: one pass over the responses of FETCH, with the state that is kept between them.
namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Brings the content of messages from the connection to their sinks. A message counts when the response that holds it is
/// complete and readable, not when its octets were counted: only then is it known that the count was true.
/// </summary>
/// <param name="section">What of each message: nothing for all of it.</param>
/// <param name="openSink">Gives the stream for a message; null for none.</param>
/// <param name="find">Gives the message that is expected under a UID; null when none is.</param>
/// <param name="ready">Takes what is finished.</param>
internal sealed class IncomingMessages(
    string section, Func<MailboxMessage, Stream?> openSink, Func<uint, MailboxMessage?> find, Queue<FetchedMessage> ready) : IAsyncDisposable
{
    // Sinks that were opened for messages whose content was cut off, to be filled again.
    private readonly Dictionary<uint, Stream?> _opened = [];

    // Small messages are looked at as they pass: one may be a substitute for the message that was asked for.
    private readonly byte[] _copy = new byte[SubstituteMessage.LargestSize];
    private Arrival? _arriving;
    private uint? _lastLost;

    /// <summary>The content that is just coming, or has come and waits for the end of its response.</summary>
    private sealed record Arrival(uint? Uid, Stream? Sink, Exception? Failure, long Size);

    /// <summary>True while the octets of a message come.</summary>
    public bool IsArriving => _arriving is not null;

    /// <summary>The octets of a message follow.</summary>
    /// <param name="literal">What the server announced.</param>
    /// <returns>False when they are not wanted.</returns>
    public bool Begin(FetchLiteral literal)
    {
        if (_arriving is not null || literal.Section != section || literal.Origin is not null || (literal.Uid is { } known && find(known) is null))
        {
            return false;
        }

        if (literal.Uid is { } uid)
        {
            var (sink, failure) = Open(uid, find(uid)!);
            _arriving = new Arrival(uid, sink, failure, literal.Size);
        }
        else
        {
            // The server says only afterwards which message it is.
            _arriving = new Arrival(null, new Spool(), null, literal.Size);
        }

        return true;
    }

    /// <summary>Takes the octets of the message that has begun.</summary>
    /// <param name="connection">Where they come from.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>When they are where they belong.</returns>
    public async ValueTask TakeAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        var (_, sink, failure, size) = _arriving!;
        var copy = size <= _copy.Length ? _copy : Memory<byte>.Empty;
        sink = failure is null ? sink : null;
        var failed = await connection.CopyLiteralAsync(sink, copy, cancellationToken).ConfigureAwait(false);
        _arriving = _arriving with { Failure = failure ?? failed };
    }

    /// <summary>A response is complete; if it holds a message that is expected, that is finished.</summary>
    /// <param name="response">The response.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The UID of the message that is finished; null when it was none.</returns>
    public async ValueTask<uint?> FinishAsync(FetchResponse response, CancellationToken cancellationToken)
    {
        var arrival = _arriving;
        _arriving = null;
        if (response.Uid is not { } uid || find(uid) is not { } message || !TryFindWhole(response, out var whole))
        {
            await DiscardAsync(arrival).ConfigureAwait(false);
            return null;
        }

        var (sink, failure) = arrival is { Uid: not null } ? (arrival.Sink, arrival.Failure) : (null, null);
        if (arrival is null or { Uid: null } && (whole.StreamedSize ?? whole.Value?.Length) is not null)
        {
            (sink, failure) = Open(uid, message);
            failure ??= await FillAsync(sink, arrival, whole.Value, cancellationToken).ConfigureAwait(false);
            await DiscardAsync(arrival).ConfigureAwait(false);
        }

        failure ??= JudgeSize(message, whole) ?? JudgeContent(message, arrival, whole) ?? Flush(sink);
        _opened.Remove(uid);
        ready.Enqueue(new FetchedMessage(message, sink, failure));
        return uid;
    }

    /// <summary>The connection is gone: what was cut off starts again, unless that cannot be.</summary>
    /// <param name="error">What went wrong.</param>
    /// <returns>The UID of a message that is given up; null when none is.</returns>
    public async ValueTask<uint?> LoseAsync(Exception error)
    {
        var arrival = _arriving;
        _arriving = null;
        if (arrival?.Uid is not { } uid || find(uid) is not { } message)
        {
            await DiscardAsync(arrival).ConfigureAwait(false);
            return null;
        }

        // A second time at the same message: it may be what kills the connection, and the others shall come.
        var hopeless = _lastLost == uid || !TryRewind(arrival.Sink);
        _lastLost = uid;
        if (!hopeless)
        {
            _opened[uid] = arrival.Sink;
            return null;
        }

        _opened.Remove(uid);
        ready.Enqueue(new FetchedMessage(message, arrival.Sink, error));
        return uid;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DiscardAsync(_arriving);

    private bool TryFindWhole(FetchResponse response, out FetchedSection whole)
    {
        foreach (var part in response.Sections)
        {
            if (part.Section == section && part.Origin is null)
            {
                whole = part;
                return true;
            }
        }

        whole = default;
        return false;
    }

    /// <summary>NIL, or nothing where there should be something, is no message; a size that differs is the server's mistake.</summary>
    private ServiceRefusedException? JudgeSize(MailboxMessage message, FetchedSection whole) =>
        (whole.StreamedSize ?? whole.Value?.Length, message.Size) switch
        {
            (null, _) => Unreadable(message, "the server gave no content for it"),
            // A header section may be empty.
            (0, not 0) when section.Length == 0 => Unreadable(message, "the server gave no content for it"),
            _ => null,
        };

    private ServiceRefusedException? JudgeContent(MailboxMessage message, Arrival? arrival, FetchedSection whole)
    {
        ReadOnlyMemory<byte> came = whole.Value is { } value ? value
            : arrival?.Size <= _copy.Length ? _copy.AsMemory(0, (int)arrival.Size) : default;
        return SubstituteMessage.Is(came, message)
            ? Unreadable(message, "Exchange can't convert it, and sent a message about that in its place")
            : null;
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

    private static async ValueTask DiscardAsync(Arrival? arrival)
    {
        if (arrival is { Uid: null, Sink: { } spool })
        {
            await spool.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool TryRewind(Stream? sink)
    {
        try
        {
            if (sink is { CanSeek: true })
            {
                sink.SetLength(0);
                sink.Position = 0;
            }

            return sink is null or { CanSeek: true };
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static Exception? Flush(Stream? sink)
    {
        try
        {
            sink?.Flush();
            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    private static async ValueTask<Exception?> FillAsync(
        Stream? sink, Arrival? spooled, byte[]? value, CancellationToken cancellationToken)
    {
        if (sink is null || spooled?.Failure is not null)
        {
            return spooled?.Failure;
        }

        try
        {
            if (spooled?.Sink is { } spool)
            {
                spool.Position = 0;
                await spool.CopyToAsync(sink, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await sink.WriteAsync(value, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (IOException e)
        {
            return e;
        }
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
