using static MailAdmin.MailCheckReason;
using static MailAdmin.Core.SignIn.SignInRemedies;

namespace MailAdmin.Core.SignIn;

// Users and their accounts.
internal static partial class EntraRows
{
    private static IReadOnlyList<EntraRow> OfUsers =>
    [
        Row(AccountNotFound, "The user isn't in this tenant.",
            "Check user principal name and tenant. A guest signs in at home.", 50034, 16000, 16003, 51004, 50014)
            with { Remedy = SignInAgain },
        Row(AccountNotFound, "The user comes from another tenant or has another kind of account.",
            "Use the right tenant (-TenantId), or invite the user as a guest.", 50020, 90072, 50197, 500208)
            with { Remedy = SignInAgain },
        Row(AccountNotFound, "The account is a personal Microsoft account, and the app is for work accounts.",
            "Sign out, and sign in with a work account.", 500200) with { Remedy = SignInAgain },
        Row(AccountNotFound, "A cross-tenant access policy doesn't allow the user to use this tenant.",
            "Use an account of this tenant. Otherwise, ask the administrators of both tenants to allow it in the cross-tenant "
                + "access settings.", 500212, 500213),
        Row(ConditionalAccess, "The network allows sign-ins to other tenants only (tenant restrictions).",
            "Ask the administrator of the proxy to add the tenant to Restrict-Access-To-Tenants, or use another network.",
            500021, 500022, 50002),
        Row(PasswordRefused, "The user name or the password is wrong.",
            "Sign in with a browser or device code, or use an app's own identity instead of a password.", 50126, 50064)
            with { Remedy = Browser },
        Row(PasswordRefused, "The password has expired.",
            "The password has expired: change it at https://aka.ms/sspr, or use an app's own identity.", 50055, 50144, 50125,
            50135)
            with { Remedy = Browser },
        Row(PasswordRefused, "The account has no valid password here.",
            "Sign in with a browser or device code.", 50056) with { Remedy = Browser },
        Row(PasswordRefused, "The organization's own Active Directory can't check the password (pass-through authentication).",
            "Ask who operates the authentication agents. An app's own identity doesn't depend on them.",
            80001, 80002, 80005, 80007, 80010, 80012, 80013, 80014),
        Row(AccountBlocked, "The account is locked after too many attempts, or the address is known for attacks.",
            "Wait, or unlock it. The sign-in log shows which of both it is.", 50053),
        Row(AccountBlocked, "The user's account is disabled.",
            "Enable it in the portal (Users), or use another account. A shared mailbox's account stays disabled: sign in as a "
                + "user with access to it.", 50057) with { When = IsPerson },
        Row(AccountBlocked, "The account is disabled.", "The account is disabled: enable it.", 50057),
        Row(AccountBlocked, "The user is blocked because of risk in the home tenant.",
            "Ask the administrator of the user's home tenant to clear the risk.", 53011),
        Row(AccountBlocked, "The delegated administrator is blocked because of risk in the home tenant.",
            "A delegated admin is blocked for risk in the home tenant: the partner's admin must clear it.", 530034),
        Row(AccountBlocked, "The account belongs to a minor, and an age group rule blocks it.",
            "Use another account.", 54000),
        Row(AssignmentMissing, "The app requires assignment, and the user isn't assigned to it.",
            "Assign the user to the enterprise application (Users and groups), or turn off \"assignment required\": "
                + "Grant-MailAppConsent -AssignmentRequired:$false lets all users sign in.", 50105) with { Remedy = ShowApp },
        Row(SignInExpired, "The session was revoked, as after a password change.",
            "Sign in again.", 50173, 50133, 50132) with { Remedy = SignInAgain },
        Row(SignInExpired, "No user is signed in.", "Sign in.", 50058) with { Remedy = SignInAgain },
        Row(SignInExpired, "The user has to confirm that this app is the one that was meant.",
            "Sign in again, and confirm on the page in the browser. No change to the tenant is required.", 50199)
            with { Remedy = SignInAgain },
        Row(ServiceBusy, "The limit of calls for multi-factor authentication is reached.",
            "Try again in a few minutes, or use another method.", 50088, 50166),
        Row(SignInExpired, "The user's identity provider denied the sign-in.",
            "Ask who operates the organization's identity provider.", 90123),
    ];
}
