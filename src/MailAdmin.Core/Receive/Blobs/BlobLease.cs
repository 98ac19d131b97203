using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>
/// Represents the lease of a blob, which is the lock of a mailbox folder. It's renewed while this process runs. A process that
/// ends or hangs loses it after 60 seconds.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/rest/api/storageservices/lease-blob: 15 to 60 seconds. An expired lease can be renewed unless
/// another client has acquired it.
/// </remarks>
internal sealed class BlobLease : IAsyncDisposable
{
    /// <summary>For how long the service gives it.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20), Again = TimeSpan.FromSeconds(5);

    /// <summary>With less than this left, it is renewed before it is relied on.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    private readonly StorageAddress _place;
    private readonly BlobLeaseClient _client;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _renewing;
    private Granted _granted;
    private volatile bool _isLost;

    private BlobLease(StorageAddress place, BlobLeaseClient client, TimeProvider time, Granted granted)
    {
        (_place, _client, _time, _granted) = (place, client, time, granted);
        _renewing = RenewAsync(_ending.Token);
    }

    /// <summary>The condition for every write.</summary>
    public string Id => _client.LeaseId;

    /// <summary>Takes it.</summary>
    /// <exception cref="BlobFailure">Another run has the lease, or the blob doesn't exist.</exception>
    public static async Task<BlobLease> AcquireAsync(
        StorageAddress place, BlockBlobClient blob, TimeProvider time, CancellationToken cancellationToken)
    {
        // With MailAdmin's own ID, a request whose response was lost is repeated as the same.
        var client = blob.GetBlobLeaseClient($"{Guid.NewGuid()}");
        var now = Granted.At(time);
        await BlobFailure.CallAsync(
            place, () => client.AcquireAsync(Duration, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new BlobLease(place, client, time, now);
    }

    /// <summary>Verifies that this process still has the lease.</summary>
    /// <returns>False when another one has taken it.</returns>
    /// <exception cref="BlobFailure">The service couldn't be reached.</exception>
    public async ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        if (!_isLost && _granted.Age(_time) > Duration - Margin)
        {
            await RenewOnceAsync(cancellationToken).ConfigureAwait(false);
        }

        return !_isLost;
    }

    /// <summary>Another one has it.</summary>
    public void Lose() => _isLost = true;

    /// <summary>Gives it back, so that the next one need not wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _ending.Dispose();
        if (_isLost)
        {
            return;
        }

        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), _time);
            await BlobFailure.CallAsync(
                _place, () => _client.ReleaseAsync(cancellationToken: timeout.Token)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or MailAdminException or OperationCanceledException)
        {
            VerboseLog.Write($"The lease in '{_place.Name}' expires in 60 s: {e.Message}");
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var pause = Renewal;
        while (!_isLost)
        {
            try
            {
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
                await RenewOnceAsync(cancellationToken).ConfigureAwait(false);
                pause = Renewal;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or MailAdminException)
            {
                pause = Again;
            }
        }
    }

    private async Task RenewOnceAsync(CancellationToken cancellationToken)
    {
        var now = Granted.At(_time);
        try
        {
            await BlobFailure.CallAsync(
                _place, () => _client.RenewAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            _granted = now;
        }
        catch (BlobFailure e) when (e.IsLeaseRefused || e.IsMissing)
        {
            _isLost = true;
        }
    }

    /// <summary>
    /// The time of the request by two clocks: the monotonic one isn't affected by a clock change, and the other one continues
    /// while the computer sleeps.
    /// </summary>
    private sealed record Granted(long Timestamp, DateTimeOffset Time)
    {
        public static Granted At(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

        public TimeSpan Age(TimeProvider time)
        {
            var (one, other) = (time.GetElapsedTime(Timestamp), time.GetUtcNow() - Time);
            return one > other ? one : other;
        }
    }
}
