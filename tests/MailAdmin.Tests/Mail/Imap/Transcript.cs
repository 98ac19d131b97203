using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>
/// A dialogue as text: "S: " lines are what the server sends (Latin-1, CRLF is added), "C: " lines are commands by name, sent
/// when the server's lines before them have been read.
/// </summary>
internal static class Transcript
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new AsText<UidSet>(), new AsText<ImapCapabilities>(), new AsText<ImapCommand>() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Runs a dialogue, giving the server's octets in pieces.</summary>
    public static List<string> Run(string text, int piece, ImapLimits? limits = null) =>
        Play(text, piece, limits).Select(response => Describe(response.Response) + response.Literal).ToList();

    /// <summary>Runs a dialogue in one piece.</summary>
    public static List<ImapResponse> Read(string text) => Play(text, int.MaxValue).Select(static r => r.Response).ToList();

    public static ImapSession Session(string text)
    {
        var session = new ImapSession(ImapLimits.Default);
        _ = Play(text, int.MaxValue, session: session).ToList();
        return session;
    }

    private static IEnumerable<(ImapResponse Response, string Literal)> Play(
        string text, int piece, ImapLimits? limits = null, ImapSession? session = null)
    {
        session ??= new ImapSession(limits ?? ImapLimits.Default);
        var received = new StringBuilder();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Append("C: "))
        {
            if (line.StartsWith("S: ", StringComparison.Ordinal) || line == "S:")
            {
                received.Append(line.AsSpan(Math.Min(3, line.Length))).Append("\r\n");
                continue;
            }

            if (!line.StartsWith("C: ", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var response in Feed(session, Encoding.Latin1.GetBytes(received.ToString()), piece))
            {
                yield return response;
            }

            received.Clear();
            if (line.Length > 3)
            {
                session.Enqueue(Command(line[3..]));
            }
        }
    }

    private static ImapCommand Command(string name) => name switch
    {
        "SELECT" => ImapCommands.Select(MailboxName.Inbox, readOnly: false),
        "AUTHENTICATE" => ImapCommand.Authenticate(SaslMechanism.XOAuth2("anna", "token"), withInitialResponse: true),
        _ => new ImapCommand(name),
    };

    private static IEnumerable<(ImapResponse Response, string Literal)> Feed(ImapSession session, byte[] octets, int piece)
    {
        FetchLiteral? literal = null;
        var content = new StringBuilder();
        for (var at = 0; at < octets.Length;)
        {
            var end = (int)Math.Min(octets.Length, (long)at + piece);
            while (at < end)
            {
                if (session.LiteralRemaining > 0)
                {
                    var n = session.TakeLiteral(end - at);
                    content.Append(Encoding.Latin1.GetString(octets, at, n));
                    at += n;
                }
                else
                {
                    if (literal is not null)
                    {
                        yield return (literal, content.ToString());
                        literal = null;
                        content.Clear();
                    }

                    var response = session.Receive(octets.AsSpan(at, end - at), out var consumed);
                    at += consumed;
                    literal = response as FetchLiteral;
                    if (response is not null && literal is null)
                    {
                        yield return (response, "");
                    }
                }
            }
        }
    }

    public static string Describe(ImapResponse response) => response.GetType().Name + JsonSerializer.Serialize(response, response.GetType(), Options);

    private sealed class AsText<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString());
    }
}
