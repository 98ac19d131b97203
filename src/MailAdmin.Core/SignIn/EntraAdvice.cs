namespace MailAdmin.Core.SignIn;

/// <summary>
/// What to do about an AADSTS number, for people. Nothing in MailAdmin branches on these numbers: Microsoft's page says they
/// change without notice.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/reference-error-codes</remarks>
internal static class EntraAdvice
{
    public const string Default = "Open the link for this code on Microsoft's page, and give the trace id and correlation id "
        + "to Microsoft's support.";

    public static string? For(int code) => Table.GetValueOrDefault(code);

    /// <summary>The numbers that have advice of their own.</summary>
    public static IReadOnlyCollection<int> Known => Table.Keys;

    private static readonly Dictionary<int, string> Table = new()
    {
        [7000215] = "Use the secret's value, not its id (both are shown side by side in the portal); it may also be cut off "
            + "or belong to another app. A secret made in the last two minutes may just not have arrived everywhere yet.",
        [7000222] = "The secret has expired: make a new one (Update-MailAppSecret, or New-MailAppSecret), or better, use a "
            + "certificate (New-MailAppCertificate). Get-MailAppCredential -ExpiringWithin shows what ends next.",
        [700016] = "Check client id and tenant id, and the cloud (-Environment). An app made in the last minutes may not have "
            + "arrived everywhere yet: wait and try again. An app of another tenant needs consent here first.",
        [90002] = "Check the tenant id or domain, and the cloud (-Environment): each national cloud has tenants of its own.",
        [900023] = "Give the tenant's GUID or one of its verified domains.",
        [90038] = "The tenant lives in another national cloud: choose it with -Environment.",
        [900382] = "The app or tenant lives in another national cloud: choose it with -Environment.",
        [900432] = "A confidential client can't be used across clouds: sign in to the app's own cloud with -Environment.",
        [900144] = "The request lacks a parameter (often scope): complete it.",
        [65001] = "Grant admin consent (Grant-MailAppConsent) for what the app asks for; look at what is granted, not only at "
            + "what is requested.",
        [65004] = "The user declined: ask an admin to consent (Grant-MailAppConsent).",
        [90094] = "An admin must consent: Grant-MailAppConsent; what people asked for, Get-MailAppConsentRequest shows and "
            + "Approve-MailAppConsentRequest grants.",
        [90095] = "An admin must approve the request: Get-MailAppConsentRequest shows it, Approve-MailAppConsentRequest "
            + "grants what it asks for.",
        [65005] = "The app asks for a resource it is not set up for: correct its required permissions.",
        [650052] = "The resource's service principal is missing in this tenant: make it, or correct the required permissions.",
        [650056] = "The registration is incomplete: correct its required permissions and consent again.",
        [650057] = "The app asks for a resource that its registration does not list: add the permission, or correct the scope.",
        [50034] = "The user is not in this tenant: check user principal name and tenant; a guest signs in at home.",
        [50126] = "User name or password is wrong; sign in with a browser or device code, or use an app's own identity "
            + "instead of a password.",
        [50053] = "The account is locked after too many tries: wait, or unlock it.",
        [50055] = "The password has expired: change it, or use an app's own identity.",
        [50056] = "The account has no valid password here: sign in with a browser or device code.",
        [50057] = "The account is disabled: enable it.",
        [50076] = "Multi-factor authentication is needed: sign in with a browser or device code, or use an app's own identity.",
        [50079] = "The user must register for multi-factor authentication: sign in with a browser once.",
        [50105] = "The user is not assigned to the app: assign the user, or turn off \"assignment required\" on the "
            + "enterprise application.",
        [50173] = "The grant was revoked, as after a password reset: sign in again.",
        [50196] = "The app asks for tokens in a loop: keep and reuse a token until it expires.",
        [500011] = "The resource does not exist in this tenant: check the scope's host, or make the service principal of "
            + "Office 365 Exchange Online.",
        [7000112] = "The enterprise application is disabled: enable users to sign in to it.",
        [700027] = "The certificate is not uploaded to this app (New-MailAppCertificate does that), is another one, or has "
            + "expired; or this machine's clock is wrong.",
        [700021] = "The assertion's issuer and subject must both be the client id.",
        [700023] = "The assertion's audience must be the token endpoint.",
        [700211] = "No federated credential of the app names this issuer: add one on the app registration (Certificates & "
            + "secrets, Federated credentials), with exactly the issuer that the token has (iss).",
        [700212] = "No federated credential of the app names this audience: it is usually api://AzureADTokenExchange (aud).",
        [700213] = "No federated credential of the app names this subject: it has to be exactly what the token has (sub), "
            + "upper and lower case too.",
        [70021] = "No federated credential of the app fits the token: compare issuer, subject and audience; one that was made "
            + "in the last minutes may not have arrived everywhere yet.",
        [501481] = "The code was asked for with another PKCE verifier, as when two sign-ins run into each other: start the "
            + "sign-in again.",
        [7000216] = "The request has neither a secret nor an assertion where one is needed: give -ClientSecret or a certificate.",
        [700082] = "The refresh token was not used for 90 days: sign in again.",
        [70008] = "The code or refresh token has expired: sign in again, and always keep the newest refresh token.",
        [70011] = "The scope is misspelled or mixes resources.",
        [28002] = "The scope is empty or invalid.",
        [28003] = "The scope is empty.",
        [1002012] = "Without a user the scope has to be the resource's \"/.default\".",
        [7000218] = "Send a client secret or an assertion, or turn on \"Allow public client flows\" for a public client.",
        [700025] = "A public client must not send a secret: leave it out.",
        [700022] = "One token is for one resource: ask for each resource's scopes separately.",
        [50011] = "Register exactly the redirect URI that the program sends, on the right platform.",
        [50194] = "The app is for one tenant: use that tenant's endpoint, not /common.",
        [9002332] = "The app is for work accounts: use the tenant's endpoint, not /consumers.",
        [70016] = "The user has not finished at the device page yet.",
        [70018] = "The device code is wrong: start again.",
        [70019] = "The device code has expired: start again.",
        [70043] = "The tenant's sign-in frequency has passed: sign in again.",
        [53003] = "Conditional Access blocks it: read the sign-in log for the policy, then include the location or exclude "
            + "the workload identity.",
        [530032] = "A security policy of the tenant blocks it: use an app's own identity or a modern sign-in.",
        [530035] = "Security defaults block it: use an app's own identity or a modern sign-in.",
        [530034] = "A delegated admin is blocked for risk in the home tenant: the partner's admin must clear it.",
        [54005] = "The code was used already: start the sign-in again.",
        [90033] = "Entra has a passing problem: wait and try again.",
        [90055] = "Too many requests: wait and try again.",
        [50012] = "The assertion failed: check the certificate's key id and dates.",
        [700030] = "The certificate is not valid: check its key id and dates.",
        [50020] = "The user comes from another tenant or account type: use the right tenant.",
        [90072] = "The user comes from another tenant or account type: use the right tenant.",
        [70000] = "The grant is invalid: sign in again; if it stays so, ask Microsoft's support.",
    };
}
