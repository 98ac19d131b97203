using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Certificates of an application: https://learn.microsoft.com/graph/api/resources/keycredential.</summary>
internal static class KeyCredentials
{
    /// <summary>
    /// The certificates as Graph shows them: with the key itself only to those who select this property by name
    /// (https://learn.microsoft.com/graph/api/application-list).
    /// </summary>
    public static JsonNode? Shown(DirectoryObject application, GraphCall call)
    {
        var shown = application.Json["keyCredentials"]?.DeepClone();
        if (shown is JsonArray keys && call.Query.Select.Contains("keyCredentials", StringComparer.OrdinalIgnoreCase))
        {
            foreach (var key in keys.OfType<JsonObject>())
            {
                key["key"] =
                    call.Tenant.Directory.Credentials.GetValueOrDefault(key.Text("keyId")!)?.Certificate is { } certificate
                    ? Convert.ToBase64String(certificate.RawData)
                    : null;
            }
        }

        return shown;
    }

    /// <summary>
    /// Applies "keyCredentials" of a change. The given list replaces the old one: an entry with a key is new, an entry with only
    /// a keyId is kept. Afterward, the change contains Graph's representation: everything except the key.
    /// </summary>
    public static void Replace(TenantState tenant, DirectoryObject application, JsonObject change)
    {
        if (change["keyCredentials"] is not JsonArray wanted)
        {
            return;
        }

        var existing = application.Json.Objects("keyCredentials")
            .ToDictionary(k => k.Text("keyId")!, StringComparer.OrdinalIgnoreCase);
        var result = new JsonArray();
        foreach (var key in wanted.OfType<JsonObject>())
        {
            if (key.Text("keyId") is { } id && existing.TryGetValue(id, out var kept))
            {
                result.Add(kept.DeepClone());
            }
            else
            {
                result.Add(New(tenant, application, key));
            }
        }

        change["keyCredentials"] = result;
    }

    private static JsonObject New(TenantState tenant, DirectoryObject application, JsonObject key)
    {
        var certificate = Read(key.Text("key"));
        DateTimeOffset notBefore = certificate.NotBefore.ToUniversalTime(), notAfter = certificate.NotAfter.ToUniversalTime();
        DateTimeOffset start = key.Time("startDateTime") ?? notBefore, end = key.Time("endDateTime") ?? notAfter;
        if (end > notAfter || end <= start)
        {
            throw Invalid("KeyCredentialsInvalidEndDate", "Key credential end date is invalid.");
        }

        PolicyApi.CheckCertificate(tenant, application, start, end);
        var keyId = key.Text("keyId") ?? Guid.NewGuid().ToString();
        tenant.Directory.Credentials[keyId] = Credential.OfCertificate(certificate, tenant.Now + tenant.Delays.Credential);
        return new JsonObject
        {
            ["customKeyIdentifier"] = key.Text("customKeyIdentifier") ?? certificate.Thumbprint,
            ["displayName"] = key.Text("displayName") ?? certificate.Subject,
            ["endDateTime"] = Json.Ticks(end),
            ["key"] = null,
            ["keyId"] = keyId,
            ["startDateTime"] = Json.Ticks(start),
            ["type"] = key.Text("type") ?? "AsymmetricX509Cert",
            ["usage"] = key.Text("usage") ?? "Verify",
        };
    }

    private static X509Certificate2 Read(string? base64)
    {
        try
        {
            return new X509Certificate2(Convert.FromBase64String(base64 ?? ""));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw Invalid("KeyCredentialsInvalidValue", "Key credential value is invalid.");
        }
    }

    private static GraphRefusal Invalid(string detail, string message) => new(400, "Request_BadRequest", message)
    {
        Details = [new JsonObject { ["code"] = detail, ["message"] = message, ["target"] = "keyCredentials" }],
    };
}
