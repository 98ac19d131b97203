using static MailAdmin.MailCheckReason;
using static MailAdmin.Core.SignIn.SignInRemedies;

namespace MailAdmin.Core.SignIn;

// Multi-factor authentication, Conditional Access, devices.
internal static partial class EntraRows
{
    private const string Log = "The sign-in log names the policy (Microsoft Entra admin center, Sign-in logs, Conditional "
        + "Access).";

    private static IReadOnlyList<EntraRow> OfPolicies =>
    [
        Row(InteractionRequired, "Multi-factor authentication is required, and wasn't completed on the device page.",
            "Sign in with a browser on this computer, and complete multi-factor authentication there. If a code is the only way, "
                + "start again, and complete it on the device page.", 50076, 50074, 50078) with
            {
                When = IsDeviceCode, Remedy = Browser,
            },
        Row(InteractionRequired, "Multi-factor authentication is required, and wasn't completed in the browser.",
            "Sign in again, and complete multi-factor authentication in the window. If you aren't prompted, register "
                + "a method at https://aka.ms/mfasetup first.",
            50076, 50074, 50078) with { When = IsPerson, Remedy = SignInAgain },
        Row(InteractionRequired, "Multi-factor authentication is required.",
            "Use an app's own identity (a certificate or a managed identity), or let a user sign in with a browser.",
            50076, 50074, 50078),
        Row(InteractionRequired, "The user has to register for multi-factor authentication.",
            "The user must register: sign in with a browser once, for example at https://aka.ms/mfasetup.", 50079, 50072)
            with { Remedy = Browser },
        Row(ConditionalAccess, "The user can't register for multi-factor authentication from here.",
            "Register from the network or the device that the organization requires, or ask for a Temporary Access Pass.",
            53004, 53010),
        Row(InteractionRequired, "Another provider has to check the user (external authentication method).",
            "Sign in with a browser, and complete the check there.", 50158, 50161, 50170, 50177, 50178)
            with { Remedy = Browser },
        Row(ConditionalAccess, "A Conditional Access policy blocks device codes, or this user in this place.",
            "Sign in with a browser on this computer. " + Log + " Microsoft recommends to block device codes, so don't exclude "
                + "the user to allow them.", 53003) with { When = IsDeviceCode, Remedy = Browser },
        Row(ConditionalAccess, "A Conditional Access policy blocks the user in this place, on this device, or with this app.",
            "Read the sign-in log. " + Log + " Sign in from a place or a device that the policy accepts.", 53003)
            with { When = IsPerson },
        Row(ConditionalAccess, "A Conditional Access policy for workload identities blocks the app.",
            "Read the sign-in log (service principal sign-ins) for the policy. Then include the location of this computer in the "
                + "policy's named locations, or exclude the workload identity.", 53003),
        Row(ConditionalAccess, "A Conditional Access policy, or a risk that was found, blocks the sign-in.",
            "Read the sign-in log. " + Log, 50131),
        Row(ConditionalAccess, "A security policy of the tenant blocks it.",
            "Use an app's own identity or a modern sign-in (browser). " + Log, 530032) with { Remedy = Browser },
        Row(SecurityDefaults, "Security defaults block it, because it is legacy authentication.",
            "Use an app's own identity or a modern sign-in (browser).", 530035) with { Remedy = Browser },
        Row(DeviceNotAccepted, "The device has to be compliant, and a device code never carries a device.",
            "Sign in with a browser on a compliant device. " + Log, 53000, 53001, 50097, 50155, 50187, 50129, 50127) with
            {
                When = IsDeviceCode, Remedy = Browser,
            },
        Row(DeviceNotAccepted, "A Conditional Access policy requires a compliant device.",
            "Enroll the device (Intune), or sign in on one that is compliant. " + Log, 53000) with { Remedy = Browser },
        Row(DeviceNotAccepted, "A Conditional Access policy requires a device that is joined to the organization's domain.",
            "Sign in on a joined device. " + Log, 53001, 50129) with { Remedy = Browser },
        Row(DeviceNotAccepted, "A policy requires that the device identifies itself, and it didn't.",
            "Sign in with the default browser of a registered device, with the extension Microsoft Single Sign On where the "
                + "browser needs it. " + Log, 50097, 50155, 50187, 50127) with { Remedy = Browser },
        Row(DeviceNotAccepted, "A Conditional Access policy requires an approved app, and this isn't one.",
            "Use an app's own identity, or exclude the client from that policy. " + Log, 53002),
        Row(DeviceNotAccepted, "A Conditional Access policy doesn't accept the platform of this device.",
            "Sign in on a platform that the policy accepts. " + Log, 50005) with { Remedy = Browser },
        Row(DeviceNotAccepted, "The device is disabled in the tenant.",
            "Ask an administrator to enable the device, or use another one.", 135011),
    ];
}
