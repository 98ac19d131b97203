namespace MailAdmin.Core.SignIn;

/// <summary>Represents the meaning of an Entra error in a situation, and the recommended action.</summary>
/// <param name="Reason">The cause, for scripts.</param>
/// <param name="Cause">The cause in a sentence; null if the service's text contains it.</param>
/// <param name="Advice">The recommended action.</param>
/// <param name="Remedy">The next step as a command line; null if there is none.</param>
internal sealed record EntraMeaning(MailCheckReason Reason, string? Cause, string Advice, Remedy? Remedy);

/// <summary>
/// Returns recommended actions for AADSTS numbers. No code in MailAdmin branches on these numbers, because Microsoft can change
/// them without notice. The rows are in <see cref="EntraRows"/>. A number without a row is mapped by its OAuth error.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/entra/identity-platform/reference-error-codes,
/// https://www.rfc-editor.org/rfc/rfc6749#section-5.2, https://www.rfc-editor.org/rfc/rfc8628#section-3.5
/// </remarks>
internal static class EntraAdvice
{
    private static readonly ILookup<int, EntraRow> Rows =
        EntraRows.All.SelectMany(row => row.Codes.Select(code => (code, row))).ToLookup(p => p.code, p => p.row);

    /// <summary>By OAuth error, for the numbers that have no row.</summary>
    private static readonly Dictionary<string, EntraRow> Defaults = new(StringComparer.Ordinal)
    {
        ["invalid_request"] = new(MailCheckReason.RequestInvalid, null,
            "Check the tenant, the client ID, and the cloud (-Environment). Look the code up on Microsoft's page."),
        ["invalid_scope"] = new(MailCheckReason.RequestInvalid, null,
            "Check the cloud (-Environment) and the permissions of the app. Look the code up on Microsoft's page."),
        ["invalid_grant"] = new(MailCheckReason.SignInExpired, null,
            "If a user signs in, sign in again. Otherwise, look the code up on Microsoft's page."),
        ["interaction_required"] = new(MailCheckReason.InteractionRequired, null,
            "Sign in again in a browser, and complete the steps there."),
        ["consent_required"] = new(MailCheckReason.ConsentMissing, null,
            "Grant admin consent for what the app requests (Grant-MailAppConsent)."),
        ["unauthorized_client"] = new(MailCheckReason.AppNotFound, null,
            "Check the client ID and the tenant, and that the app allows this way to sign in."),
        ["invalid_client"] = new(MailCheckReason.CredentialWrong, null,
            "Check the app's secret or certificate (Get-MailAppCredential). Look the code up on Microsoft's page."),
        ["unsupported_grant_type"] = new(MailCheckReason.RequestInvalid, null,
            "The app or the tenant doesn't allow this way to sign in. Use another one."),
        ["invalid_resource"] = new(MailCheckReason.ResourceMissing, null,
            "Check the cloud (-Environment), and that the service exists in the tenant."),
        ["access_denied"] = new(MailCheckReason.ConsentMissing, null,
            "The user declined, or isn't allowed to. Ask an administrator to consent (Grant-MailAppConsent)."),
        ["authorization_declined"] = new(MailCheckReason.ConsentMissing, null,
            "The user declined on the device page. Sign in again, and accept."),
        ["expired_token"] = new(MailCheckReason.SignInExpired, null, "The device code has expired. Sign in again."),
        ["bad_verification_code"] = new(MailCheckReason.SignInExpired, null, "The device code isn't valid. Sign in again."),
        ["authorization_pending"] = new(MailCheckReason.InteractionRequired, null, "Complete the sign-in on the device page."),
        ["temporarily_unavailable"] = new(MailCheckReason.ServiceBusy, null, "Entra is busy. Wait and try again."),
        ["server_error"] = new(MailCheckReason.ServiceBusy, null,
            "Entra has a fault. Wait and try again. If it persists, give the trace ID to Microsoft's support."),
    };

    private static readonly EntraRow Unknown = new(MailCheckReason.Other, null,
        "Open the link for this code on Microsoft's page, and give the trace ID and the correlation ID to Microsoft's support.");

    /// <summary>The numbers that have their own rows.</summary>
    public static IReadOnlyCollection<int> Known => [.. Rows.Select(r => r.Key)];

    /// <summary>The OAuth errors that have a default.</summary>
    public static IReadOnlyCollection<string> Errors => Defaults.Keys;

    /// <summary>Returns the meaning of an error.</summary>
    /// <param name="code">Its AADSTS number; null if it has none.</param>
    /// <param name="error">Its OAuth error; null if it has none.</param>
    /// <param name="situation">The account and the sign-in method.</param>
    public static EntraMeaning Of(int? code, string? error, SignInSituation situation)
    {
        var row = (code is { } number ? Rows[number].FirstOrDefault(r => r.When?.Invoke(situation) != false) : null)
            ?? Defaults.GetValueOrDefault(error ?? "") ?? Unknown;
        return new EntraMeaning(
            row.Reason, row.Cause?.Invoke(situation), row.Advice(situation), row.Remedy?.Invoke(situation));
    }
}
