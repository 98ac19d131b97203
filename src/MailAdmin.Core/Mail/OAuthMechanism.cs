using System.Text;
using System.Text.Json;
using MailKit.Security;

namespace MailAdmin.Core.Mail;

/// <summary>
/// Represents a SASL exchange with an OAuth token: XOAUTH2 (https://developers.google.com/gmail/imap/xoauth2-protocol) or
/// OAUTHBEARER (RFC 7628 section 3.1). Keeps the server's reason for a refusal, and answers only one challenge.
/// </summary>
internal sealed class OAuthMechanism : SaslMechanismOAuth2
{
    private readonly byte[] _initial;
    private readonly bool _isBearer;
    private readonly int _longest;
    private int _challenges;

    private OAuthMechanism(string user, string token, string initial, bool isBearer, int longest) : base(user, token)
    {
        (_initial, _isBearer, _longest) = (Encoding.UTF8.GetBytes(initial), isBearer, longest);
        Response = Convert.ToBase64String(_initial);
    }

    /// <summary>The initial response, in base64. It contains the token.</summary>
    public string Response { get; }

    /// <summary>The status that the server gave for its refusal, such as "401" or "invalid_token"; null before.</summary>
    public string? Refusal { get; private set; }

    public override string MechanismName => _isBearer ? "OAUTHBEARER" : "XOAUTH2";

    public override bool SupportsInitialResponse => Response.Length < _longest;

    /// <summary>Takes a mechanism that the server offers: Google's and Microsoft's own, or the standard one.</summary>
    /// <param name="service">"IMAP" or "SMTP".</param>
    /// <param name="longest">The maximum length of an initial response in base64. A longer one is sent after the command.</param>
    /// <exception cref="ServiceRefusedException">It offers none that takes a token (AUTHMECHANISM).</exception>
    public static OAuthMechanism Choose(
        ICollection<string> offered, string service, string host, int port, string user, string token, int longest) =>
        offered.Contains("XOAUTH2") ? XOAuth2(user, token, longest)
        : offered.Contains("OAUTHBEARER") ? OAuthBearer(user, token, host, port, longest)
        : throw new ServiceRefusedException(FormattableString.Invariant(
            $"{host}:{port} doesn't accept OAuth tokens: it offers neither XOAUTH2 nor OAUTHBEARER."))
        {
            Service = service,
            Code = "AUTHMECHANISM",
        };

    private static OAuthMechanism XOAuth2(string user, string token, int longest) =>
        new(user, token, $"user={Clean(user)}\u0001auth=Bearer {Clean(token)}\u0001\u0001", isBearer: false, longest);

    private static OAuthMechanism OAuthBearer(string user, string token, string host, int port, int longest)
    {
        var name = Clean(user).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        var initial = FormattableString.Invariant(
            $"n,a={name},\u0001host={host}\u0001port={port}\u0001auth=Bearer {Clean(token)}\u0001\u0001");
        return new(user, token, initial, isBearer: true, longest);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The server sends another challenge: a refusal has one, then NO.</exception>
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
                throw new InvalidDataException("the server keeps sending challenges");
        }
    }

    private static string Clean(string value) =>
        value.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0
            ? value
            : throw new InvalidRequestException("InvalidImapArgument", "A mailbox or access token contains control "
                + "characters.");

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
