using System.Text.Json;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.SignIn;

/// <summary>An access token with what can be read from it. It is for its audience to validate, never for us.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference</remarks>
internal sealed class AccessToken
{
    private readonly JsonElement? _claims;

    internal AccessToken(string value, DateTimeOffset expiresAt)
    {
        (Value, ExpiresAt) = (value, expiresAt);
        _claims = ReadPayload(value);
    }

    /// <summary>
    /// Creates a token from another source. It expires at its "exp" claim; the expiration is unknown if the token can't be read.
    /// </summary>
    internal static AccessToken Given(string value) =>
        ReadPayload(value) is { } claims && claims.TryGetProperty("exp", out var end) && end.TryGetInt64(out var seconds)
        ? new AccessToken(value, DateTimeOffset.FromUnixTimeSeconds(seconds))
        : new AccessToken(value, DateTimeOffset.MaxValue);

    internal string Value { get; }

    /// <summary>The expiration, on the wire's clock.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The audience ("aud"); null if the token can't be read, which isn't required.</summary>
    public string? Audience => Text("aud");

    /// <summary>The tenant's ID ("tid").</summary>
    public string? TenantId => Text("tid");

    /// <summary>The app's client ID ("appid" in version 1 tokens, "azp" in version 2).</summary>
    public string? ClientId => Text("appid") ?? Text("azp");

    /// <summary>The app's display name.</summary>
    public string? AppName => Text("app_displayname");

    /// <summary>Object ID of the service principal or user.</summary>
    public string? ObjectId => Text("oid");

    /// <summary>Application permissions ("roles").</summary>
    public IReadOnlyList<string> Roles =>
        _claims is { } claims && claims.TryGetProperty("roles", out var roles) && roles.ValueKind == JsonValueKind.Array
            ? [.. roles.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.String).Select(r => r.GetString()!)]
            : [];

    /// <summary>Delegated permissions ("scp").</summary>
    public IReadOnlyList<string> Scopes => Text("scp")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>
    /// The person's user principal name ("upn", or "preferred_username" in version 2 tokens); null for an app's token.
    /// </summary>
    public string? User => Scopes.Count == 0 ? null : Text("upn") ?? Text("preferred_username") ?? Text("unique_name");

    /// <summary>Whether the claims could be read.</summary>
    public bool IsReadable => _claims is not null;

    /// <inheritdoc/>
    public override string ToString() => $"token for {Audience ?? "an unknown audience"}, expires {UtcText.Minutes(ExpiresAt)}";

    private string? Text(string name) =>
        _claims is { } claims && claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static JsonElement? ReadPayload(string token)
    {
        var parts = token.Split('.');
        if (parts.Length < 2)
        {
            return null;
        }

        try
        {
            var base64 = parts[1].Replace('-', '+').Replace('_', '/');
            using var document = JsonDocument.Parse(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}
