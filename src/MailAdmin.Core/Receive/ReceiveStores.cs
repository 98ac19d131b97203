namespace MailAdmin.Core.Receive;

/// <summary>The places of one run.</summary>
/// <param name="Messages">The place of messages; null for none.</param>
/// <param name="Memory">The place of locks and state; null for none.</param>
internal sealed record ReceiveStores(IReceiveStore? Messages, IReceiveStore? Memory)
{
    /// <summary>Opens the places: a folder on disk, unless the options recognize another kind of place by its name.</summary>
    public static ReceiveStores Of(ReceiveOptions options, TimeProvider time)
    {
        return new(Open(options.Destination), Open(options.StateFolder));

        IReceiveStore? Open(string? name) => name is null ? null : options.OpenStore?.Invoke(name) ?? new DiskStore(
            name, new Disk(options.Durability, options.Watcher, options.Files, marks: !options.SkipsMarks), time);
    }
}
