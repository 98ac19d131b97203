using System.Globalization;
using System.Runtime.CompilerServices;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Receive;

/// <summary>
/// A mailbox in memory behind the port, whose every answer a test can spoil: for what the engine promises, not for any protocol.
/// It outlives the store, as a server outlives its clients.
/// </summary>
internal sealed class MemoryStore : IMailStore
{
    private readonly Dictionary<string, List<Entry>> _folders = new(StringComparer.OrdinalIgnoreCase) { ["Inbox"] = [] };
    private int _arrivals;

    private sealed record Entry(MailboxMessage Message, byte[] Content, int Arrival);

    public List<string> Log { get; } = [];

    public Func<MailboxMessage, Exception?> ContentFault { get; set; } = _ => null;

    public Func<MailboxMessage, Exception?> ProcessFault { get; set; } = _ => null;

    /// <summary>What positions belong to; 0 gives none.</summary>
    public int Validity { get; private set; } = 1;

    /// <summary>Called when the engine waits for news; what it does is the news.</summary>
    public Func<Task> News { get; set; } = () => throw new InvalidOperationException("Nobody said what comes next.");

    /// <summary>How long the engine was last ready to wait for news.</summary>
    public TimeSpan LongestWait { get; private set; }

    public int ProcessingBatch { get; set; } = 20;

    public bool Disposed { get; private set; }

    /// <summary>Called before everything: a client that is dead reaches no server.</summary>
    public Action Gate { get; set; } = () => { };

    public void Add(string id, byte[] content, DateTimeOffset? at = null, string folder = "Inbox")
    {
        _folders.TryAdd(folder, []);
        _folders[folder].Add(new Entry(
            new MailboxMessage
            {
                Id = id,
                Mailbox = "a@b.c",
                Folder = folder,
                Subject = $"Subject {id}",
                // Empty content is the answer of a server that stumbled; its listing knows better.
                Size = content.Length > 0 ? content.Length : null,
                InternetMessageId = $"<{id}@b.c>",
                ReceivedAt = at ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(_arrivals),
            },
            content, ++_arrivals));
    }

    public void Remove(string id) => _folders.Values.ToList().ForEach(f => f.RemoveAll(e => e.Message.Id == id));

    /// <summary>All messages get the same Message-ID.</summary>
    public void MakeAlike()
    {
        foreach (var folder in _folders.Values)
        {
            var alike = folder.Select(e => e with { Message = e.Message with { InternetMessageId = "<alike@b.c>" } }).ToArray();
            folder.Clear();
            folder.AddRange(alike);
        }
    }

    /// <summary>All messages get new ids, as when a server loses its index.</summary>
    public void Rebuild(int validity)
    {
        Validity = validity;
        foreach (var folder in _folders.Values)
        {
            folder.ForEach(e => Log.Add($"rebuilt {e.Message.Id}"));
            var rebuilt = folder.Select(e => e with { Message = e.Message with { Id = $"{validity}-{e.Message.Id}" } }).ToArray();
            folder.Clear();
            folder.AddRange(rebuilt);
        }
    }

    public IReadOnlyList<string> IdsIn(string folder) => [.. _folders.GetValueOrDefault(folder, []).Select(m => m.Message.Id)];

    public IReadOnlyList<MailboxMessage> In(string folder) => [.. _folders.GetValueOrDefault(folder, []).Select(m => m.Message)];

    /// <summary>A server with the same mail, which no longer follows this one.</summary>
    public MemoryStore Copy()
    {
        var copy = new MemoryStore { ProcessingBatch = ProcessingBatch, Validity = Validity, _arrivals = _arrivals };
        foreach (var (name, entries) in _folders)
        {
            copy._folders[name] = [.. entries];
        }

        return copy;
    }

    public async IAsyncEnumerable<MailFolder> GetFoldersAsync(string? parentPath, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var name in _folders.Keys.Where(n => parentPath is null || n.StartsWith($"{parentPath}/", StringComparison.Ordinal)).ToArray())
        {
            yield return await Task.FromResult(Folder(name));
        }
    }

    public Task<MailFolder?> FindFolderAsync(string folder, CancellationToken cancellationToken, bool counted = true) =>
        Task.FromResult(_folders.ContainsKey(folder) ? Folder(folder) : null);

    public Task<MailFolder> CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        Log.Add($"create {path}");
        _folders.TryAdd(path, []);
        return Task.FromResult(Folder(path));
    }

    public async IAsyncEnumerable<MailboxMessage> GetMessagesAsync(MailFolder folder, MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Gate();
        foreach (var entry in _folders[folder.Path].Where(e => query.Matches(e.Message)).ToArray())
        {
            yield return await Task.FromResult(entry.Message);
        }
    }

    public async Task<MailboxMessage?> FindMessageAsync(MailFolder? folder, string id, MessageDetail detail, CancellationToken cancellationToken) =>
        await GetMessagesAsync(folder!, new MessageQuery(), cancellationToken).FirstOrDefaultAsync(m => m.Id == id, cancellationToken);

    public async IAsyncEnumerable<FetchedMessage> FetchAsync(
        MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?> openSink, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Gate();
        var (validity, after) = (Validity, 0);
        if (query.Cursor?.Start?.Split('.') is [var known, var arrival])
        {
            after = int.Parse(arrival, CultureInfo.InvariantCulture);
            validity = int.Parse(known, CultureInfo.InvariantCulture);
        }

        if (validity != Validity)
        {
            throw new ServiceRefusedException("Rebuilt.") { Service = "IMAP", Code = "UIDVALIDITY" };
        }

        // One ahead of the caller, as a store may be.
        var queue = new Queue<FetchedMessage>();
        var left = query.First ?? int.MaxValue;
        var last = after;
        foreach (var (message, content, number) in _folders[folder.Path].Where(e => e.Arrival > after).ToArray())
        {
            if ((query.Ids is not null && !query.Ids.Contains(message.Id)) || !query.Matches(message) || left-- <= 0)
            {
                continue;
            }

            last = number;
            var sink = openSink(message);
            var fault = ContentFault(message);
            if (sink is not null)
            {
                await sink.WriteAsync(fault is null ? content : content.AsMemory(0, content.Length / 2), cancellationToken);
            }

            queue.Enqueue(new FetchedMessage(message, sink, fault) { Position = query.Cursor is null || Validity == 0 ? null : $"{Validity}.{number}" });
            if (queue.Count > 1)
            {
                yield return queue.Dequeue() with { FollowerSize = queue.Peek().Message.Size };
            }
        }

        while (queue.TryDequeue(out var next))
        {
            yield return next;
        }

        if (query.Cursor is not null && left > 0 && Validity != 0)
        {
            query.Cursor.End = $"{Validity}.{last}";
        }
    }

    public Task<IReadOnlyList<ProcessedMessage>> ProcessAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailFolder? target, CancellationToken cancellationToken)
    {
        Gate();
        cancellationToken.ThrowIfCancellationRequested();
        Log.Add($"batch of {messages.Count}");
        var outcomes = new List<ProcessedMessage>();
        foreach (var message in messages)
        {
            var fault = ProcessFault(message);
            var entry = _folders[folder.Path].Find(m => m.Message.Id == message.Id);
            if (fault is null && entry is not null)
            {
                Apply(folder, entry, action, target);
            }

            Log.Add($"{action} {message.Id}");
            outcomes.Add(new ProcessedMessage(message, fault));
        }

        return Task.FromResult<IReadOnlyList<ProcessedMessage>>(outcomes);
    }

    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, MailFolder target, CancellationToken cancellationToken)
    {
        Gate();
        foreach (var message in messages)
        {
            var entry = _folders[folder.Path].Single(m => m.Message.Id == message.Id);
            _folders[target.Path].Add(entry with { Message = entry.Message with { Id = $"copy of {message.Id}", Folder = target.Path } });
            Log.Add($"Copy {message.Id}");
        }

        return Task.FromResult<IReadOnlyList<ProcessedMessage>>([.. messages.Select(m => new ProcessedMessage(m))]);
    }

    public Task<IReadOnlyList<ProcessedMessage>> ForwardAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, string address, CancellationToken cancellationToken)
    {
        Log.AddRange(messages.Select(m => $"Forward {m.Id} to {address}"));
        return Task.FromResult<IReadOnlyList<ProcessedMessage>>([.. messages.Select(m => new ProcessedMessage(m))]);
    }

    public async Task WaitForNewsAsync(MailFolder folder, TimeSpan interval, TimeSpan longest, CancellationToken cancellationToken)
    {
        LongestWait = longest;
        await News();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    private void Apply(MailFolder folder, Entry entry, AfterProcessing action, MailFolder? target)
    {
        var index = _folders[folder.Path].IndexOf(entry);
        if (action == AfterProcessing.MarkRead)
        {
            _folders[folder.Path][index] = entry with { Message = entry.Message with { IsRead = true } };
            return;
        }

        _folders[folder.Path].RemoveAt(index);
        if (target is not null)
        {
            _folders[target.Path].Add(entry with { Message = entry.Message with { Folder = target.Path } });
        }
    }

    private static MailFolder Folder(string name) => new() { Mailbox = "a@b.c", Name = name, Path = name, Id = name };
}
