using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>The positions of many folders in one blob, to which all runs write.</summary>
internal static class BlobPositions
{
    /// <summary>The number of attempts if other runs write at the same moment; after that, the next round writes it.</summary>
    private const int MostTries = 10;

    private const int Version = 1;

    private sealed record Content(int Version, Dictionary<string, string> Positions);

    /// <summary>Reads them.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        StorageAddress place, BlockBlobClient blob, CancellationToken cancellationToken) =>
        (await FindAsync(place, blob, cancellationToken).ConfigureAwait(false)).Positions;

    /// <summary>Changes some of them, and leaves the others as they are.</summary>
    /// <param name="changes">By <see cref="PositionIndex.KeyOf"/>; null to remove one.</param>
    public static async Task SaveAsync(
        StorageAddress place, BlockBlobClient blob, IReadOnlyDictionary<string, string?> changes,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            var (positions, version) = await FindAsync(place, blob, cancellationToken).ConfigureAwait(false);
            var isChanged = false;
            foreach (var (key, position) in changes)
            {
                isChanged |= position is null
                    ? positions.Keys.Any(known => PositionIndex.Covers(key, known))
                    : positions.GetValueOrDefault(key) != position;
                foreach (var gone in positions.Keys.Where(known => PositionIndex.Covers(key, known)).ToArray())
                {
                    positions.Remove(gone);
                }

                if (position is not null)
                {
                    positions[key] = position;
                }
            }

            if (!isChanged)
            {
                return;
            }

            try
            {
                var octets = JsonSerializer.SerializeToUtf8Bytes(new Content(Version, positions));
                var options = new BlobUploadOptions
                {
                    Conditions = version is { } known ? new() { IfMatch = known } : new() { IfNoneMatch = ETag.All },
                };
                await BlobFailure.CallAsync(
                    place, () => blob.UploadAsync(new MemoryStream(octets), options, cancellationToken)).ConfigureAwait(false);
                return;
            }
            catch (BlobFailure e) when (e.IsConflict)
            {
                VerboseLog.Write($"Another run has written '{BlobStore.AddressOf(blob)}' ({attempt} of {MostTries}).");
            }
        }

        // An outdated position only costs an unnecessary check, but a position that must be removed can't stay.
        if (changes.Values.Any(static position => position is null))
        {
            throw new IOException($"'{BlobStore.AddressOf(blob)}' is written by too many runs at once.");
        }
    }

    private static async Task<(Dictionary<string, string> Positions, ETag? Version)> FindAsync(
        StorageAddress place, BlockBlobClient blob, CancellationToken cancellationToken)
    {
        ETag? version = null;
        try
        {
            var found = await BlobFailure.CallAsync(
                place, async () => (await blob.DownloadContentAsync(cancellationToken).ConfigureAwait(false)).Value)
                .ConfigureAwait(false);
            version = found.Details.ETag;
            var content = JsonSerializer.Deserialize<Content>(found.Content.ToMemory().Span);
            return (content is { Version: Version } ? content.Positions : [], version);
        }
        catch (BlobFailure e) when (e.IsMissing)
        {
            return ([], null);
        }
        catch (JsonException)
        {
            return ([], version);
        }
    }
}
