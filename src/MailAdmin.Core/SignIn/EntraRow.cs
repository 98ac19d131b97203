using MailAdmin.Core.Base;

namespace MailAdmin.Core.SignIn;

/// <summary>A row of the table of AADSTS numbers.</summary>
/// <param name="Reason">The cause, for scripts.</param>
/// <param name="Cause">The cause in a sentence; null if the service's text contains it.</param>
/// <param name="Advice">The recommended action.</param>
internal sealed record EntraRow(
    MailCheckReason Reason, Func<SignInSituation, string>? Cause, Func<SignInSituation, string> Advice)
{
    public EntraRow(MailCheckReason reason, string? cause, string advice)
        : this(reason, cause is null ? null : _ => cause, _ => advice) { }

    /// <summary>The numbers that mean this.</summary>
    public int[] Codes { get; init; } = [];

    /// <summary>In which situations; null for all. The first row that fits counts.</summary>
    public Func<SignInSituation, bool>? When { get; init; }

    /// <summary>The next step; null if there is none.</summary>
    public Func<SignInSituation, Remedy?>? Remedy { get; init; }
}

/// <summary>The next steps of sign-ins.</summary>
internal static class SignInRemedies
{
    private const string Apps = "Cloud Application Administrator", Grants = "Privileged Role Administrator";

    public static Remedy? NewSecret(SignInSituation s) => OfApp(s, "New-MailAppSecret", Apps);

    public static Remedy? NewCertificate(SignInSituation s) => OfApp(s, "New-MailAppCertificate", Apps);

    /// <summary>The action that renews the app's credential.</summary>
    public static Remedy? NewCredential(SignInSituation s) =>
        s.Flow == SignInFlow.Certificate ? NewCertificate(s) : NewSecret(s);

    public static Remedy? Consent(SignInSituation s) => s.IsMicrosofts
        ? new Remedy("Initialize-MailAdmin -Consent") { RequiredRole = Grants }
        : OfApp(s, "Grant-MailAppConsent", Grants);

    public static Remedy? ShowRequests(SignInSituation s) =>
        new("Get-MailAppConsentRequest") { RequiredRole = "Global Reader" };

    public static Remedy? ShowApp(SignInSituation s) => OfApp(s, "Get-MailAppRegistration", "Directory Readers");

    public static Remedy? ShowCredentials(SignInSituation s) => OfApp(s, "Get-MailAppCredential", "Directory Readers");

    public static Remedy? Enable(SignInSituation s) => s.ClientId is { } id
        ? new Remedy($"Set-MailAppRegistration -App {CommandText.Of(id)} -Enabled $true") { RequiredRole = Apps } : null;

    /// <summary>Creates the service principal of Exchange Online.</summary>
    public static Remedy? NewResource(SignInSituation s) => new("Initialize-MailAdmin -ExchangeOnline") { RequiredRole = Apps };

    /// <summary>The same sign-in once more.</summary>
    public static Remedy? SignInAgain(SignInSituation s) => Connect(s, s.IsDeviceCode ? " -DeviceCode" : "");

    public static Remedy? Browser(SignInSituation s) => Connect(s, "");

    public static Remedy? ManagedIdentity(SignInSituation s) => new("Connect-MailAdmin -Identity");

    private static Remedy? Connect(SignInSituation s, string how)
    {
        var tenant = s.Tenant is null or UserSignIn.AnyTenant ? "" : $" -TenantId {CommandText.Of(s.Tenant)}";
        var client = s.ClientId is null || s.IsMicrosofts || !s.IsPerson ? "" : $" -ClientId {CommandText.Of(s.ClientId)}";
        return new Remedy($"Connect-MailAdmin{tenant}{client}{how}");
    }

    private static Remedy? OfApp(SignInSituation s, string cmdlet, string role) =>
        s.ClientId is { Length: > 0 } id ? new Remedy($"{cmdlet} -App {CommandText.Of(id)}") { RequiredRole = role } : null;
}
