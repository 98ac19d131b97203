namespace MailAdmin;

/// <summary>The result of comparing an app with its recipe, and of testing its product.</summary>
public sealed record MailAppTest : MailAdminResult
{
    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The recipe that the app was compared with.</summary>
    public required string Recipe { get; init; }

    /// <summary>The overall result.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>The checks.</summary>
    public required MailCheck[] Checks { get; init; }

    /// <summary>The differences between the app and the recipe.</summary>
    public MailAppDrift[] Drift { get; init; } = [];

    /// <summary>The technology that the app uses and Microsoft retires, with the required action and its date.</summary>
    public MailAppFinding[] Finding { get; init; } = [];

    /// <summary>The time of the test, in UTC.</summary>
    public DateTimeOffset TestedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{App} against {Recipe}: {Verdict}";
}

/// <summary>Represents one difference between an app and its recipe.</summary>
public sealed record MailAppDrift
{
    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The recipe that the app was compared with.</summary>
    public required string Recipe { get; init; }

    /// <summary>The kind of difference.</summary>
    public required MailAppDriftKind Kind { get; init; }

    /// <summary>The subject: a permission, the secret, a mailbox, or a redirect URI.</summary>
    public required string Item { get; init; }

    /// <summary>The value in the recipe; null if it shouldn't exist.</summary>
    public string? Expected { get; init; }

    /// <summary>The actual value; null if it is missing.</summary>
    public string? Actual { get; init; }

    /// <summary>Why it matters, in one sentence.</summary>
    public required string Cause { get; init; }

    /// <summary>The recommended action, in one sentence.</summary>
    public required string Advice { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Item}";
}

/// <summary>The kinds of differences between an app and its recipe.</summary>
public enum MailAppDriftKind
{
    /// <summary>A permission or setting is missing.</summary>
    Missing,
    /// <summary>A permission or setting exists that the recipe doesn't require.</summary>
    Excess,
    /// <summary>A credential has expired.</summary>
    Expired,
    /// <summary>A credential expires soon.</summary>
    ExpiresSoon,
    /// <summary>A permission is requested but not granted.</summary>
    ConsentMissing,
    /// <summary>The app can access mailboxes outside its scope.</summary>
    Unrestricted,
    /// <summary>An owner or a credential that wasn't added with MailAdmin can control the app.</summary>
    ForeignAccess,
}
