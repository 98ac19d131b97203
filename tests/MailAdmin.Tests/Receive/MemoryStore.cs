using System.Runtime.CompilerServices;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Receive;

/// <summary>A mailbox in memory behind the port, whose every answer a test can spoil: for what the engine promises, not for any protocol.</summary>
internal sealed class MemoryStore : IMailStore
{
    private readonly Dictionary<string, List<(MailboxMessage Message, byte[] Content)>> _folders = new(StringComparer.OrdinalIgnoreCase) { ["Inbox"] = [] };

    public List<string> Log { get; } = [];

    public Func<MailboxMessage, Exception?> ContentFault { get; set; } = _ => null;

    public Func<MailboxMessage, Exception?> ProcessFault { get; set; } = _ => null;

    public bool Disposed { get; private set; }

    public void Add(string id, byte[] content, DateTimeOffset? at = null) => _folders["Inbox"].Add((new MailboxMessage
    {
        Id = id,
        Mailbox = "a@b.c",
        Folder = "Inbox",
        Subject = $"Subject {id}",
        ReceivedAt = at ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(_folders["Inbox"].Count),
    }, content));

    public IReadOnlyList<string> IdsIn(string folder) => [.. _folders.GetValueOrDefault(folder, []).Select(m => m.Message.Id)];

    public async IAsyncEnumerable<MailFolder> GetFoldersAsync(string? parentPath, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var name in _folders.Keys)
        {
            yield return await Task.FromResult(Folder(name));
        }
    }

    public Task<MailFolder?> FindFolderAsync(string folder, CancellationToken cancellationToken) =>
        Task.FromResult(_folders.ContainsKey(folder) ? Folder(folder) : null);

    public Task<MailFolder> CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        Log.Add($"create {path}");
        _folders.TryAdd(path, []);
        return Task.FromResult(Folder(path));
    }

    public async IAsyncEnumerable<MailboxMessage> GetMessagesAsync(MailFolder folder, MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (message, _) in _folders[folder.Path].ToArray())
        {
            yield return await Task.FromResult(message);
        }
    }

    public async Task<MailboxMessage?> FindMessageAsync(MailFolder? folder, string id, MessageDetail detail, CancellationToken cancellationToken) =>
        await GetMessagesAsync(folder!, new MessageQuery(), cancellationToken).FirstOrDefaultAsync(m => m.Id == id, cancellationToken);

    public async IAsyncEnumerable<FetchedMessage> FetchAsync(
        MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?> openSink, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One ahead of the caller, as a store may be.
        var queue = new Queue<FetchedMessage>();
        foreach (var (message, content) in _folders[folder.Path].Take(query.First ?? int.MaxValue).ToArray())
        {
            var sink = openSink(message);
            var fault = sink is null ? null : ContentFault(message);
            if (sink is not null)
            {
                await sink.WriteAsync(fault is null ? content : content.AsMemory(0, content.Length / 2), cancellationToken);
            }

            queue.Enqueue(new FetchedMessage(message, sink, fault));
            if (queue.Count > 1)
            {
                yield return queue.Dequeue();
            }
        }

        while (queue.TryDequeue(out var left))
        {
            yield return left;
        }
    }

    public Task<IReadOnlyList<ProcessedMessage>> ProcessAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailFolder? target, CancellationToken cancellationToken)
    {
        var outcomes = new List<ProcessedMessage>();
        foreach (var message in messages)
        {
            var fault = ProcessFault(message);
            if (fault is null)
            {
                var entry = _folders[folder.Path].Single(m => m.Message.Id == message.Id);
                _folders[folder.Path].Remove(entry);
                if (target is not null)
                {
                    _folders[target.Path].Add(entry);
                }
            }

            Log.Add($"{action} {message.Id}");
            outcomes.Add(new ProcessedMessage(message, fault));
        }

        return Task.FromResult<IReadOnlyList<ProcessedMessage>>(outcomes);
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    private static MailFolder Folder(string name) => new() { Mailbox = "a@b.c", Name = name, Path = name, Id = name };
}
