using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>What one run has of one mailbox folder: its lock, what is remembered, and the place of its messages.</summary>
internal sealed class FolderPlace : IAsyncDisposable
{
    private readonly IFolderMemory? _held;
    private readonly string? _name;

    private FolderPlace(ReceiveStores stores, IFolderMemory? held, FolderState? memory) =>
        (Messages, _name, _held, Memory) = (stores.Messages, stores.Memory?.Name, held, memory);

    /// <summary>Where messages go; null for nowhere.</summary>
    public IReceiveStore? Messages { get; }

    /// <summary>What is remembered; null when nothing is.</summary>
    public FolderState? Memory { get; }

    /// <summary>Locks the folder, and removes what a run that died has left behind.</summary>
    /// <param name="options">What to remember.</param>
    /// <param name="stores">Where.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="isChosen">Whether the messages were named one by one.</param>
    /// <exception cref="InvalidRequestException">Another run is at it (DestinationInUse), or the place can't be written to
    /// (DestinationNotWritable), or others can change what is remembered (StatePathNotSafe).</exception>
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
                // A position that stays would hide what is to come again from a run after this one, should it break off.
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

    /// <summary>Reads what a pass needs to know of what is remembered.</summary>
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

    /// <summary>Makes sure that the folder is still this run's, before something is done that only its holder may do.</summary>
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
