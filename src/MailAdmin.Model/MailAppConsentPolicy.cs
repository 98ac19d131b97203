namespace MailAdmin;

/// <summary>The tenant's workflow for consent that people ask an admin for.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/adminconsentrequestpolicy</remarks>
public sealed record MailAppConsentPolicy
{
    /// <summary>Whether people can ask.</summary>
    public bool Enabled { get; init; }

    /// <summary>Who decides: user principal names; groups and roles as the service writes them.</summary>
    public string[] Reviewer { get; init; } = [];

    /// <summary>Whether reviewers get a mail for each request.</summary>
    public bool NotifyReviewer { get; init; }

    /// <summary>Whether reviewers are reminded by mail.</summary>
    public bool RemindReviewer { get; init; }

    /// <summary>Days after which a request expires.</summary>
    public int RequestDuration { get; init; }

    /// <summary>What the changing cmdlet did; null when it was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Enabled ? $"on, reviewed by {string.Join(", ", Reviewer)}" : "off";
}
