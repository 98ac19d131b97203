using static MailAdmin.MailCheckReason;
using static MailAdmin.Core.SignIn.SignInRemedies;

namespace MailAdmin.Core.SignIn;

// Tenants, clouds, scopes, consent, and what the request itself has.
internal static partial class EntraRows
{
    private const string EachCloud = "Check the tenant ID or domain, and the cloud (-Environment): each national cloud has "
        + "tenants of its own.";

    private static IReadOnlyList<EntraRow> OfRequests =>
    [
        Row(TenantNotFound, "The tenant doesn't exist in this cloud.", EachCloud, 90002),
        Row(TenantNotFound, "The tenant is neither a GUID nor a domain of a tenant.",
            "Give the tenant's GUID or one of its verified domains.", 900023),
        Row(TenantNotFound, "The request doesn't say which tenant is meant.",
            "Specify the tenant with -TenantId: its GUID or one of its verified domains.", 50059, 50128, 90019)
            with { Remedy = SignInAgain },
        Row(WrongCloud, "The tenant is in another national cloud.",
            "The tenant is in another national cloud: choose it with -Environment.", 90038, 90043, 90051, 1000104),
        Row(WrongCloud, "The app or the tenant is in another national cloud.",
            "The app or tenant is in another national cloud: choose it with -Environment.", 900382),
        Row(WrongCloud, "A confidential client can't be used across clouds.",
            "Sign in to the app's own cloud with -Environment.", 900432),
        Row(RequestInvalid, "The app is for one tenant, and the request names none.",
            "Use that tenant's endpoint, not /common: specify -TenantId.", 50194, 9001023, 90124, 90130)
            with { Remedy = SignInAgain },
        Row(RequestInvalid, "The app is for work accounts, and the request is for personal ones.",
            "Use the tenant's endpoint, not /consumers: specify -TenantId.", 9002332) with { Remedy = SignInAgain },
        Row(RequestInvalid, null, "The request lacks a parameter (often scope): complete it.", 900144),
        Row(RequestInvalid, null, "The request is malformed. A proxy that changes requests can cause it. Otherwise, report it "
            + "with the trace ID.", 90023, 9002313, 901002),
        Row(RequestInvalid, "The tenant or the app doesn't allow this way to sign in.",
            "Use another way: -DeviceCode, a browser, or the app's own credential.", 70003),
        Row(RequestInvalid, "The scope is wrong.",
            "The scope is misspelled or mixes resources. Check the cloud (-Environment) and the permissions.", 70011),
        Row(RequestInvalid, "The scope isn't valid for a token.", "The scope is empty or invalid. Check the permissions.", 28002),
        Row(RequestInvalid, "The scope is empty.", "The scope is empty. Specify one.", 28003),
        Row(RequestInvalid, "An app without a user requested single permissions.",
            "Without a user, the scope has to be the resource's \"/.default\".", 1002012),
        Row(RequestInvalid, "One request is for several resources.",
            "One token is for one resource: request each resource's scopes separately.", 700022),
        Row(RequestInvalid, "The assertion or the scope is for another endpoint.",
            "The assertion's audience must be the token endpoint. Check the cloud (-Environment).", 700023),
        Row(RequestInvalid, "The service has no permission of this name.",
            "Correct the permission. Get-MailAppPermission lists what the app has, by the names of each service.", 650053)
            with { Remedy = ShowApp },
        Row(RequestInvalid, "The app's registration doesn't list the service.",
            "The app requests a resource that it isn't set up for: correct its required permissions.", 65005)
            with { Remedy = Consent },
        Row(RequestInvalid, "The app requests a service that its registration doesn't list.",
            "Add the permission, or correct the scope.", 650057) with { Remedy = Consent },
        Row(ConsentMissing, "The registration lists no permission of the service, or consent is missing.",
            "Correct the required permissions, and consent again.", 650056) with { Remedy = Consent },
        Row(RequestInvalid, "The redirect URI isn't registered.",
            "Register exactly the redirect URI that the program sends, on the right platform. For MailAdmin's browser sign-in it "
                + "is http://localhost, as a mobile and desktop application.", 50011, 500113, 70004, 900971)
            with { Remedy = s => new Remedy("Initialize-MailAdmin") { RequiredRole = "Cloud Application Administrator" } },
        Row(RequestInvalid, "A client ID of Microsoft can't be used for this service.",
            "Use a public client of your own: Initialize-MailAdmin creates one.", 65002)
            with { Remedy = s => new Remedy("Initialize-MailAdmin") { RequiredRole = "Cloud Application Administrator" } },
        Row(RequestInvalid, "The app requests a token for itself.", "Request a token for Graph or Exchange.", 90008, 90009),
        Row(ConsentMissing, "Consent to what the app requests is missing.",
            "Grant admin consent (Grant-MailAppConsent) for what the app requests. Check what is granted, not only what is "
                + "requested.", 65001, 9002341, 700020) with { Remedy = Consent },
        Row(ConsentMissing, "The user declined to consent.",
            "The user declined: ask an admin to consent (Grant-MailAppConsent).", 65004) with { Remedy = Consent },
        Row(ConsentMissing, "Only an administrator can consent to these permissions.",
            "An admin must consent: Grant-MailAppConsent. Get-MailAppConsentRequest lists what users requested, and "
                + "Approve-MailAppConsentRequest grants it.", 90094, 90093) with { Remedy = Consent },
        Row(ConsentMissing, "An administrator has to approve the request.",
            "An admin must approve the request: Get-MailAppConsentRequest lists it, Approve-MailAppConsentRequest grants it.",
            90095) with { Remedy = ShowRequests },
        Row(ConsentMissing, "The partner's app isn't authorized in the customer's tenant.",
            "Grant admin consent in the customer's tenant.", 90099) with { Remedy = Consent },
        Row(SignInExpired, null, "The grant is invalid: sign in again. If it persists, ask Microsoft's support.", 70000)
            with { Remedy = SignInAgain },
        Row(SignInExpired, "The code was used already.", "Start the sign-in again.", 54005, 700005) with { Remedy = SignInAgain },
        Row(SignInExpired, "The code was requested with another PKCE verifier, as if two sign-ins ran into each other.",
            "Start the sign-in again.", 501481) with { Remedy = SignInAgain },
        Row(SignInExpired, "The code or refresh token has expired.",
            "Sign in again, and always keep the newest refresh token.", 70008, 50089) with { Remedy = SignInAgain },
        Row(SignInExpired, "The refresh token was not used for 90 days.",
            "Sign in again. For a scheduled task, use an app's own identity, which needs no refresh token.", 700082)
            with { Remedy = SignInAgain },
        Row(SignInExpired, "The refresh token is one of a single-page app, which lasts 24 hours.",
            "Register the redirect URI as a mobile and desktop application, not as a single-page application, and sign in again.",
            700084) with { Remedy = SignInAgain },
        Row(SignInExpired, "The tenant's sign-in frequency has passed.",
            "Sign in again. The policy specifies how often this is required.", 70043) with { Remedy = SignInAgain },
        Row(InteractionRequired, "The user hasn't finished on the device page.",
            "Not finished at the device page yet: open the page, type in the code, and complete the sign-in.", 70016)
            with { Remedy = SignInAgain },
        Row(SignInExpired, "The device code is wrong.", "Start again, and type in the new code.", 70018, 90119)
            with { Remedy = SignInAgain },
        Row(SignInExpired, "The device code has expired.", "Start again, and complete the sign-in within 15 minutes.", 70019)
            with { Remedy = SignInAgain },
        Row(SignInExpired, "The device code was accepted or declined already.", "Start the sign-in again.", 90120)
            with { Remedy = SignInAgain },
        Row(RequestInvalid, "The device page was opened in another region than the sign-in.",
            "Sign in with a browser on this computer.", 50134) with { Remedy = Browser },
        Row(ServiceBusy, "Too many requests reach the tenant.", "Too many requests: wait and try again.", 90055),
        Row(ServiceBusy, "Entra has a temporary fault.", "Entra has a temporary fault: wait and try again.", 90033),
        Row(ServiceBusy, "The app requests the same token again and again.",
            "Keep and reuse a token until it expires. Look for a program or a task that signs in in a loop.", 50196),
    ];
}
