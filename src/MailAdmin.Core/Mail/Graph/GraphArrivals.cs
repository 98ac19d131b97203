using System.Runtime.CompilerServices;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Reads the new messages of a folder since a position where Graph has no delta query for messages: in the cloud of 21Vianet.
/// Messages of the last hour before the position are listed again, and <see cref="MessageQuery.Where"/> excludes known ones.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/message-delta has the table of the clouds. A message that is moved into the folder
/// keeps its time of arrival, so an older one isn't found.
/// </remarks>
internal static class GraphArrivals
{
    /// <summary>The maximum time between the arrival of a message and its visibility.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>The number of messages that are listed again.</summary>
    private const int MostAgain = 50;

    /// <summary>Reads messages, oldest first.</summary>
    /// <exception cref="ServiceRefusedException">The position isn't one of this cloud (SyncStateNotFound).</exception>
    public static async IAsyncEnumerable<(MailboxMessage Message, string Position)> ReadAsync(
        GraphMailbox mailbox, MailAdmin.MailFolder folder, MessageQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = query.Cursor!;
        var start = cursor.Start is null ? ArrivalPosition.Beginning
            : ArrivalPosition.Parse(cursor.Start) ?? throw GraphChanges.Lost(folder);
        // Known messages are counted, too.
        var asked = query with
        {
            Since = query.Since > start.From ? query.Since : start.From,
            First = null,
            Where = null,
            Cursor = null,
        };
        var latest = new Latest(asked.Since.Value);
        var left = query.First ?? int.MaxValue;
        await foreach (var message in GraphMessageList.ReadAsync(mailbox, folder, asked, cancellationToken).ConfigureAwait(false))
        {
            latest.Add(message.ReceivedAt ?? latest.From, message.Id);
            if (query.Matches(message))
            {
                yield return (message, new ArrivalPosition(latest.From).ToString());
                if (--left == 0)
                {
                    yield break;
                }
            }
        }

        cursor.End = ArrivalPosition.After(latest.From, latest.Ids).ToString();
    }

    /// <summary>Contains the messages to list again.</summary>
    private sealed class Latest(DateTimeOffset since)
    {
        private readonly Queue<(DateTimeOffset Arrived, string Id)> _messages = new();

        /// <summary>Gets the time of the first one.</summary>
        public DateTimeOffset From { get; private set; } = since;

        /// <summary>Gets their IDs.</summary>
        public IReadOnlyCollection<string> Ids => [.. _messages.Select(static m => m.Id)];

        public void Add(DateTimeOffset arrived, string id)
        {
            _messages.Enqueue((arrived, id));
            Begin(arrived - Overlap);
            while (_messages.Count > MostAgain && _messages.Peek().Arrived is var first && first != arrived)
            {
                // Removes all of that second because the service returns whole seconds and compares fractions.
                Begin(first.AddSeconds(1));
            }
        }

        private void Begin(DateTimeOffset from)
        {
            From = from > From ? from : From;
            while (_messages.TryPeek(out var message) && message.Arrived < From)
            {
                _messages.Dequeue();
            }
        }
    }
}
