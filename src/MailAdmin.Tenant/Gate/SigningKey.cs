using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Gate;

/// <summary>
/// The key that signs the tokens of every sandbox in this process: created with the first token, never stored. Its published
/// form: https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-signature, RFC 7517.
/// </summary>
internal sealed class SigningKey
{
    private static readonly Lazy<SigningKey> Made = new(() => new SigningKey());

    private readonly RSA _key = RSA.Create(2048);
    private readonly object _gate = new();

    private SigningKey()
    {
        var parameters = _key.ExportParameters(includePrivateParameters: false);
        Modulus = Base64Url.Encode(parameters.Modulus);
        Exponent = Base64Url.Encode(parameters.Exponent);
        Id = Base64Url.Encode(SHA256.HashData(parameters.Modulus!).AsSpan(0, 20));
    }

    public static SigningKey Instance => Made.Value;

    /// <summary>The kid.</summary>
    public string Id { get; }

    private string Modulus { get; }

    private string Exponent { get; }

    /// <summary>Signs an access token.</summary>
    public string Sign(JsonObject claims)
    {
        // At a fixed place, so that the text of every token has the mark in the same form.
        JsonObject header = SandboxMark.Text.Length == 0 ? [] : new() { ["mark"] = SandboxMark.Text };
        header["typ"] = "JWT";
        header["alg"] = "RS256";
        header["x5t"] = Id;
        header["kid"] = Id;
        lock (_gate)
        {
            return Jwt.Create(header, claims, _key);
        }
    }

    /// <summary>Whether this key signed the token.</summary>
    public bool Signed(Jwt token)
    {
        lock (_gate)
        {
            return token.Header.Text("kid") == Id && token.IsSignedBy(_key);
        }
    }

    /// <summary>The key set document.</summary>
    public JsonObject KeySet(string issuer) => new()
    {
        ["keys"] = new JsonArray(new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = Id,
            ["x5t"] = Id,
            ["n"] = Modulus,
            ["e"] = Exponent,
            ["issuer"] = issuer,
        }),
    };
}
