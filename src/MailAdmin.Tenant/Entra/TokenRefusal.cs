using System.Globalization;
using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// A refusal of the token endpoint. Codes and their meanings:
/// https://learn.microsoft.com/entra/identity-platform/reference-error-codes (docs/identity-platform/reference-error-codes.md
/// of MicrosoftDocs/entra-docs), which also shows the shape of the body.
/// </summary>
internal sealed class TokenRefusal(int status, string error, int code, string text) : Exception(text)
{
    public int Status => status;

    public string Error => error;

    public int Code => code;

    /// <summary>A finer reason that a client may act on, such as "bad_token"; null mostly.</summary>
    public string? Suberror { get; init; }

    /// <summary>The body of the answer.</summary>
    public JsonObject Body(DateTimeOffset now, string traceId, string correlationId, string loginHost)
    {
        var timestamp = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["error"] = error,
            ["error_description"] =
                $"AADSTS{code}: {Message} Trace ID: {traceId} Correlation ID: {correlationId} Timestamp: {timestamp}",
            ["error_codes"] = new JsonArray(code),
            ["timestamp"] = timestamp,
            ["trace_id"] = traceId,
            ["correlation_id"] = correlationId,
            ["error_uri"] = string.Create(CultureInfo.InvariantCulture, $"https://{loginHost}/error?code={code}"),
        };
        if (Suberror is not null)
        {
            body["suberror"] = Suberror;
        }

        return body;
    }

    public static TokenRefusal InvalidSecret(string appId) => new(401, "invalid_client", 7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client "
        + $"secret ID, for a secret added to app '{appId}'.");

    public static TokenRefusal ExpiredSecret(string appId) => new(401, "invalid_client", 7000222,
        $"The provided client secret keys for app '{appId}' are expired. Visit the Azure portal to create new keys for your app: "
        + "https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
            + "https://aka.ms/certCreds.");

    public static TokenRefusal MissingCredential() => new(401, "invalid_client", 7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");

    public static TokenRefusal UnknownApp(string appId, string tenant) => new(400, "unauthorized_client", 700016,
        $"Application with identifier '{appId}' was not found in the directory '{tenant}'. This can happen if the "
            + $"application has "
        + "not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent "
        + "your authentication request to the wrong tenant.");

    public static TokenRefusal NoServicePrincipal(string appId, string tenant) => new(401, "unauthorized_client", 7000229,
        $"The client application {appId} is missing service principal in the tenant {tenant}. See instructions here: "
        + "https://go.microsoft.com/fwlink/?linkid=2225119");

    public static TokenRefusal DisabledApp(string appId, string name) => new(401, "unauthorized_client", 7000112,
        $"Application '{appId}'({name}) is disabled.");

    public static TokenRefusal UnknownTenant(string tenant) => new(400, "invalid_request", 90002,
        $"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. "
        + "Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.");

    public static TokenRefusal NoTenant(string tenant) => new(400, "invalid_request", 900023,
        $"Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.");

    public static TokenRefusal OtherCloud(string tenant, string cloud) => new(400, "invalid_request", 900382,
        $"Confidential Client is not supported in Cross Cloud request. Tenant '{tenant}' lives in '{cloud}'.");

    public static TokenRefusal SingleTenant(string appId, string name) => new(400, "unauthorized_client", 50194,
        $"Application '{appId}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not "
        + "supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to "
        + "be multi-tenant.");

    public static TokenRefusal WorkOnly(string appId, string name) => new(400, "invalid_request", 9002332,
        $"Application '{appId}'({name}) is configured for use by Microsoft Entra users only. Please do not use the /consumers "
        + "endpoint to serve this request.");

    public static TokenRefusal Missing(string parameter) => new(400, "invalid_request", 900144,
        $"The request body must contain the following parameter: '{parameter}'.");

    public static TokenRefusal UnsupportedGrant(string grantType) => new(400, "unsupported_grant_type", 70003,
        $"The app requested an unsupported grant type '{grantType}'.");

    public static TokenRefusal NotDefaultScope(string scope) => new(400, "invalid_scope", 1002012,
        $"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default "
        + "suffixed to the resource identifier (application ID URI).");

    public static TokenRefusal InvalidScope(string scope) => new(400, "invalid_scope", 70011,
        "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not "
        + $"valid. The scope {scope} is not valid.");

    public static TokenRefusal SeveralResources(string scope) => new(400, "invalid_request", 700022,
        $"The provided value for the input parameter scope '{scope}' is not valid because it contains more than one resource.");

    public static TokenRefusal UnknownResource(string resource, string tenant) => new(400, "invalid_resource", 500011,
        $"The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application "
        + "has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have "
        + "sent your authentication request to the wrong tenant.");

    public static TokenRefusal DisabledResource(string resource) => new(400, "invalid_resource", 500014,
        $"The service principal for resource '{resource}' is disabled. This indicate that a subscription within the tenant has "
        + "lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued "
        + "for it.");

    public static TokenRefusal NotAssigned(string appId, string name, string resourceId, string resourceName) =>
        new(400, "invalid_grant", 501051,
        $"Application '{appId}'({name}) is not assigned to a role for the application '{resourceId}'({resourceName}).");

    public static TokenRefusal UserNotAssigned(string user, string appId, string name) => new(400, "access_denied", 50105,
        $"Your administrator has configured the application {name} ('{appId}') to block users unless they are specifically "
            + $"granted ('assigned') access to the "
        + $"application. The signed in user '{user}' is blocked because they are not a direct member of a group with access, "
            + $"nor had access directly assigned by an administrator.");

    public static TokenRefusal UnknownCertificate(string appId, string thumbprint, string reason) =>
        new(401, "invalid_client", 700027,
        $"The certificate with identifier used to sign the client assertion is not registered on application. [Reason - "
            + $"{reason}, "
        + $"Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS "
        + $"Graph to see configured keys for app Id '{appId}'.]");

    public static TokenRefusal BadAssertion(string reason) => new(401, "invalid_client", 50012,
        $"Assertion failed signature validation. [Reason - {reason}.]");

    public static TokenRefusal MalformedAssertion() => new(400, "invalid_request", 50027,
        "JWT token is invalid or malformed.");

    public static TokenRefusal AssertionTime(DateTimeOffset now, DateTimeOffset? from, DateTimeOffset? until) =>
        new(401, "invalid_client", 700024,
        string.Create(CultureInfo.InvariantCulture,
            $"Client assertion is not within its valid time range. Current time: {now.UtcDateTime:o}, assertion valid from "
                + $"{from?.UtcDateTime:o}, expiry time of assertion {until?.UtcDateTime:o}."));

    public static TokenRefusal AssertionSubject() => new(401, "invalid_client", 700021,
        "Client assertion application identifier doesn't match 'client_id' parameter.");

    public static TokenRefusal AssertionAudience() => new(401, "invalid_client", 700023,
        "Client assertion audience claim does not match Realm issuer.");

    public static TokenRefusal InvalidGrant() => new(400, "invalid_grant", 70000, "Provided grant is invalid or malformed.");

    public static TokenRefusal GrantExpired() => new(400, "invalid_grant", 70008,
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization "
            + "request for this user and resource.");

    public static TokenRefusal RefreshTokenIdle(DateTimeOffset issued) => new(400, "invalid_grant", 700082, string.Create(
        CultureInfo.InvariantCulture,
        $"The refresh token has expired due to inactivity. The token was issued on {issued.UtcDateTime:o} and was inactive "
            + $"for 90.00:00:00."));

    public static TokenRefusal CodeRedeemed() => new(400, "invalid_grant", 54005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.");

    public static TokenRefusal WrongVerifier() => new(400, "invalid_grant", 501481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.");

    public static TokenRefusal RedirectMismatch(string redirectUri, string appId) => new(400, "invalid_request", 50011,
        $"The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the "
            + $"application '{appId}'.");

    public static TokenRefusal BadDeviceCode() => new(400, "bad_verification_code", 70018,
        "Invalid verification code due to User typing in wrong user code for device code flow.");

    public static TokenRefusal DeviceDeclined() =>
        new(400, "authorization_declined", 65004, "User declined to consent to access the app.");

    public static TokenRefusal DeviceExpired() => new(400, "expired_token", 70019, "Verification code expired.");

    public static TokenRefusal DevicePending() => new(400, "authorization_pending", 70016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");

    public static TokenRefusal PublicClientSecret() => new(401, "invalid_client", 700025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");

    public static TokenRefusal DisabledUser() => new(400, "invalid_grant", 50057, "The user account is disabled.");

    public static TokenRefusal NoUser(string user) => new(400, "invalid_grant", 50034,
        $"The user account {user} does not exist in the directory. To sign into this application, the account must be added to "
            + "the directory.");

    public static TokenRefusal ConditionalAccess() => new(400, "invalid_grant", 53003,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.");

    public static TokenRefusal MfaRequired(string resource) => new(400, "invalid_grant", 50076,
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use "
            + $"multi-factor authentication to access '{resource}'.");

    public static TokenRefusal NoConsent(string appId, string name) => new(400, "invalid_grant", 65001,
        $"The user or administrator has not consented to use the application with ID '{appId}' named '{name}'. Send an "
            + $"interactive authorization request for this user and resource.")
    {
        Suberror = "consent_required",
    };

    public static TokenRefusal ConsentDeclined() =>
        new(400, "access_denied", 65004, "User declined to consent to access the app.");

    public static TokenRefusal AdminConsentRequired(string name) => new(400, "access_denied", 90094,
        $"'{name}' needs permission to access resources in your organization that only an admin can grant. Please ask an "
            + $"admin to grant permission to this app before you can use it.");

    public static TokenRefusal NoFederation(string issuer) => new(401, "invalid_client", 700211,
        $"No matching federated identity record found for presented assertion issuer '{issuer}'.");

    public static TokenRefusal NoFederatedSubject(string subject) => new(401, "invalid_client", 70021,
        $"No matching federated identity record found for presented assertion subject '{subject}'.");
}
