using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents the positions of many folders at the time when they had no new messages, for one check of all of them. It's a hint:
/// an old position only causes an unnecessary check. It's written after the folder's own state, and removed before that is reset.
/// </summary>
internal sealed class PositionIndex
{
    private readonly Dictionary<string, (IReceiveStore Store, IReadOnlyDictionary<string, string>? Known)> _places = [];
    private readonly Dictionary<string, Dictionary<string, string?>> _changes = [];

    // Several mailboxes end at the same time.
    private readonly object _gate = new();

    /// <summary>Returns the key of a folder.</summary>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="folder">
    /// The folder as the user specified it, so it isn't looked up. Null for all folders of the mailbox.
    /// </param>
    public static string KeyOf(string mailbox, string? folder) => $"{Hash(mailbox)}-{(folder is null ? "*" : Hash(folder))}";

    /// <summary>Returns whether a key includes another one.</summary>
    public static bool Covers(string key, string other) =>
        key == other || (key.EndsWith('*') && other.StartsWith(key[..^1], StringComparison.Ordinal));

    /// <summary>The position of a folder; all those of one place are read once.</summary>
    /// <returns>Null for none.</returns>
    public async ValueTask<string?> FindAsync(ReceiveOptions options, string key, CancellationToken cancellationToken)
    {
        if (Open(options) is not { } store)
        {
            return null;
        }

        lock (_gate)
        {
            if (_places.GetValueOrDefault(store.Name).Known is { } read)
            {
                return read.GetValueOrDefault(key);
            }
        }

        var known = await store.ReadPositionsAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _places[store.Name] = (store, known);
        }

        return known.GetValueOrDefault(key);
    }

    /// <summary>Discards the positions that were read, so that those of other runs are read.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (var (name, (store, _)) in _places.ToArray())
            {
                _places[name] = (store, null);
            }
        }
    }

    /// <summary>Sets the position of a folder.</summary>
    /// <param name="position">Null if messages must still be processed.</param>
    public void Note(ReceiveOptions options, string key, string? position)
    {
        if (Open(options) is { } store)
        {
            lock (_gate)
            {
                _places.TryAdd(store.Name, (store, null));
                if (!_changes.TryGetValue(store.Name, out var changes))
                {
                    _changes[store.Name] = changes = [];
                }

                changes[key] = position;
            }
        }
    }

    /// <summary>Writes what has changed, if that is much.</summary>
    public async ValueTask SaveAsync(int least, CancellationToken cancellationToken)
    {
        KeyValuePair<string, Dictionary<string, string?>>[] due;
        lock (_gate)
        {
            due = [.. _changes.Where(c => c.Value.Count >= least)];
            foreach (var (name, _) in due)
            {
                _changes.Remove(name);
            }
        }

        foreach (var (name, changes) in due)
        {
            try
            {
                await StoreOf(name).SavePositionsAsync(changes, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                PutBack(name, changes);
                throw;
            }
        }
    }

    private IReceiveStore StoreOf(string name)
    {
        lock (_gate)
        {
            return _places[name].Store;
        }
    }

    /// <summary>Keeps changes that weren't written for the next time, unless there are newer ones.</summary>
    private void PutBack(string name, Dictionary<string, string?> changes)
    {
        lock (_gate)
        {
            foreach (var (key, position) in _changes.GetValueOrDefault(name) ?? [])
            {
                changes[key] = position;
            }

            _changes[name] = changes;
        }
    }

    private static string Hash(string text) => Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToUpperInvariant())))[..24].ToLowerInvariant();

    private static IReceiveStore? Open(ReceiveOptions options) =>
        options.StateFolder is { } place ? options.OpenStore?.Invoke(place) : null;
}
