using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents the positions of many folders at the time when they had no new messages, for one check of all of them. It's a hint:
/// an old position only causes an unnecessary check. It's written after the folder's own state, and removed before that is reset.
/// </summary>
internal sealed class PositionIndex
{
    private readonly Dictionary<string, (IReceiveStore Store, IReadOnlyDictionary<string, string> Known)> _places = [];
    private readonly Dictionary<string, Dictionary<string, string?>> _changes = [];

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

        if (!_places.TryGetValue(store.Name, out var place))
        {
            place = (store, await store.ReadPositionsAsync(cancellationToken).ConfigureAwait(false));
            _places[store.Name] = place;
        }

        return place.Known.GetValueOrDefault(key);
    }

    /// <summary>Sets the position of a folder.</summary>
    /// <param name="position">Null if messages must still be processed.</param>
    public void Note(ReceiveOptions options, string key, string? position)
    {
        if (Open(options) is { } store)
        {
            _places.TryAdd(store.Name, (store, new Dictionary<string, string>()));
            if (!_changes.TryGetValue(store.Name, out var changes))
            {
                _changes[store.Name] = changes = [];
            }

            changes[key] = position;
        }
    }

    /// <summary>Writes what has changed, if that is much.</summary>
    public async ValueTask SaveAsync(int least, CancellationToken cancellationToken)
    {
        foreach (var (name, changes) in _changes.Where(c => c.Value.Count >= least).ToArray())
        {
            await _places[name].Store.SavePositionsAsync(changes, cancellationToken).ConfigureAwait(false);
            _changes.Remove(name);
        }
    }

    private static string Hash(string text) => Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToUpperInvariant())))[..24].ToLowerInvariant();

    private static IReceiveStore? Open(ReceiveOptions options) =>
        options.StateFolder is { } place ? options.OpenStore?.Invoke(place) : null;
}
