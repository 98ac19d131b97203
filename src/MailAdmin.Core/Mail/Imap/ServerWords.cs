using System.Text;
using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Records the dialogue of client and server: each line is logged without secrets (repeated tokens are removed, long lines are
/// cut, literals are skipped), and the server's last lines are kept for the diagnosis. The server's lines come from
/// <see cref="GuardedStream"/>, which finds their ends.
/// </summary>
/// <param name="log">Takes each line, "C: " or "S: " before it; null for none.</param>
internal sealed class ServerWords(Action<string>? log) : IProtocolLogger
{
    private const int LongestLine = 500;
    private const int MostFolders = 100_000;
    private const int LongestKept = 64 * 1024;
    private readonly List<string> _secrets = [];
    private readonly StringBuilder _sent = new();
    private int _folders;

    /// <inheritdoc/>
    /// <remarks>Not needed: a command that signs in is never logged, with any content.</remarks>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>The last NO or BAD that ended a command since <see cref="Forget"/>; null for none.</summary>
    public StatusLine? Refusal { get; private set; }

    /// <summary>The server's text when it closed the connection; null before.</summary>
    public string? Farewell { get; private set; }

    /// <summary>Whether the server reported that the token expired.</summary>
    public bool IsTokenExpired { get; private set; }

    /// <summary>Whether the server's greeting is that of Exchange.</summary>
    public bool IsExchange { get; private set; }

    /// <summary>The server's last capabilities, separated by spaces.</summary>
    public string Capabilities { get; private set; } = "";

    /// <summary>Clears the previous lines.</summary>
    public void Forget() => (Refusal, _folders) = (null, 0);

    /// <summary>Takes care that a token, and the response that holds it, are never shown.</summary>
    public void Hide(params string[] secrets) => _secrets.AddRange(secrets.Where(static secret => secret.Length > 0));

    /// <summary>Receives the beginning of a server's line, enough to log it.</summary>
    /// <param name="isStatus">Whether it is free text and not data: the end of a command, or an untagged OK, NO, BAD or
    /// BYE.</param>
    /// <returns>The reason to stop reading; null to continue.</returns>
    public Exception? Take(ReadOnlySpan<byte> octets, bool isStatus)
    {
        if (octets.StartsWith("* LIST "u8) && ++_folders > MostFolders)
        {
            return new InvalidDataException($"the server lists more than {MostFolders} folders");
        }

        if (log is null && !isStatus && !octets.StartsWith("* CAPABILITY "u8))
        {
            return null;
        }

        var line = Clean(Encoding.UTF8.GetString(octets)).TrimEnd();
        Write("S: ", line);
        if (line.StartsWith("* CAPABILITY ", StringComparison.OrdinalIgnoreCase))
        {
            Capabilities = line["* CAPABILITY ".Length..];
        }

        return isStatus && StatusLine.Parse(line) is { } status ? Take(status) : null;
    }

    public void LogConnect(Uri uri)
    {
        // The lines show it.
    }

    public void LogServer(byte[] buffer, int offset, int count)
    {
        // The stream passes them line by line.
    }

    public void LogClient(byte[] buffer, int offset, int count)
    {
        if (log is null)
        {
            return;
        }

        foreach (var octet in buffer.AsSpan(offset, count))
        {
            if (octet == '\n')
            {
                Sent(_sent.ToString().TrimEnd('\r'));
                _sent.Clear();
            }
            else if (_sent.Length < LongestKept)
            {
                _sent.Append((char)octet);
            }
        }
    }

    /// <summary>Logs a line of the client. A line that isn't a command (a literal, a response) isn't shown.</summary>
    public void Sent(string line)
    {
        var words = line.Split(' ', 4);
        var isCommand = words.Length > 1 && words[0].Length is > 1 and < 12 && char.IsAsciiLetterUpper(words[0][0])
            && words[0].AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
        var text = !isCommand ? (line == "DONE" ? line : "***")
            : words[1] == "AUTHENTICATE" ? $"{words[0]} AUTHENTICATE {words.ElementAtOrDefault(2)} ***"
            : line;
        Write("C: ", Clean(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text))));
    }

    public void Dispose()
    {
        // The previous lines are kept.
    }

    private Exception? Take(StatusLine status)
    {
        if (status.Code == "CAPABILITY")
        {
            Capabilities = status.Arguments;
        }

        IsTokenExpired |= status.Condition != "OK" && ImapErrors.IsTokenExpired(status.Text);
        IsExchange |= status is { Tag: null, Condition: "OK" }
            && status.Text.StartsWith("The Microsoft Exchange ", StringComparison.Ordinal);
        Farewell = status.Condition == "BYE" ? status.Text : Farewell;
        Refusal = status is { Tag: not null, Condition: "NO" or "BAD" } ? status : Refusal;
        // With PREAUTH, the server names another user, and MailKit would continue as that user. An untagged NO or BAD ends no
        // command, so a back-off in it would be lost.
        return status.Condition == "PREAUTH" ? new InvalidDataException("the greeting is for a session that is already signed in")
            : status is { Tag: null, Condition: "NO" or "BAD" } ? ImapErrors.TryThrottled(status.Text)
            : null;
    }

    private void Write(string side, string line)
    {
        var isCut = line.Length > LongestLine;
        log?.Invoke(string.Concat(side, line.AsSpan(0, Math.Min(line.Length, LongestLine)), isCut ? "..." : ""));
    }

    /// <summary>Takes out secrets, and what would act on a terminal, a log or a mail.</summary>
    private string Clean(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return StatusLine.Printable(text);
    }
}
