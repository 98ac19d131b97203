namespace MailAdmin.Tenant.Gate;

/// <summary>Who asks, as the access token says.</summary>
/// <param name="ObjectId">Its service principal.</param>
/// <param name="Roles">The app roles in the token; for a person the scopes in it, as far as the person has the right.</param>
internal sealed record Caller(string AppId, string ObjectId, IReadOnlySet<string> Roles)
{
    /// <summary>Object ID of the person for whom the app asks; null when it asks for itself.</summary>
    public string? UserId { get; init; }
}
