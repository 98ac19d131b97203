using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail;

/// <summary>
/// Keeps to what Exchange Online allows a mailbox that sends, so that nothing is refused: 30 messages a minute, and three
/// connections over SMTP at once. It is shared by all that sends from the mailbox in this process.
/// </summary>
/// <remarks>https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements</remarks>
internal sealed class SendPace
{
    /// <summary>Messages in a minute.</summary>
    public const int Messages = 30;

    /// <summary>Connections at once.</summary>
    public const int Connections = 3;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly ConditionalWeakTable<Wire, ConcurrentDictionary<string, SendPace>> Known = [];

    private readonly TimeProvider _time;
    private readonly Queue<TimeSpan> _slots = new();
    private readonly long _start;

    private SendPace(TimeProvider time) => (_time, _start) = (time, time.GetTimestamp());

    /// <summary>Room for connections.</summary>
    public SemaphoreSlim Room { get; } = new(Connections, Connections);

    /// <summary>Returns the pace of a mailbox.</summary>
    /// <param name="wire">The wire to the service.</param>
    /// <param name="mailbox">Its address.</param>
    public static SendPace Of(Wire wire, string mailbox) => Known.GetOrCreateValue(wire.Origin)
        .GetOrAdd(mailbox.ToUpperInvariant(), _ => new SendPace(wire.Time));

    /// <summary>Waits, if necessary, until another message can be sent.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var wait = TakeSlot();
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        VerboseLog.Write(
            $"Exchange Online accepts {Messages} messages per minute from a mailbox. Sending the next message in "
                + $"{wait.TotalSeconds:0} s.");
        await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
    }

    private TimeSpan TakeSlot()
    {
        lock (_slots)
        {
            var now = _time.GetElapsedTime(_start);
            if (_slots.Count < Messages)
            {
                _slots.Enqueue(now);
                return TimeSpan.Zero;
            }

            var free = _slots.Dequeue() + Minute;
            var slot = free > now ? free : now;
            _slots.Enqueue(slot);
            return slot - now;
        }
    }
}
