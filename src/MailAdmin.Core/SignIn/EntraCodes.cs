namespace MailAdmin.Core.SignIn;

/// <summary>The codes of Entra errors that MailAdmin handles.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/reference-error-codes</remarks>
internal static class EntraCodes
{
    /// <summary>The secret, certificate or assertion isn't accepted.</summary>
    public const string InvalidClient = "invalid_client";

    /// <summary>The app wasn't found in the tenant, or isn't allowed to do this.</summary>
    public const string UnauthorizedClient = "unauthorized_client";

    /// <summary>The request isn't one that Entra takes; a fresh app is refused so, too.</summary>
    public const string InvalidRequest = "invalid_request";
}
