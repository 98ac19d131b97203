using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// The endpoints where a virtual machine
/// (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token) and an App Service or
/// Functions app (https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference) request a
/// token of their identity. A sandbox has one system-assigned identity.
/// </summary>
internal sealed class ManagedIdentityEndpoint(TenantState tenant)
{
    /// <summary>The link-local address of the instance metadata service.</summary>
    public const string MetadataHost = "169.254.169.254";

    /// <summary>The name of the identity's service principal.</summary>
    public const string Name = "mailadmin-runbook";

    private readonly TokenIssuer _issuer = new(tenant);

    /// <summary>Whether a request is for this endpoint.</summary>
    public static bool Serves(Uri uri) => (uri.Host == MetadataHost && uri.AbsolutePath == "/metadata/identity/oauth2/token")
        || (uri.IsLoopback && uri.AbsolutePath == "/msi/token");

    public TenantAnswer Answer(TenantRequest request)
    {
        var isMachine = request.Uri.Host == MetadataHost;
        if (isMachine ? request.Header("Metadata") != "true" : string.IsNullOrEmpty(request.Header("X-IDENTITY-HEADER")))
        {
            return Refuse(
                "invalid_request",
                isMachine ? "Required metadata header not specified" : "The X-IDENTITY-HEADER header is missing");
        }

        var identity = request.Query("client_id") is { } clientId
            ? tenant.Directory.PrincipalOf(clientId)
            : tenant.Directory.ServicePrincipals.Find(p => p.DisplayName == Name);
        if (identity?.Json.Text("servicePrincipalType") != "ManagedIdentity")
        {
            return Refuse("invalid_request", "Identity not found");
        }

        try
        {
            var audience = request.Query("resource") ?? "";
            var token = _issuer.AppToken(
                identity, identity, ClientProof.Certificate, ScopeRequest.Find(tenant, audience), audience);
            return TenantAnswer.OfJson(200, new JsonObject
            {
                ["access_token"] = token.Text("access_token"),
                ["client_id"] = identity.AppId,
                // The endpoint is part of the computer, and libraries measure the remaining lifetime of a token with its clock.
                // If the tenant's clock is advanced, they would reject the token as expired, or cache it for weeks. The lifetime
                // is the same.
                ["expires_on"] = (Wire.MachineTime.GetUtcNow() + TimeSpan.FromSeconds((int)token["expires_in"]!))
                    .ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                ["resource"] = audience,
                ["token_type"] = "Bearer",
            });
        }
        catch (TokenRefusal refusal)
        {
            return Refuse(refusal.Error, refusal.Message);
        }
    }

    private static TenantAnswer Refuse(string error, string text) =>
        TenantAnswer.OfJson(400, new JsonObject { ["error"] = error, ["error_description"] = text });
}
