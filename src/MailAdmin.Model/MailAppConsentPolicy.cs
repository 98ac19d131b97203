namespace MailAdmin;

/// <summary>The admin consent workflow of the tenant.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/adminconsentrequestpolicy</remarks>
public sealed record MailAppConsentPolicy : MailAdminResult
{
    /// <summary>Whether users can request admin consent.</summary>
    public bool Enabled { get; init; }

    /// <summary>The reviewers: user principal names, and queries for groups and roles.</summary>
    public string[] Reviewer { get; init; } = [];

    /// <summary>Whether reviewers get a mail for each request.</summary>
    public bool NotifyReviewer { get; init; }

    /// <summary>Whether reviewers get reminders by mail.</summary>
    public bool RemindReviewer { get; init; }

    /// <summary>The number of days after which a request expires.</summary>
    public int RequestDuration { get; init; }

    /// <summary>The change that the cmdlet made; null if the object was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Enabled ? $"on, reviewed by {string.Join(", ", Reviewer)}" : "off";
}
