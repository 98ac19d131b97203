using System.Diagnostics;

namespace MailAdmin.CrashTest;

/// <summary>A disk in memory that is soon full.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one.</summary>
    /// <param name="path">Where; the folder is made.</param>
    /// <returns>It, or why there is none.</returns>
    public static async Task<(SmallDisk? Disk, string Reason)> MountAsync(string path)
    {
        Directory.CreateDirectory(path);
        var (status, said) = await RunAsync("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", path);
        return (status == 0 ? new SmallDisk(path) : null, said);
    }

    /// <summary>Makes room.</summary>
    public async Task GrowAsync()
    {
        var (status, said) = await RunAsync("mount", "-o", "remount,size=64m", Path);
        if (status != 0)
        {
            throw new InvalidOperationException($"The small disk can't be made larger: {said}");
        }
    }

    public async ValueTask DisposeAsync() => await RunAsync("umount", Path);

    private static async Task<(int Status, string Said)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, said.Trim());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
