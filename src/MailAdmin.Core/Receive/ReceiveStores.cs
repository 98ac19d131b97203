namespace MailAdmin.Core.Receive;

/// <summary>The places of one run.</summary>
/// <param name="Messages">Where messages go; null for nowhere.</param>
/// <param name="Memory">Where folders are locked, and what is remembered is kept; null for nowhere.</param>
internal sealed record ReceiveStores(IReceiveStore? Messages, IReceiveStore? Memory)
{
    /// <summary>Opens them: a folder on disk, unless the options know another kind of place by its name.</summary>
    public static ReceiveStores Of(ReceiveOptions options, TimeProvider time)
    {
        return new(Open(options.Destination), Open(options.StateFolder));

        IReceiveStore? Open(string? name) => name is null ? null : options.OpenStore?.Invoke(name) ?? new DiskStore(
            name, new Disk(options.Durability, options.Watcher, options.Files, marks: !options.SkipsMarks), time);
    }
}
