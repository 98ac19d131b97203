using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>The places on the server that messages go to.</summary>
/// <param name="Move">For <see cref="AfterProcessing.Move"/>.</param>
/// <param name="Copy">For a copy.</param>
/// <param name="Quarantine">For what can't be read.</param>
internal sealed record Targets(MailFolder? Move, MailFolder? Copy, MailFolder? Quarantine)
{
    /// <summary>Makes the folders that are missing.</summary>
    public static async Task<Targets> PrepareAsync(IMailStore store, ReceiveOptions options, CancellationToken cancellationToken) => new(
        await MakeAsync(store, options.MoveTo, cancellationToken).ConfigureAwait(false),
        await MakeAsync(store, options.CopiesToAddress ? null : options.CopyTo, cancellationToken).ConfigureAwait(false),
        await MakeAsync(store, options.QuarantineTo, cancellationToken).ConfigureAwait(false));

    /// <summary>Whether a folder, or one above it, is one of these.</summary>
    public bool Hold(MailFolder folder) => new[] { Move, Copy, Quarantine }.OfType<MailFolder>()
        .Any(t => t.Id == folder.Id || folder.Path.StartsWith($"{t.Path}/", StringComparison.Ordinal));

    private static async Task<MailFolder?> MakeAsync(IMailStore store, string? path, CancellationToken cancellationToken) =>
        path is null ? null : await store.CreateFolderAsync(path, cancellationToken).ConfigureAwait(false);
}
