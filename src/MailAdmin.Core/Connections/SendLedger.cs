using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Connections;

/// <summary>
/// Records the messages that were sent with a state folder: a line before each message is sent, and one after. Lines are only
/// added. After an interrupted run, the line before remains, so the next run finds the message that was being sent.
/// </summary>
internal sealed class SendLedger : IDisposable
{
    private const string Sending = "Sending", Sent = "Sent", NotSent = "NotSent", NothingSent = "Nothing was sent.";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string _path;
    private readonly IDisposable _lock;
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>The number of equal messages in this run. A second equal message is another message.</summary>
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

    private SendLedger(string path, IDisposable held) => (_path, _lock) = (path, held);

    /// <summary>Opens the state, and keeps it to itself.</summary>
    /// <param name="folder">The folder, which is created if it's missing.</param>
    /// <exception cref="InvalidRequestException">
    /// Another run has it (SendStateInUse), or it can't be read or written (SendStateNotWritable).
    /// </exception>
    public static SendLedger Open(string folder)
    {
        Guard(folder, NothingSent, () => OwnFile.MakeFolder(folder));
        var path = Path.Combine(folder, "sent.jsonl");
        IDisposable held;
        try
        {
            held = FileSystem.OfMachine.Lock($"{path}.lock");
        }
        catch (IOException e) when (File.Exists($"{path}.lock"))
        {
            throw new InvalidRequestException(
                "SendStateInUse", $"Another command is sending with the state in '{folder}'.", e)
            {
                Target = folder,
                Advice = "Wait until it ends, or use another -StatePath.",
            };
        }

        var ledger = new SendLedger(path, held);
        try
        {
            Guard(folder, NothingSent, ledger.Read);
            return ledger;
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    /// <summary>Returns the key of a message: its content, the content of its files, and its number among equal ones.</summary>
    /// <exception cref="InvalidRequestException">A file can't be read.</exception>
    public async Task<string> KeyOfAsync(string mailbox, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var files = new List<string>();
        foreach (var attachment in message.Attachments.Append(message.Mime).OfType<OutgoingAttachment>())
        {
            var content = attachment.Open();
            await using (content.ConfigureAwait(false))
            {
                var octets = await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false);
                files.Add($"{attachment.Name}/{attachment.ContentId}/{Convert.ToHexString(octets)}");
            }
        }

        var text = JsonSerializer.Serialize(new
        {
            mailbox = mailbox.ToUpperInvariant(),
            message.From,
            message.To,
            message.Cc,
            message.Bcc,
            message.ReplyTo,
            message.Subject,
            message.Body,
            message.IsHtml,
            Answers = message.Answers?.InternetMessageId ?? message.Answers?.Id,
            files,
        });
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var number = _seen[hash] = _seen.GetValueOrDefault(hash) + 1;
        return number == 1 ? hash : FormattableString.Invariant($"{hash}#{number}");
    }

    /// <summary>Returns the state of a message from an earlier run; null if it must be sent.</summary>
    /// <returns>Its Message-ID, whether it was sent, and when that was noted.</returns>
    public (string MessageId, bool IsSent, DateTimeOffset At)? Find(string key) =>
        _lines.TryGetValue(key, out var line) && line.State != NotSent ? (line.MessageId, line.State == Sent, line.At) : null;

    /// <summary>Notes that a message is about to be sent, on the disk.</summary>
    /// <exception cref="InvalidRequestException">It can't be noted (SendStateNotWritable).</exception>
    public void Begin(string key, string messageId, DateTimeOffset now) =>
        Write(new Line(key, messageId, Sending, now), "The message wasn't sent.");

    /// <summary>Notes that the service took it.</summary>
    /// <exception cref="InvalidRequestException">It can't be noted (SendStateNotWritable).</exception>
    public void Took(string key, string messageId, DateTimeOffset now) =>
        Write(new Line(key, messageId, Sent, now), "The message was sent. The next run can't be sure of that.");

    /// <summary>Notes that the service certainly didn't take it.</summary>
    /// <exception cref="InvalidRequestException">It can't be noted (SendStateNotWritable).</exception>
    public void Refused(string key, string messageId, DateTimeOffset now) =>
        Write(new Line(key, messageId, NotSent, now), "The message wasn't sent. The next run can't be sure of that.");

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private void Read()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        var content = TextFile.Read(_path);
        foreach (var text in content.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(text) is { } line)
            {
                _lines[line.Key] = line;
            }
        }

        if (content.Length > 0 && content[^1] != '\n')
        {
            // An incomplete line of an interrupted run remains a separate line.
            OwnFile.Append(_path, "\n"u8, flush: true);
        }
    }

    private static Line? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, Format) is { Key: not null, MessageId: not null } line ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(Line line, string outcome)
    {
        Guard(_path, outcome, () => OwnFile.Append(
            _path, [.. JsonSerializer.SerializeToUtf8Bytes(line, Format), (byte)'\n'], flush: true));
        _lines[line.Key] = line;
    }

    private static void Guard(string path, string outcome, Action work) => FileFailure.Guard(
        work, "SendStateNotWritable", path, $"The state of what was sent in '{path}' can't be read or written",
        $"{outcome} Make the folder writable, or use another -StatePath.");

    private sealed record Line(string Key, string MessageId, string State, DateTimeOffset At);
}
