using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Journal;

/// <summary>
/// Records the changes to a tenant, with user and time: a line of JSON for each change, in one file for each tenant, in the
/// user's data folder. The journal of a sandbox exists as long as the sandbox. It never contains a secret. It's only a record: no
/// entry is ever executed, and the state of a tenant is read from the service.
/// </summary>
internal sealed class ChangeJournal
{
    private static readonly ConditionalWeakTable<Wire, ChangeJournal> OfSandboxes = [];

    private static readonly JsonSerializerOptions Format = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string? _path;
    private readonly List<string> _lines = [];
    private readonly object _gate = new();

    private ChangeJournal(string? path) => _path = path;

    /// <summary>
    /// The folder of the journals: that of MAILADMIN_JOURNAL, or MailAdmin/journal in the user's local application data, or in
    /// the folder for temporary files if the user has no home.
    /// </summary>
    public static string Folder => Environment.GetEnvironmentVariable("MAILADMIN_JOURNAL") is { Length: > 0 } folder ? folder
        : Path.Combine(Home ?? Path.GetTempPath(), "MailAdmin", "journal");

    private static string? Home => Environment.GetFolderPath(
        Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? home : null;

    /// <summary>The journal of a tenant.</summary>
    /// <param name="wire">The transport to the tenant.</param>
    /// <returns>The journal; nothing is opened yet.</returns>
    public static ChangeJournal Of(Wire wire, string tenantId) => wire.IsSandbox
        ? OfSandboxes.GetValue(wire.Origin, _ => new ChangeJournal(null))
        : In(Path.Combine(Folder, $"{tenantId}.jsonl"));

    /// <summary>The journal in a file.</summary>
    internal static ChangeJournal In(string path) => new(path);

    /// <summary>The changes, oldest first. A line that can't be read, such as one that was cut off, is left out.</summary>
    /// <exception cref="InvalidRequestException">The file can't be read.</exception>
    public IReadOnlyList<MailAdminChange> Read()
    {
        lock (_gate)
        {
            return
            [
                .. Lines().Select((line, i) =>
                {
                    var change = Parse(line);
                    if (change is not null)
                    {
                        change.Number = i + 1;
                    }

                    return change;
                }).OfType<MailAdminChange>(),
            ];
        }
    }

    /// <summary>Counts the lines that can't be read, so that a list of changes can report missing ones.</summary>
    /// <exception cref="InvalidRequestException">The file can't be read.</exception>
    public int CountUnreadable()
    {
        lock (_gate)
        {
            return Lines().Count(line => Parse(line) is null);
        }
    }

    /// <summary>Returns the changes up to now. A line with a later date isn't a pending change.</summary>
    /// <param name="now">Now; a clock that was set back by some minutes does no harm.</param>
    /// <returns>The changes, oldest first.</returns>
    /// <exception cref="InvalidRequestException">The file can't be read.</exception>
    internal IEnumerable<MailAdminChange> Until(DateTimeOffset now) => Read().Where(c => c.At <= now + TimeSpan.FromMinutes(5));

    /// <summary>
    /// Returns whether only this user and the computer's administrators can have written it: on Unix by the owner and the modes
    /// of file and folder, on Windows because it's in the user's own local application data. False for a journal in the folder
    /// for temporary files.
    /// </summary>
    /// <returns>False also if no journal exists yet.</returns>
    internal bool IsOwn()
    {
        if (_path is null)
        {
            return true;
        }

        if (!File.Exists(_path))
        {
            return false;
        }

        if (OperatingSystem.IsWindows())
        {
            return Home is { } home && Path.GetFullPath(_path).StartsWith(
                Path.TrimEndingDirectorySeparator(home) + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase);
        }

        if (Home is null && Environment.GetEnvironmentVariable("MAILADMIN_JOURNAL") is not { Length: > 0 })
        {
            return false;
        }

        try
        {
            const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
            if (((File.GetUnixFileMode(_path) | File.GetUnixFileMode(Path.GetDirectoryName(_path)!)) & Others) != 0)
            {
                return false;
            }

            // Only the owner has write permission, so opening it for writing shows that this user is the owner.
            using var file = Append(_path);
            return true;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return false;
        }
    }

    /// <summary>Checks that a change can be added, before an object is created that can't be created twice.</summary>
    /// <exception cref="InvalidRequestException">The file can't be written.</exception>
    internal void Check()
    {
        if (_path is not null)
        {
            Guard(() =>
            {
                using var file = Append(_path);
                return true;
            });
        }
    }

    /// <summary>Adds a change.</summary>
    /// <exception cref="InvalidRequestException">The file can't be written.</exception>
    internal void Write(MailAdminChange change)
    {
        var line = JsonSerializer.Serialize(change, Format);
        lock (_gate)
        {
            if (_path is null)
            {
                _lines.Add(line);
                return;
            }

            Guard(() =>
            {
                using var file = Append(_path);
                bool isNew;
                // One after the other: lines of several processes neither mix nor overwrite each other.
                using (OwnFile.TakeTurn(_path))
                {
                    isNew = file.Seek(0, SeekOrigin.End) == 0;
                    if (isNew)
                    {
                        FileSystem.OfMachine.Protect(_path);
                    }

                    file.Write(Encoding.UTF8.GetBytes(line + "\n"));
                }

                // A change to the tenant survives a power failure on this computer, so its record must, too.
                file.FlushToDisk();
                if (isNew)
                {
                    FileSystem.OfMachine.FlushFolder(Path.GetDirectoryName(_path)!);
                }

                return true;
            });
        }
    }

    private static WritableFile Append(string path)
    {
        OwnFile.MakeFolder(Path.GetDirectoryName(path)!);
        return FileSystem.OfMachine.OpenAppend(path);
    }

    private IEnumerable<string> Lines() => _path is null ? _lines : !File.Exists(_path) ? [] : Guard(
        () => TextFile.Read(_path).Split('\n', StringSplitOptions.RemoveEmptyEntries));

    private T Guard<T>(Func<T> work) => FileFailure.Guard(
        work, "JournalNotWritable", _path!, $"The change journal '{_path}' can't be opened",
        "Make its folder writable, or specify another one with the environment variable MAILADMIN_JOURNAL.");

    private static MailAdminChange? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<MailAdminChange>(line, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
