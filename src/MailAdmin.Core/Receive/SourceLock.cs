using System.Diagnostics;
using System.Globalization;
using System.Text;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Prevents a second run from receiving the same folder to the same place. It's a lock of the operating system, which is released
/// when the process ends. A file next to it names the holder, for the second run's error.
/// </summary>
internal sealed class SourceLock : IDisposable
{
    private readonly IDisposable _lock;

    private SourceLock(IDisposable held) => _lock = held;

    /// <param name="disk">The disk that writes.</param>
    /// <param name="path">Without extension.</param>
    /// <param name="folder">For the message.</param>
    /// <param name="now">The time, for the second run's error.</param>
    /// <exception cref="InvalidRequestException">Another run has the lock (DestinationInUse).</exception>
    public static SourceLock Take(Disk disk, string path, MailFolder folder, DateTimeOffset now)
    {
        IDisposable held;
        try
        {
            held = disk.Files.Lock($"{path}.lock");
        }
        catch (IOException e) when (File.Exists($"{path}.lock"))
        {
            throw new InvalidRequestException(
                "DestinationInUse",
                $"{folder.Mailbox}, folder {folder.Path}, is already being received to '{Path.GetDirectoryName(path)}' by "
                    + $"{Owner(path)}.", e)
            {
                Target = folder.Mailbox,
                Advice = "Wait until that run ends, or specify another -Destination. An interrupted run doesn't leave a lock.",
            };
        }

        var owner = string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} ({Process.GetCurrentProcess().ProcessName}) on {Environment.MachineName} since "
                + $"{now:yyyy-MM-dd HH:mm:ss} UTC");
        try
        {
            OwnFile.Replace(
                $"{path}.owner", Encoding.UTF8.GetBytes(owner), flush: false, isLocked: true, disk.Files);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return new SourceLock(held);
    }

    /// <summary>Releases the lock. The file isn't removed: otherwise two runs could each hold a lock with its name.</summary>
    public void Dispose() => _lock.Dispose();

    private static string Owner(string path)
    {
        try
        {
            return TextFile.Read($"{path}.owner");
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
