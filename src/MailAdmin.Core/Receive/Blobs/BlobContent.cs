using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>Puts what was spooled into blobs, complete or not at all, and never over one that is there.</summary>
internal static class BlobContent
{
    /// <summary>What is not larger goes in one request.</summary>
    public const int Block = 4 * 1024 * 1024;

    /// <summary>So many blocks of one message are on their way at once.</summary>
    private const int MostBlocks = 2;

    private const string Attempt = "attempt";

    private static readonly BlobRequestConditions New = new() { IfNoneMatch = ETag.All };

    // Whatever changes the octets on the way: the service compares.
    private static readonly UploadTransferValidationOptions Checked = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    /// <summary>Puts content into a new blob.</summary>
    /// <param name="attempt">Tells this attempt from those of others, where its answer is lost and it is repeated.</param>
    /// <returns>False when a blob of that name is there.</returns>
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

    /// <summary>Brings content there in blocks, which nobody sees before they are committed.</summary>
    /// <returns>What the blocks are called.</returns>
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

    /// <summary>Makes blocks a blob.</summary>
    /// <returns>False when a blob of that name is there.</returns>
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

    /// <summary>Whether a blob holds what was spooled, octet for octet.</summary>
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
        // Blocks are gone when somebody else has made a blob of that name meanwhile.
        catch (BlobFailure e) when (e.IsConflict || e.Code == "InvalidBlockList")
        {
            var there = await BlobFailure.CallAsync(
                place, async () => (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)
                    .ConfigureAwait(false)).Value).ConfigureAwait(false);
            return there.Metadata.TryGetValue(Attempt, out var by) && by == attempt;
        }
    }
}
