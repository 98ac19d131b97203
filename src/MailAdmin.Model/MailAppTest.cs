namespace MailAdmin;

/// <summary>Whether an app is what its recipe says, and whether its product does its work.</summary>
public sealed record MailAppTest
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>The recipe that it was held against.</summary>
    public required string Recipe { get; init; }

    /// <summary>The whole answer.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Each thing that was looked at.</summary>
    public required MailCheck[] Checks { get; init; }

    /// <summary>Where the app differs from the recipe; none when it does not.</summary>
    public MailAppDrift[] Drift { get; init; } = [];

    /// <summary>When, in UTC.</summary>
    public DateTimeOffset TestedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{App} against {Recipe}: {Verdict}";
}

/// <summary>One difference between what an app has and what its recipe says.</summary>
public sealed record MailAppDrift
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>The recipe that it was held against.</summary>
    public required string Recipe { get; init; }

    /// <summary>What kind of difference it is.</summary>
    public required MailAppDriftKind Kind { get; init; }

    /// <summary>What differs: a permission, the secret, a mailbox, a redirect URI.</summary>
    public required string Item { get; init; }

    /// <summary>What the recipe says; null when it says that it should not be there.</summary>
    public string? Expected { get; init; }

    /// <summary>What is there; null for nothing.</summary>
    public string? Actual { get; init; }

    /// <summary>Why it matters, in a sentence.</summary>
    public required string Cause { get; init; }

    /// <summary>What to do, in a sentence.</summary>
    public required string Advice { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Item}";
}

/// <summary>How an app can differ from its recipe.</summary>
public enum MailAppDriftKind
{
    /// <summary>Something is not there.</summary>
    Missing,
    /// <summary>Something is there that the recipe does not ask for.</summary>
    Excess,
    /// <summary>A credential has ended.</summary>
    Expired,
    /// <summary>A credential ends soon.</summary>
    ExpiresSoon,
    /// <summary>Something is asked for and not granted.</summary>
    ConsentMissing,
    /// <summary>The app gets into mailboxes that are not its own.</summary>
    Unrestricted,
    /// <summary>Somebody or something that was not added from here can act as the app or change it.</summary>
    ForeignAccess,
}
