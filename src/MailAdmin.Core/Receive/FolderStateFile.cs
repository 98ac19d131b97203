using System.Buffers;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>Represents the file of a folder's state next to the list of processed messages.</summary>
/// <param name="Version">Of the format.</param>
/// <param name="Mailbox">For a reader of the file.</param>
/// <param name="Folder">For a reader of the file.</param>
/// <param name="Position">The next position; null for the beginning.</param>
/// <param name="Left">Messages before the position that are still to be dealt with.</param>
/// <param name="CheckedAt">The time when it was written.</param>
/// <param name="Ahead">The number of latest entries of the list that can be messages after the position.</param>
/// <param name="Numbering">
/// What the ids in the ledger belong to (<see cref="Mail.FetchedMessage.Numbering"/>); null where unknown.
/// </param>
/// <param name="From">Messages that were received before this count as dealt with; null for none.</param>
internal sealed record FolderStateFile(
    int Version, string Mailbox, string Folder, string? Position, string[] Left, DateTimeOffset CheckedAt, int Ahead = 0,
    string? Numbering = null, DateTimeOffset? From = null)
{
    /// <summary>The version that this writes, and the latest that it reads.</summary>
    public const int Current = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="path">The file.</param>
    /// <returns>Null if it's missing, or can't be read.</returns>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static FolderStateFile? Read(string path) => File.Exists(path) ? Parse(TextFile.Read(path), path) : null;

    /// <param name="text">The content of the file.</param>
    /// <param name="name">The name of the file.</param>
    /// <returns>Null for what can't be read.</returns>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    public static FolderStateFile? Parse(string text, string name)
    {
        try
        {
            var state = JsonSerializer.Deserialize<FolderStateFile>(text, Json);
            return state is null or { Version: <= Current } ? state
                : throw new InvalidRequestException("StateNotReadable", $"A later version of MailAdmin wrote '{name}'.")
                {
                    Target = name,
                    Advice = "Use that version, or use -Resync to read the folder from the start.",
                };
        }
        catch (JsonException e)
        {
            // The list still identifies processed messages, so this only costs time.
            VerboseLog.Write($"Can't read '{name}' ({e.Message}). Reading the folder from the start.");
            return null;
        }
    }

    /// <summary>As it is written. A serializer that is made for the type would require another 3 MB.</summary>
    public byte[] ToUtf8Bytes()
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("mailbox", Mailbox);
            json.WriteString("folder", Folder);
            json.WriteString("position", Position);
            json.WriteStartArray("left");
            foreach (var id in Left)
            {
                json.WriteStringValue(id);
            }

            json.WriteEndArray();
            json.WriteString("checkedAt", CheckedAt);
            json.WriteNumber("ahead", Ahead);
            json.WriteString("numbering", Numbering);
            if (From is { } from)
            {
                json.WriteString("from", from);
            }

            json.WriteEndObject();
        }

        return octets.WrittenSpan.ToArray();
    }
}
