using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Where the reading of many folders stood when there was nothing left to do in them, for one look at all of them. It is a
/// hint: an older position only costs a look in vain. It is written after the folder's own memory, and taken away before that
/// is reset.
/// </summary>
internal sealed class PositionIndex
{
    private readonly Dictionary<string, (IReceiveStore Store, IReadOnlyDictionary<string, string> Known)> _places = [];
    private readonly Dictionary<string, Dictionary<string, string?>> _changes = [];

    /// <summary>What a folder is called in it.</summary>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="folder">
    /// The folder as the user wrote it: nobody needs to look for it. Null for all folders of the mailbox, by whatever name.
    /// </param>
    public static string KeyOf(string mailbox, string? folder) => $"{Hash(mailbox)}-{(folder is null ? "*" : Hash(folder))}";

    /// <summary>Whether a key stands for another one, too.</summary>
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

    /// <summary>Takes where a folder stands now.</summary>
    /// <param name="position">Null where something is left to do.</param>
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
