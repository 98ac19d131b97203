using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailAdmin.Core.Exchange;

/// <summary>
/// What was changed in a tenant, by whom and when: a line of JSON for each change, in one file for each tenant in the user's own data
/// folder. The journal of a sandbox lives as long as the sandbox. It never holds a secret.
/// </summary>
public sealed class ChangeJournal
{
    private static readonly ConditionalWeakTable<Wire, ChangeJournal> OfSandboxes = [];

    private static readonly JsonSerializerOptions Format = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string? _path;
    private readonly List<string> _lines = [];
    private readonly object _gate = new();

    private ChangeJournal(string? path) => _path = path;

    /// <summary>
    /// The folder of the journals: the one that MAILADMIN_JOURNAL names, or MailAdmin/journal in the user's local application data, or in
    /// the folder for temporary files where the user has no home.
    /// </summary>
    public static string Folder => Environment.GetEnvironmentVariable("MAILADMIN_JOURNAL") is { Length: > 0 } folder ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? home : Path.GetTempPath(), "MailAdmin", "journal");

    /// <summary>The journal of a tenant.</summary>
    /// <param name="wire">How the tenant is reached.</param>
    /// <param name="tenantId">Its id.</param>
    /// <returns>The journal; nothing is opened yet.</returns>
    public static ChangeJournal Of(Wire wire, string tenantId) => wire.IsSandbox
        ? OfSandboxes.GetValue(wire.Origin, _ => new ChangeJournal(null))
        : In(Path.Combine(Folder, $"{tenantId}.jsonl"));

    /// <summary>The journal in a file.</summary>
    internal static ChangeJournal In(string path) => new(path);

    /// <summary>The changes, oldest first. A line that can't be read, such as one that was cut off, is left out.</summary>
    /// <returns>The changes.</returns>
    /// <exception cref="InvalidRequestException">The file can't be read.</exception>
    public IReadOnlyList<MailAdminChange> Read()
    {
        lock (_gate)
        {
            return [.. Lines().Select(Parse).OfType<MailAdminChange>()];
        }
    }

    /// <summary>Looks whether a change can be added, before something is made that can't be had twice.</summary>
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
                // One write for the whole line, so that lines of several processes do not mix.
                using var file = Append(_path);
                file.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
                return true;
            });
        }
    }

    private static FileStream Append(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    }

    private IEnumerable<string> Lines() => _path is null ? _lines : !File.Exists(_path) ? [] : Guard(() =>
    {
        using var file = new StreamReader(new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    });

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException("JournalNotWritable", $"The change journal '{_path}' can't be opened: {e.Message}", e)
            {
                Target = _path,
                Advice = "Make its folder writable, or name another one in the environment variable MAILADMIN_JOURNAL.",
            };
        }
    }

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
