namespace MailAdmin.Core.Receive;

/// <summary>Schedules failed messages in a continuous run: each is retried with a growing delay.</summary>
/// <param name="time">The clock.</param>
internal sealed class RetryBackoff(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (DateTimeOffset Until, TimeSpan For)> _messages = new(StringComparer.Ordinal);

    /// <summary>Returns the time until the next retry; null if there is none.</summary>
    public TimeSpan? NextIn
    {
        get
        {
            var now = time.GetUtcNow();
            var ahead = _messages.Values.Where(aside => aside.Until > now).Select(aside => aside.Until - now).ToArray();
            return ahead.Length == 0 ? null : ahead.Min();
        }
    }

    /// <summary>Whether a message isn't to be tried yet.</summary>
    public bool Has(string id) => _messages.TryGetValue(id, out var aside) && time.GetUtcNow() < aside.Until;

    /// <summary>A message has failed.</summary>
    public void Put(string id)
    {
        var next = _messages.TryGetValue(id, out var last) ? last.For * 2 : Shortest;
        next = next > Longest ? Longest : next;
        _messages[id] = (time.GetUtcNow() + next, next);
    }

    /// <summary>
    /// Removes the messages that a pass after their time has returned, or that are gone, because a run can last for months.
    /// </summary>
    public void Trim()
    {
        var now = time.GetUtcNow();
        foreach (var (id, aside) in _messages)
        {
            if (now - aside.Until > Longest)
            {
                _messages.Remove(id);
            }
        }
    }
}
