using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>Uploads spooled content to blobs, complete or not at all, and never over an existing blob.</summary>
internal static class BlobContent
{
    /// <summary>The maximum size for an upload in one request.</summary>
    public const int Block = 4 * 1024 * 1024;

    /// <summary>The number of concurrent blocks of one message.</summary>
    private const int MostBlocks = 2;

    private const string Attempt = "attempt";

    private static readonly BlobRequestConditions New = new() { IfNoneMatch = ETag.All };

    // Detects a change of the octets in transit, because the service compares the hash.
    private static readonly UploadTransferValidationOptions Checked = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    /// <summary>Puts content into a new blob.</summary>
    /// <param name="attempt">Identifies this attempt, if its response is lost and it's repeated.</param>
    /// <returns>False if a blob with that name exists.</returns>
    /// <exception cref="BlobFailure">It can't be done.</exception>
    public static async Task<bool> PutAsync(
        StorageAddress place, BlockBlobClient blob, Spool content, string type, string attempt,
        CancellationToken cancellationToken)
    {
        if (content.Length > Block)
        {
            var blocks = await StageAsync(place, blob, content, cancellationToken).ConfigureAwait(false);
            return await CommitAsync(place, blob, blocks, type, attempt, cancellationToken).ConfigureAwait(false);
        }

        content.Position = 0;
        var options = new BlobUploadOptions
        {
            Conditions = New,
            HttpHeaders = new BlobHttpHeaders { ContentType = type },
            Metadata = Mark(attempt),
            TransferOptions = new() { InitialTransferSize = Block, MaximumTransferSize = Block },
            TransferValidation = Checked,
        };
        return await TryAsync(
            place, blob, () => blob.UploadAsync(content, options, cancellationToken), attempt, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Uploads content in blocks, which are invisible before they're committed.</summary>
    /// <returns>The names of the blocks.</returns>
    public static async Task<IReadOnlyList<string>> StageAsync(
        StorageAddress place, BlockBlobClient blob, Spool content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        var names = new List<string>();
        var underWay = new Queue<Task>();
        try
        {
            for (var left = content.Length; left > 0; left -= Block)
            {
                var octets = new byte[(int)Math.Min(left, Block)];
                _ = content.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
                var name = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
                names.Add(name);
                underWay.Enqueue(BlobFailure.CallAsync(place, () => blob.StageBlockAsync(
                    name, new MemoryStream(octets), new() { TransferValidation = Checked }, cancellationToken)));
                if (underWay.Count == MostBlocks)
                {
                    await underWay.Dequeue().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await Task.WhenAll(underWay).ConfigureAwait(false);
        }

        return names;
    }

    /// <summary>Commits blocks as a blob.</summary>
    /// <returns>False if a blob with that name exists.</returns>
    public static Task<bool> CommitAsync(
        StorageAddress place, BlockBlobClient blob, IEnumerable<string> blocks, string type, string attempt,
        CancellationToken cancellationToken)
    {
        var options = new CommitBlockListOptions
        {
            Conditions = New,
            HttpHeaders = new BlobHttpHeaders { ContentType = type },
            Metadata = Mark(attempt),
        };
        return TryAsync(
            place, blob, () => blob.CommitBlockListAsync(blocks, options, cancellationToken), attempt, cancellationToken);
    }

    /// <summary>Returns whether a blob contains the spooled content.</summary>
    public static async Task<bool> EqualsAsync(
        StorageAddress place, BlockBlobClient blob, Spool content, CancellationToken cancellationToken)
    {
        using var there = await BlobFailure.CallAsync(
            place, async () => (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)
                .ConfigureAwait(false)).Value).ConfigureAwait(false);
        if (there.Details.ContentLength != content.Length)
        {
            return false;
        }

        content.Position = 0;
        var (one, other) = (new byte[64 * 1024], new byte[64 * 1024]);
        while (true)
        {
            var read = await there.Content.ReadAtLeastAsync(one, one.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (content.ReadAtLeast(other, other.Length, throwOnEndOfStream: false) != read
                || !one.AsSpan(0, read).SequenceEqual(other.AsSpan(0, read)))
            {
                return false;
            }

            if (read < one.Length)
            {
                return true;
            }
        }
    }

    private static Dictionary<string, string> Mark(string attempt) => new() { [Attempt] = attempt };

    private static async Task<bool> TryAsync(
        StorageAddress place, BlockBlobClient blob, Func<Task<Response<BlobContentInfo>>> put, string attempt,
        CancellationToken cancellationToken)
    {
        try
        {
            await BlobFailure.CallAsync(place, put).ConfigureAwait(false);
            return true;
        }
        // The blocks were discarded because another client created a blob with that name.
        catch (BlobFailure e) when (e.IsConflict || e.Code == "InvalidBlockList")
        {
            var there = await BlobFailure.CallAsync(
                place, async () => (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)
                    .ConfigureAwait(false)).Value).ConfigureAwait(false);
            return there.Metadata.TryGetValue(Attempt, out var by) && by == attempt;
        }
    }
}
