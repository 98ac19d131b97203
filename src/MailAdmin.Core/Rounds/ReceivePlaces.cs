using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Receive.Blobs;

namespace MailAdmin.Core.Rounds;

/// <summary>
/// Represents the places of -Destination and -StatePath: a folder on disk, or a container in Azure Blob Storage. A signature in
/// an address isn't passed on.
/// </summary>
internal sealed class ReceivePlaces
{
    private readonly StorageAddress?[] _addresses;
    private readonly Dictionary<object, StorageAccess> _accesses = [];

    /// <param name="destination">As it was given; null for none.</param>
    /// <param name="statePath">As it was given; null for none.</param>
    /// <param name="fullPath">Converts a PowerShell path to a path on disk.</param>
    /// <exception cref="InvalidRequestException">An address isn't one of a container (StorageAddressNotValid).</exception>
    public ReceivePlaces(string? destination, string? statePath, Func<string, string> fullPath)
    {
        _addresses = [Address(destination), Address(statePath)];
        Destination = _addresses[0]?.Name ?? (destination is null ? null : fullPath(destination));
        StatePath = _addresses[1]?.Name ?? (statePath is null ? null : fullPath(statePath));
    }

    /// <summary>The destination of messages. For an address, only the part that can be displayed.</summary>
    public string? Destination { get; }

    /// <summary>The place of the saved state. For an address, only the part that can be displayed.</summary>
    public string? StatePath { get; }

    /// <summary>The options with these places, for one mailbox.</summary>
    /// <param name="options">The options.</param>
    /// <param name="connection">
    /// The mailbox: who is signed in also signs in to Azure Storage, else the app that reads the mailbox.
    /// </param>
    public ReceiveOptions In(ReceiveOptions options, MailboxConnection connection) => options with
    {
        Destination = Destination,
        StatePath = StatePath,
        OpenStore = Array.TrueForAll(_addresses, static a => a is null) ? null : name => Open(name, connection),
    };

    /// <summary>Options with a container for messages, over a transport; the address has a signature.</summary>
    public static ReceiveOptions Over(string address, HttpMessageHandler http)
    {
        var (place, access) = (StorageAddress.Parse(address), new StorageAccess(http, Wire.MachineTime, null));
        return new ReceiveOptions
        {
            Destination = place.Name,
            OpenStore = name => place.Below(name) is { } below ? new BlobStore(below, access) : null,
        };
    }

    /// <summary>Checks that the containers exist and can be read.</summary>
    /// <exception cref="InvalidRequestException">They aren't (ContainerNotFound, StorageAccessDenied).</exception>
    public async Task TestAsync(MailboxConnection connection, CancellationToken cancellationToken)
    {
        foreach (var address in _addresses.OfType<StorageAddress>())
        {
            await Open(address.Name, connection)!.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static StorageAddress? Address(string? text) => StorageAddress.Is(text) ? StorageAddress.Parse(text!) : null;

    private BlobStore? Open(string name, MailboxConnection connection) =>
        _addresses.Select(a => a?.Below(name)).FirstOrDefault(static a => a is not null) is { } address
            ? new BlobStore(address, AccessOf(address, connection)) : null;

    /// <summary>Mailboxes of one app share its tokens.</summary>
    private StorageAccess AccessOf(StorageAddress address, MailboxConnection connection)
    {
        object key = (address.Container, address.HasSignature, connection.Handle, connection.TenantId, connection.ClientId,
            connection.Environment, connection.ClientSecret, connection.Certificate, connection.Person);
        lock (_accesses)
        {
            return _accesses.TryGetValue(key, out var known) ? known : _accesses[key] = Access(address, connection);
        }
    }

    private static StorageAccess Access(StorageAddress address, MailboxConnection connection)
    {
        // The storage of messages doesn't depend on whether the session can change the tenant.
        var wire = MailboxAccess.WireOf(connection) is { IsReadOnly: true } readOnly
            ? readOnly.Origin : MailboxAccess.WireOf(connection);
        var isEmulator = address.Container.IsLoopback && wire.IsSandbox;
        var (http, time) = isEmulator ? (Wire.Real.Http, Wire.Real.Time) : (wire.Http, wire.Time);
        if (address.HasSignature)
        {
            return new StorageAccess(http, time, null);
        }

        var tokens = MailboxAccess.SessionOf(connection)?.Tokens.Share() ?? MailboxAccess.Tokens(connection);
        address.RequireTokens(tokens.Cloud.Environment, wire.IsSandbox);
        return new StorageAccess(http, time, async cancellationToken =>
        {
            var token = await tokens.GetAsync(StorageAccess.Scope, fresh: false, cancellationToken).ConfigureAwait(false);
            return new StorageToken(token.Value, token.ExpiresAt);
        });
    }
}
