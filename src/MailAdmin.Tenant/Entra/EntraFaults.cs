using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// Errors of the token endpoint that don't depend on the state of the sandbox. Codes and meanings:
/// https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
/// </summary>
internal static class EntraFaults
{
    public static Fault[] All { get; } =
    [
        Of("ConditionalAccess", 400, "invalid_grant", 53003,
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."),
        Of("MfaRequired", 400, "invalid_grant", 50076,
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must use "
                + "multi-factor authentication to access '00000003-0000-0000-c000-000000000000'."),
        Of("MfaEnrollment", 400, "invalid_grant", 50079,
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
                + "enroll in multi-factor authentication to access '00000003-0000-0000-c000-000000000000'."),
        Of("TenantMissing", 400, "invalid_request", 90002,
            "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. "
                + "Check with your subscription administrator, this may happen if there are no active subscriptions for "
                    + "the tenant."),
        Of("TenantInOtherCloud", 400, "invalid_request", 90038,
            "The tenant named in the request belongs to another National Cloud. Please use that cloud's sign-in host."),
        Of("CrossCloudClient", 400, "invalid_client", 900382, "Confidential Client is not supported in Cross Cloud request."),
        Of("CrossCloudSignIn", 400, "invalid_client", 900432, "Confidential Client is not supported in Cross Cloud request."),
        Of("ParameterMissing", 400, "invalid_request", 900144, "The request body must contain the following parameter: 'scope'."),
        Of("ScopeInvalid", 400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid."),
        Of("ScopeNotValidForToken", 400, "invalid_scope", 28002,
            "Provided value for the input parameter scope is not valid when requesting an access token. Please specify a "
                + "valid scope."),
        Of("ScopeEmpty", 400, "invalid_scope", 28003,
            "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided "
                + "authorization code. Please specify a valid scope."),
        Of("ScopeNotDefault", 400, "invalid_scope", 1002012,
            "The provided value for scope is not valid. Client credential flows must have a scope value with /.default "
                + "suffixed to the resource identifier (application ID URI)."),
        Of("SeveralResources", 400, "invalid_request", 700022,
            "The provided value for the input parameter scope is not valid because it contains more than one resource."),
        Of("CredentialMissing", 401, "invalid_client", 7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
        Of("ConsentMissing", 400, "invalid_grant", 65001,
            "The user or administrator has not consented to use the application. Send an interactive authorization request "
                + "for this user and resource."),
        Of("ConsentDeclined", 400, "access_denied", 65004, "User declined to consent to access the app."),
        Of("AdminConsentRequired", 400, "invalid_client", 90094,
            "An administrator must grant the permissions that the app asks for."),
        Of("AdminConsentRequested", 400, "invalid_client", 90095,
            "An administrator must approve the app; a request can be sent."),
        Of("ResourceNotConfigured", 400, "invalid_resource", 65005,
            "The application required resource access list does not contain applications discoverable by the resource."),
        Of("ResourceNotSubscribed", 400, "invalid_client", 650052,
            "The app is trying to access a service that your organization lacks a service principal for. Contact your IT "
                + "Admin to review the configuration of your service subscriptions or consent to the application in order to "
                    + "create the required service principal."),
        Of("AppMisconfigured", 400, "invalid_client", 650056,
            "Misconfigured application. This could be due to one of the following: the client has not listed any permissions "
                + "in the requested permissions in the client's application registration. Or, the admin has not consented in "
                    + "the tenant."),
        Of("ResourceInvalid", 400, "invalid_resource", 650057,
            "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions "
                + "in the client's application registration."),
        Of("UserMissing", 400, "invalid_grant", 50034,
            "The user account does not exist in the directory. To sign into this application, the account must be added to "
                + "the directory."),
        Of("UserOfOtherTenant", 400, "invalid_grant", 50020,
            "User account from another identity provider does not exist in the tenant and cannot access the application in "
                + "that tenant."),
        Of("WrongAccountType", 400, "invalid_grant", 90072,
            "User account from an external identity provider does not exist in the tenant and cannot access the application "
                + "in that tenant."),
        Of("PasswordWrong", 400, "invalid_grant", 50126, "Error validating credentials due to invalid username or password."),
        Of("AccountLocked", 400, "invalid_grant", 50053,
            "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."),
        Of("PasswordExpired", 400, "invalid_grant", 50055, "The password is expired."),
        Of("PasswordMissing", 400, "invalid_grant", 50056,
            "Invalid or null password: password does not exist in the directory for this user."),
        Of("AccountDisabled", 400, "invalid_grant", 50057, "The user account is disabled."),
        Of("UserNotAssigned", 400, "invalid_grant", 50105,
            "Your administrator has configured the application to block users unless they are specifically granted "
                + "('assigned') access to the application."),
        Of("GrantRevoked", 400, "invalid_grant", 50173,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have "
                + "changed or reset their password."),
        Of("SignInLoop", 400, "invalid_grant", 50196,
            "The server terminated an operation because it encountered a client request loop. Please contact your app vendor."),
        Of("RefreshTokenIdle", 400, "invalid_grant", 700082,
            "The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00."),
        Of("RefreshTokenExpired", 400, "invalid_grant", 70008,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive "
                + "authorization request for this user and resource."),
        Of("SignInFrequency", 400, "invalid_grant", 70043,
            "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access."),
        Of("GrantInvalid", 400, "invalid_grant", 70000, "Provided grant is invalid or malformed."),
        Of("CodeRedeemed", 400, "invalid_grant", 54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing "
                + "refresh token."),
        Of("PublicClientSecret", 401, "invalid_client", 700025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
        Of("RedirectMismatch", 400, "invalid_client", 50011,
            "The redirect URI specified in the request does not match the redirect URIs configured for the application."),
        Of("SecurityPolicy", 400, "invalid_grant", 530032, "Blocked by security policy."),
        Of("SecurityDefaults", 400, "invalid_grant", 530035,
            "Access has been blocked by security defaults. This is due to the request being identified as using legacy auth "
                + "or being deemed unsafe."),
        Of("DelegatedAdminBlocked", 400, "invalid_grant", 530034,
            "A delegated administrator was blocked from accessing the tenant due to account risk in their home tenant."),
        Of("AssertionIssuer", 401, "invalid_client", 700021,
            "Client assertion application identifier does not match 'client_id' parameter."),
        Of("AssertionAudience", 401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer."),
        Of("AssertionInvalid", 401, "invalid_client", 50012, "Assertion failed signature validation."),
        Of("SingleTenantApp", 400, "unauthorized_client", 50194,
            "The application is not configured as a multi-tenant application. Use a tenant-specific endpoint or configure the "
                + "application to be multi-tenant."),
        Of("WorkAccountsOnly", 400, "invalid_request", 9002332,
            "The application is configured for use by Microsoft Entra users only. Please do not use the /consumers endpoint "
                + "to serve this request."),
        Of("CertificateInvalid", 401, "invalid_client", 700030,
            "Invalid certificate - subject name in certificate isn't authorized."),
        Of("DeviceCodePending", 400, "authorization_pending", 70016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling."),
        Of("DeviceCodeInvalid", 400, "bad_verification_code", 70018,
            "Invalid verification code due to User typing in wrong user code for device code flow."),
        Of("DeviceCodeExpired", 400, "expired_token", 70019, "Verification code expired."),
        Of("SignInThrottled", 429, "temporarily_unavailable", 90055, "There are too many incoming requests for the tenant."),
        Of("SignInUnavailable", 503, "temporarily_unavailable", 90033, "A transient error has occurred. Please try again."),
    ];

    private static Fault Of(string name, int status, string error, int code, string text) =>
        new(name, $"AADSTS{code}: {text}", FaultPoint.Entra) { Refusal = () => new TokenRefusal(status, error, code, text) };
}
