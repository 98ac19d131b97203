namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Counts the messages sent from a mailbox as the service does: 30 messages a minute, above which senders are delayed, and
/// recipients in the last 24 hours.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits#sending-limits-1,
/// https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements
/// </remarks>
internal sealed class SubmissionLog
{
    /// <summary>Messages in a minute.</summary>
    public const int Pace = 30;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Day = TimeSpan.FromHours(24);

    private readonly Queue<DateTimeOffset> _slots = new();
    private readonly Queue<(DateTimeOffset At, int Recipients, int External)> _sent = new();

    /// <summary>Submissions over SMTP that are under way.</summary>
    public int Running { get; set; }

    /// <summary>Returns the time of the next message, to limit the rate.</summary>
    public DateTimeOffset TakeSlot(DateTimeOffset now)
    {
        while (_slots.Count > 0 && _slots.Count >= Pace && _slots.Peek() + Minute <= now)
        {
            _slots.Dequeue();
        }

        var slot = _slots.Count < Pace || _slots.Peek() + Minute <= now ? now : _slots.Dequeue() + Minute;
        _slots.Enqueue(slot);
        return slot;
    }

    /// <summary>Notes a message.</summary>
    /// <param name="recipients">The number of recipients.</param>
    /// <param name="external">The number of recipients outside the tenant.</param>
    public void Add(DateTimeOffset now, int recipients, int external) => _sent.Enqueue((now, recipients, external));

    /// <summary>Recipients in the last 24 hours.</summary>
    public int RecipientsOfDay(DateTimeOffset now) => OfDay(now).Sum(s => s.Recipients);

    /// <summary>Recipients outside the tenant in the last 24 hours.</summary>
    public int ExternalOfDay(DateTimeOffset now) => OfDay(now).Sum(s => s.External);

    private Queue<(DateTimeOffset At, int Recipients, int External)> OfDay(DateTimeOffset now)
    {
        while (_sent.TryPeek(out var oldest) && oldest.At + Day <= now)
        {
            _sent.Dequeue();
        }

        return _sent;
    }
}
