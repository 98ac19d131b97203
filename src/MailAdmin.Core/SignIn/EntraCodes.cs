namespace MailAdmin.Core.SignIn;

/// <summary>Codes with which Entra refuses, as far as something is done about them.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/reference-error-codes</remarks>
internal static class EntraCodes
{
    /// <summary>The secret, certificate or assertion isn't accepted.</summary>
    public const string InvalidClient = "invalid_client";

    /// <summary>The app isn't known in the tenant, or may not do this.</summary>
    public const string UnauthorizedClient = "unauthorized_client";

    /// <summary>The request isn't one that Entra takes; a fresh app is refused so, too.</summary>
    public const string InvalidRequest = "invalid_request";
}
