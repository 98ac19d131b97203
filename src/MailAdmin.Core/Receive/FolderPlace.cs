using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents the resources of a run for one mailbox folder: its lock, its saved state, and the place of its messages.
/// </summary>
internal sealed class FolderPlace : IAsyncDisposable
{
    private readonly IFolderMemory? _held;
    private readonly string? _name;

    private FolderPlace(ReceiveStores stores, IFolderMemory? held, FolderState? memory) =>
        (Messages, _name, _held, Memory) = (stores.Messages, stores.Memory?.Name, held, memory);

    /// <summary>The place of messages; null for none.</summary>
    public IReceiveStore? Messages { get; }

    /// <summary>The saved state; null if none is kept.</summary>
    public FolderState? Memory { get; }

    /// <summary>Locks the folder, and removes the temporary files of an interrupted run.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="stores">The places.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="isChosen">Whether the messages were named one by one.</param>
    /// <exception cref="InvalidRequestException">
    /// Another run has the lock (DestinationInUse), the place can't be written (DestinationNotWritable), or other users can
    /// change the saved state (StatePathNotSafe).
    /// </exception>
    public static async Task<FolderPlace> OpenAsync(
        ReceiveOptions options, ReceiveStores stores, MailFolder folder, bool isChosen, CancellationToken cancellationToken)
    {
        if (stores.Memory is not { } place)
        {
            return new FolderPlace(stores, null, options.Remembers ? FolderState.ForRun(folder) : null);
        }

        IFolderMemory? held = null;
        try
        {
            held = await place.LockAsync(folder, cancellationToken).ConfigureAwait(false);
            FolderState? memory = null;
            if (options.Resync || options.LastChecked is not null)
            {
                // If this run is interrupted, a later position would hide messages that the next run must receive.
                await place.SavePositionsAsync(
                    new Dictionary<string, string?> { [PositionIndex.KeyOf(folder.Mailbox, null)] = null }, cancellationToken)
                    .ConfigureAwait(false);
            }

            if (options.Remembers)
            {
                memory = await FolderState.OpenAsync(
                    held, folder, options.Resync, options.IsSelective, isChosen, options.LastChecked, cancellationToken)
                    .ConfigureAwait(false);
                VerboseLog.Write(new RememberedFolder(held.State, held.Count).Describe(folder));
            }

            if (stores.Messages is { } messages)
            {
                await messages.RemoveLeftoversAsync(SourceName.Owner(folder, options.StatePath), cancellationToken)
                    .ConfigureAwait(false);
            }

            return new FolderPlace(stores, held, memory);
        }
        catch (Exception e)
        {
            if (held is not null)
            {
                await held.DisposeAsync().ConfigureAwait(false);
            }

            if (FileFailure.Is(e))
            {
                throw DestinationErrors.Of(place.Name, e);
            }

            throw;
        }
    }

    /// <summary>Reads the part of the saved state that a pass requires.</summary>
    /// <exception cref="InvalidRequestException">It can't be read (DestinationNotWritable).</exception>
    public async ValueTask StartPassAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (Memory?.StartPassAsync(cancellationToken) ?? ValueTask.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception e) when (FileFailure.Is(e) && _name is not null)
        {
            throw DestinationErrors.Of(_name, e);
        }
    }

    /// <summary>Verifies that this run still has the lock, before an operation that requires it.</summary>
    /// <exception cref="InvalidRequestException">Another run has taken it over (DestinationInUse).</exception>
    public async ValueTask RequireLockAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (_held?.RequireLockAsync(cancellationToken) ?? ValueTask.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw DestinationErrors.Of(_name!, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Memory is not null)
        {
            await Memory.DisposeAsync().ConfigureAwait(false);
        }

        if (_held is not null)
        {
            await _held.DisposeAsync().ConfigureAwait(false);
        }
    }
}
