namespace MailAdmin.Tenant.Gate;

/// <summary>Represents the caller of a request, from the access token.</summary>
/// <param name="ObjectId">Its service principal.</param>
/// <param name="Roles">The app roles in the token; for a user, the scopes in it, limited to the user's own permissions.</param>
internal sealed record Caller(string AppId, string ObjectId, IReadOnlySet<string> Roles)
{
    /// <summary>Object ID of the user for delegated access; null for app-only access.</summary>
    public string? UserId { get; init; }
}
