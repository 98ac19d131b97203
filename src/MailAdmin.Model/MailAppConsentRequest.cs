namespace MailAdmin;

/// <summary>An app for which users requested admin consent.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/appconsentrequest</remarks>
public sealed record MailAppConsentRequest : MailAdminResult
{
    /// <summary>The ID of the request.</summary>
    public required string Id { get; init; }

    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The names of the pending delegated permissions.</summary>
    public string[] PendingScope { get; init; } = [];

    /// <summary>The users who sent the request, with reason and status.</summary>
    public MailAppConsentRequester[] RequestedBy { get; init; } = [];

    /// <summary>Whether a user is still waiting.</summary>
    public bool IsOpen => RequestedBy.Any(r => r.IsOpen);

    /// <summary>The change that the cmdlet made; null if the object was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>Pending work: what takes effect later or what an administrator has to do.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{App} ({ClientId}): {string.Join(' ', PendingScope)}";
}

/// <summary>The request of one user.</summary>
/// <param name="User">The user principal name.</param>
/// <param name="Reason">The reason, as the user wrote it.</param>
/// <param name="Status">"InProgress", "Completed", or "Expired".</param>
/// <param name="RequestedAt">The time of the request, in UTC.</param>
/// <remarks>https://learn.microsoft.com/graph/api/resources/userconsentrequest</remarks>
public sealed record MailAppConsentRequester(string User, string? Reason, string Status, DateTimeOffset? RequestedAt)
{
    /// <summary>Whether the user is still waiting.</summary>
    public bool IsOpen => Status is "InProgress" or "Initializing";

    /// <inheritdoc/>
    public override string ToString() => User;
}
