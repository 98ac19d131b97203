using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Gate;

/// <summary>A signed JSON web token: RFC 7515 (compact form), RFC 7518 (RS256, PS256), RFC 7519.</summary>
internal sealed record Jwt(JsonObject Header, JsonObject Claims, string SignedText, byte[] Signature)
{
    /// <summary>Signs claims with RS256.</summary>
    public static string Create(JsonObject header, JsonObject claims, RSA key)
    {
        var text = Base64Url.Encode(Json.Bytes(header)) + "." + Base64Url.Encode(Json.Bytes(claims));
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return text + "." + Base64Url.Encode(signature);
    }

    /// <summary>Parses a token without validating it; null if it isn't a token.</summary>
    public static Jwt? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            return Json.Parse(Base64Url.Decode(parts[0])) is { } header
                && Json.Parse(Base64Url.Decode(parts[1])) is { } claims
                    ? new Jwt(header, claims, parts[0] + "." + parts[1], Base64Url.Decode(parts[2]))
                    : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Returns whether this key created the signature, with the algorithm in the header.</summary>
    public bool IsSignedBy(RSA key)
    {
        var padding = Header.Text("alg") switch
        {
            "RS256" => RSASignaturePadding.Pkcs1,
            "PS256" => RSASignaturePadding.Pss,
            _ => null,
        };
        return padding is not null
            && key.VerifyData(Encoding.ASCII.GetBytes(SignedText), Signature, HashAlgorithmName.SHA256, padding);
    }

    /// <summary>Returns a NumericDate claim, also one in quotes, as MSAL writes them; null if it's missing.</summary>
    public DateTimeOffset? Time(string claim) =>
        double.TryParse(Claims[claim]?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}
