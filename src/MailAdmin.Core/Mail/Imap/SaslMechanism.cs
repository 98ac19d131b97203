using System.Text;
using System.Text.Json;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>A SASL exchange with an OAuth token: what is sent first, and what answers a refusal.</summary>
internal sealed class SaslMechanism
{
    private SaslMechanism(string name, string token, string initial, string refusalAnswer)
    {
        Name = name;
        _token = token;
        _initial = Convert.ToBase64String(Encoding.UTF8.GetBytes(initial));
        _refusalAnswer = refusalAnswer;
    }

    private readonly string _token;
    private readonly string _initial;
    private readonly string _refusalAnswer;
    private bool _initialSent;
    private int _challenges;

    /// <summary>As in AUTH=.</summary>
    public string Name { get; }

    /// <summary>The status that the server gave for its refusal, such as "401" or "invalid_token"; null before.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Google's and Microsoft's own (https://developers.google.com/gmail/imap/xoauth2-protocol).</summary>
    /// <param name="user">The mailbox.</param>
    /// <param name="token">The access token.</param>
    /// <returns>The exchange.</returns>
    public static SaslMechanism XOAuth2(string user, string token) =>
        new("XOAUTH2", token, $"user={Clean(user)}\u0001auth=Bearer {Clean(token)}\u0001\u0001", "");

    /// <summary>The standard one (RFC 7628 section 3.1).</summary>
    /// <param name="user">The mailbox.</param>
    /// <param name="token">The access token.</param>
    /// <param name="host">The server's name.</param>
    /// <param name="port">Its port.</param>
    /// <returns>The exchange.</returns>
    public static SaslMechanism OAuthBearer(string user, string token, string host, int port)
    {
        var name = Clean(user).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        var initial = $"n,a={name},\u0001host={host}\u0001port={port}\u0001auth=Bearer {Clean(token)}\u0001\u0001";
        return new("OAUTHBEARER", token, initial, "AQ==");
    }

    /// <summary>Gives the first response, for the command's own line or for the first continuation.</summary>
    /// <returns>Base64; it holds the token.</returns>
    public string TakeInitialResponse()
    {
        _initialSent = true;
        return _initial;
    }

    /// <summary>Answers a continuation.</summary>
    /// <param name="challenge">What the server sent, in base64.</param>
    /// <returns>The line to send.</returns>
    /// <exception cref="ImapProtocolException">The server keeps asking: a refusal is one challenge, then NO.</exception>
    public string Answer(string challenge)
    {
        if (!_initialSent)
        {
            return TakeInitialResponse();
        }

        if (++_challenges > 1)
        {
            throw new ImapProtocolException("the server keeps sending challenges");
        }

        Refusal = ReadStatus(challenge);
        return _refusalAnswer;
    }

    /// <summary>Takes the token out of what a server repeats.</summary>
    /// <param name="text">What it sent.</param>
    /// <returns>The text without the token and without the response that holds it.</returns>
    public string Redact(string text) => (_token.Length == 0 ? text : text.Replace(_token, "***", StringComparison.Ordinal))
        .Replace(_initial, "***", StringComparison.Ordinal);

    private static string Clean(string value) =>
        value.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0
            ? value
            : throw new InvalidRequestException("InvalidImapArgument", "A mailbox or access token holds control characters.");

    private static string? ReadStatus(string challenge)
    {
        try
        {
            using var json = JsonDocument.Parse(Convert.FromBase64String(challenge));
            return json.RootElement.GetProperty("status").GetString() is { Length: <= 40 } status && status.All(IsPlain) ? status : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }

        static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    }
}
