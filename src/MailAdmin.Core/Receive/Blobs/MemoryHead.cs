using System.Buffers.Binary;
using System.Text;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>
/// The beginning of the blob that keeps the memory of a mailbox folder: the position, and the latest entries of the ledger. The
/// older entries follow it.
/// </summary>
/// <param name="State">The position; null for none.</param>
/// <param name="Recent">The latest entries, oldest first.</param>
/// <param name="Older">The number of entries after the head.</param>
internal sealed record MemoryHead(FolderStateFile? State, (UInt128 Id, UInt128 Content)[] Recent, long Older)
{
    /// <summary>Octets of an entry.</summary>
    public const int Entry = 32;

    /// <summary>
    /// The number of entries above which they become a separate block, because the head is written with each batch of messages.
    /// </summary>
    public const int MostRecent = 2048;

    private const int Fixed = 16;

    private static ReadOnlySpan<byte> Format => "MAILADM1"u8;

    /// <summary>The number of processed messages.</summary>
    public long Count => Older + Recent.Length;

    /// <summary>Octets of the head.</summary>
    public long Length { get; init; }

    /// <summary>Reads an entry.</summary>
    public static (UInt128 Id, UInt128 Content) Read(ReadOnlySpan<byte> entry) =>
        (BinaryPrimitives.ReadUInt128BigEndian(entry), BinaryPrimitives.ReadUInt128BigEndian(entry[(Entry / 2)..]));

    /// <summary>Returns its length, from its first octets.</summary>
    /// <returns>0 for what isn't one.</returns>
    public static long LengthOf(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < Fixed || !octets.StartsWith(Format))
        {
            return 0;
        }

        var state = BinaryPrimitives.ReadInt32BigEndian(octets[8..]);
        var recent = BinaryPrimitives.ReadInt32BigEndian(octets[12..]);
        return state < 0 || recent < 0 ? 0 : Fixed + (long)state + ((long)recent * Entry);
    }

    /// <summary>Reads one.</summary>
    /// <param name="octets">The beginning of the blob.</param>
    /// <param name="whole">Octets of the blob.</param>
    /// <param name="address">The address of the blob.</param>
    /// <exception cref="InvalidRequestException">It isn't one, or a later version has written it (StateNotReadable).</exception>
    public static MemoryHead Parse(ReadOnlySpan<byte> octets, long whole, string address)
    {
        var length = LengthOf(octets);
        if (length == 0 || length > octets.Length || (whole - length) % Entry != 0)
        {
            throw NotReadable(address);
        }

        var state = BinaryPrimitives.ReadInt32BigEndian(octets[8..]);
        var recent = BinaryPrimitives.ReadInt32BigEndian(octets[12..]);

        var entries = new (UInt128, UInt128)[recent];
        for (var i = 0; i < recent; i++)
        {
            entries[i] = Read(octets[(Fixed + state + (i * Entry))..]);
        }

        var position = state == 0 ? null : FolderStateFile.Parse(Encoding.UTF8.GetString(octets.Slice(Fixed, state)), address);
        return new MemoryHead(position, entries, (whole - length) / Entry)
        {
            Length = length,
        };
    }

    /// <summary>With messages that were dealt with since, and how far that is.</summary>
    public MemoryHead With(IReadOnlyCollection<(string Id, byte[] Content)> done, FolderStateFile? state) => this with
    {
        State = state ?? State,
        Recent =
        [
            .. Recent, .. done.Select(static d => (Ledger.Hash(d.Id), BinaryPrimitives.ReadUInt128BigEndian(d.Content))),
        ],
    };

    /// <summary>Returns it with all entries after it.</summary>
    public MemoryHead Settle() => this with { Recent = [], Older = Count };

    /// <summary>The latest entries as they are written.</summary>
    public byte[] RecentOctets()
    {
        var octets = new byte[Recent.Length * Entry];
        for (var i = 0; i < Recent.Length; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(octets.AsSpan(i * Entry), Recent[i].Id);
            BinaryPrimitives.WriteUInt128BigEndian(octets.AsSpan((i * Entry) + (Entry / 2)), Recent[i].Content);
        }

        return octets;
    }

    /// <summary>As it is written.</summary>
    public byte[] ToOctets()
    {
        var state = State?.ToUtf8Bytes() ?? [];
        var octets = new byte[Fixed + state.Length];
        Format.CopyTo(octets);
        BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(8), state.Length);
        BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(12), Recent.Length);
        state.CopyTo(octets.AsSpan(Fixed));
        return [.. octets, .. RecentOctets()];
    }

    private static InvalidRequestException NotReadable(string address) => new(
        "StateNotReadable", $"'{address}' wasn't written by MailAdmin, or was written by a later version.")
    {
        Target = address,
        Advice = "Use that version, or remove the blob. Without it, the folder is read from the start and all "
            + "messages are received.",
    };
}
