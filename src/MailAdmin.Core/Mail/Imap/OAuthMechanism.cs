using System.Text;
using System.Text.Json;
using MailKit.Net.Imap;
using MailKit.Security;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// A SASL exchange with an OAuth token: XOAUTH2 (https://developers.google.com/gmail/imap/xoauth2-protocol) or OAUTHBEARER
/// (RFC 7628 section 3.1). It keeps what the server gives as the reason of a refusal, and answers one challenge alone.
/// </summary>
internal sealed class OAuthMechanism : SaslMechanismOAuth2
{
    /// <summary>
    /// Octets that a server need not take in one command (RFC 7162 section 4): a longer token follows by itself.
    /// </summary>
    private const int LongestCommand = 8000;

    private readonly byte[] _initial;
    private readonly bool _isBearer;
    private int _challenges;

    private OAuthMechanism(string user, string token, string initial, bool isBearer) : base(user, token)
    {
        (_initial, _isBearer) = (Encoding.UTF8.GetBytes(initial), isBearer);
        Response = Convert.ToBase64String(_initial);
    }

    /// <summary>What is sent, in base64; it holds the token.</summary>
    public string Response { get; }

    /// <summary>The status that the server gave for its refusal, such as "401" or "invalid_token"; null before.</summary>
    public string? Refusal { get; private set; }

    /// <inheritdoc/>
    public override string MechanismName => _isBearer ? "OAUTHBEARER" : "XOAUTH2";

    /// <inheritdoc/>
    public override bool SupportsInitialResponse => Response.Length < LongestCommand;

    /// <summary>Takes a mechanism that the server offers: Google's and Microsoft's own, or the standard one.</summary>
    /// <exception cref="ServiceRefusedException">It offers none that takes a token (AUTHMECHANISM).</exception>
    public static OAuthMechanism Choose(ICollection<string> offered, ImapServer server, string user, string token) =>
        offered.Contains("XOAUTH2") ? XOAuth2(user, token)
        : offered.Contains("OAUTHBEARER") ? OAuthBearer(user, token, server)
        : throw new ServiceRefusedException($"{server} offers neither XOAUTH2 nor OAUTHBEARER: it takes no OAuth token.")
        {
            Service = "IMAP",
            Code = "AUTHMECHANISM",
        };

    private static OAuthMechanism XOAuth2(string user, string token) =>
        new(user, token, $"user={Clean(user)}\u0001auth=Bearer {Clean(token)}\u0001\u0001", isBearer: false);

    private static OAuthMechanism OAuthBearer(string user, string token, ImapServer server)
    {
        var name = Clean(user).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        var initial = $"n,a={name},\u0001host={server.Host}\u0001port={server.Port}\u0001auth=Bearer {Clean(token)}\u0001\u0001";
        return new(user, token, initial, isBearer: true);
    }

    /// <inheritdoc/>
    /// <exception cref="ImapProtocolException">The server keeps asking: a refusal is one challenge, then NO.</exception>
    protected override byte[]? Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
    {
        switch (_challenges++)
        {
            case 0:
                return _initial;
            case 1:
                Refusal = ReadStatus(token.AsMemory(startIndex, length));
                return _isBearer ? [1] : [];
            default:
                throw new ImapProtocolException("the server keeps sending challenges");
        }
    }

    private static string Clean(string value) =>
        value.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0
            ? value
            : throw new InvalidRequestException("InvalidImapArgument", "A mailbox or access token holds control characters.");

    private static string? ReadStatus(ReadOnlyMemory<byte> challenge)
    {
        try
        {
            using var json = JsonDocument.Parse(challenge);
            return json.RootElement.GetProperty("status").GetString() is { Length: <= 40 } status && status.All(IsPlain)
                ? status
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }

        static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    }
}
