using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Connections;

/// <summary>
/// Represents the file with the saved connections: readable JSON without secrets, suitable for version control. It's replaced as
/// a whole, so it's always the old one or the new one, and only its owner can read it.
/// </summary>
internal sealed class ConnectionFile(string path, TrustedFiles? trusted = null)
{
    private const int Version = 1;

    private readonly TrustedFiles _trusted = trusted ?? TrustedFiles.OfUser;
    private string _text = "";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The time to wait for another process that is saving.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The file in the user's own configuration folder.</summary>
    public static string DefaultPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "MailAdmin", "connections.json");

    /// <summary>
    /// Whether this user saved the file with Save-MailboxConnection, or trusted it before. The file in the user's own
    /// configuration folder is trusted.
    /// </summary>
    public bool IsTrusted => _text.Length == 0 || path == DefaultPath || _trusted.Contains(path, _text);

    /// <summary>Remembers that this user trusts the file with the content that was read.</summary>
    /// <exception cref="InvalidRequestException">That can't be written.</exception>
    public void Trust() => Guard(() => _trusted.Add(path, _text));

    /// <summary>Returns the connections, ordered by name; empty if the file doesn't exist.</summary>
    /// <exception cref="InvalidRequestException">The file can't be read, or is of a later version.</exception>
    public IReadOnlyList<SavedConnection> Read()
    {
        try
        {
            _text = File.Exists(path) ? TextFile.Read(path) : "";
            if (_text.Length == 0 && !File.Exists(path))
            {
                return [];
            }

            var content = JsonSerializer.Deserialize<Content>(_text, Format);
            return content?.Version == Version ? content.Connections
                : throw new JsonException($"It has version {content?.Version}, but version {Version} is required.");
        }
        catch (Exception e) when (FileFailure.Is(e) || e is JsonException)
        {
            throw FileFailure.Of(
                e, "ConnectionFileNotReadable", path, $"The saved connections in '{path}' can't be read",
                "Correct the file, or specify another one with -Path.");
        }
    }

    /// <summary>Keeps a connection; one of the same name is replaced.</summary>
    /// <returns>The previous connection; null if it's new.</returns>
    /// <exception cref="InvalidRequestException">The file can't be read or written.</exception>
    public Task<SavedConnection?> SaveAsync(SavedConnection connection, CancellationToken cancellationToken) =>
        ReplaceAsync(connection.Name, connection, cancellationToken);

    /// <summary>Removes a connection.</summary>
    /// <returns>The removed connection; null if there was none.</returns>
    /// <exception cref="InvalidRequestException">The file can't be read or written.</exception>
    public Task<SavedConnection?> RemoveAsync(string name, CancellationToken cancellationToken) =>
        ReplaceAsync(name, null, cancellationToken);

    private async Task<SavedConnection?> ReplaceAsync(
        string name, SavedConnection? connection, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        var before = Read();
        var old = before.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
        SavedConnection[] after = [.. before.Where(c => c != old).Concat(connection is null ? [] : [connection])
            .OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)];
        var isTrusted = IsTrusted;
        var content = JsonSerializer.Serialize(new Content(Version, after), Format);
        Guard(() => OwnFile.Replace(path, Encoding.UTF8.GetBytes(content), isLocked: true));
        if (isTrusted && path != DefaultPath)
        {
            // What this user wrote needs no question; what others wrote next to it still does.
            _text = content;
            Trust();
        }

        return old;
    }

    /// <summary>
    /// Two processes that save at the same time must not lose a connection. The lock file isn't removed: otherwise two processes
    /// could each hold a lock.
    /// </summary>
    private async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(path) ?? throw NotWritable(new IOException("It is the root of the file system."));
        Guard(() => OwnFile.MakeFolder(folder));
        var since = Wire.MachineTime.GetTimestamp();
        while (true)
        {
            try
            {
                return FileSystem.OfMachine.Lock($"{path}.lock");
            }
            catch (IOException) when (File.Exists($"{path}.lock") && Wire.MachineTime.GetElapsedTime(since) < Timeout)
            {
                await Task.Delay(Pause, Wire.MachineTime, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                throw NotWritable(e);
            }
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw NotWritable(e);
        }
    }

    private InvalidRequestException NotWritable(Exception error) => FileFailure.Of(
        error, "ConnectionFileNotWritable", path, $"The saved connections in '{path}' can't be written",
        "Make the folder writable, or specify another file with -Path.");

    private sealed record Content(int Version, IReadOnlyList<SavedConnection> Connections);
}
