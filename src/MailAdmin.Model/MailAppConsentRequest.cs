namespace MailAdmin;

/// <summary>An app that people asked an admin to consent to, because they may not consent themselves.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/appconsentrequest</remarks>
public sealed record MailAppConsentRequest
{
    /// <summary>Id of the request.</summary>
    public required string Id { get; init; }

    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>Names of the delegated permissions that wait for consent.</summary>
    public string[] PendingScope { get; init; } = [];

    /// <summary>Who asked, each with a reason and what became of it.</summary>
    public MailAppConsentRequester[] RequestedBy { get; init; } = [];

    /// <summary>Whether somebody still waits.</summary>
    public bool IsOpen => RequestedBy.Any(r => r.IsOpen);

    /// <summary>What the changing cmdlet did; null when it was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>What is still to come or to be done by somebody, a sentence each.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{App} ({ClientId}): {string.Join(' ', PendingScope)}";
}

/// <summary>One person's part in a consent request.</summary>
/// <param name="User">User principal name.</param>
/// <param name="Reason">Why, in the person's own words.</param>
/// <param name="Status">"InProgress", "Completed" or "Expired".</param>
/// <param name="RequestedAt">When, in UTC.</param>
/// <remarks>https://learn.microsoft.com/graph/api/resources/userconsentrequest</remarks>
public sealed record MailAppConsentRequester(string User, string? Reason, string Status, DateTimeOffset? RequestedAt)
{
    /// <summary>Whether the person still waits.</summary>
    public bool IsOpen => Status is "InProgress" or "Initializing";

    /// <inheritdoc/>
    public override string ToString() => User;
}
