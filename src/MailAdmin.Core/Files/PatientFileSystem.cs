namespace MailAdmin.Core.Files;

/// <summary>
/// Tries again what Windows refuses only for a moment: a virus scanner, an indexer, or a backup has just opened the file.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499- (ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION,
/// ERROR_LOCK_VIOLATION)
/// </remarks>
/// <param name="inner">Does it.</param>
/// <param name="wait">Waits between two tries.</param>
internal sealed class PatientFileSystem(IFileSystem inner, Action<TimeSpan> wait) : IFileSystem
{
    /// <summary>The number of attempts and the delays between them: about a second in total.</summary>
    internal const int Tries = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns whether an error can be brief.</summary>
    /// <param name="error">The exception that was thrown.</param>
    public static bool MayPass(Exception error) =>
        FileFailure.Is(error) && (uint)error.HResult is 0x80070005 or 0x80070020 or 0x80070021;

    /// <inheritdoc/>
    public WritableFile Create(string path) => Try(() => inner.Create(path));

    /// <inheritdoc/>
    public WritableFile OpenAppend(string path) => Try(() => inner.OpenAppend(path));

    /// <inheritdoc/>
    public void Protect(string path) => Try(() => inner.Protect(path));

    /// <inheritdoc/>
    public void MarkOfTheWeb(string path) => inner.MarkOfTheWeb(path);

    /// <inheritdoc/>
    public void Truncate(string path, long length) => Try(() => inner.Truncate(path, length));

    /// <summary>Acquires a lock without retries: the holder keeps it, and the caller handles that.</summary>
    public IDisposable Lock(string path) => inner.Lock(path);

    /// <inheritdoc/>
    public void Rename(string from, string to, bool overwrite) => Try(() => inner.Rename(from, to, overwrite));

    /// <inheritdoc/>
    public void RenameFolder(string from, string to) => Try(() => inner.RenameFolder(from, to));

    /// <inheritdoc/>
    public void Remove(string path) => Try(() => inner.Remove(path));

    /// <inheritdoc/>
    public void RemoveFolder(string path) => Try(() => inner.RemoveFolder(path));

    /// <inheritdoc/>
    public void MakeFolder(string path) => Try(() => inner.MakeFolder(path));

    /// <inheritdoc/>
    public void FlushFolder(string path) => inner.FlushFolder(path);

    private void Try(Action change) => Try(() =>
    {
        change();
        return true;
    });

    private T Try<T>(Func<T> change)
    {
        for (var i = 1; i < Tries; i++)
        {
            try
            {
                return change();
            }
            catch (Exception e) when (MayPass(e))
            {
                wait(Pause);
            }
        }

        return change();
    }
}
