namespace MailAdmin;

/// <summary>
/// The values to enter in a product's configuration form so that it can fetch mail, and the remaining manual steps.
/// </summary>
public sealed record MailAppProductSetting
{
    /// <summary>The recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>The mailbox that the settings are for; null when none was named and none is known.</summary>
    public string? Mailbox { get; init; }

    /// <summary>The vendor's page.</summary>
    public required Uri Page { get; init; }

    /// <summary>The form, its fields in their order. A secret is masked.</summary>
    public required MailAppProductSettingField[] Field { get; init; }

    /// <summary>When the secret ends, in UTC; null when there is none.</summary>
    public DateTimeOffset? SecretExpiresAt { get; init; }

    /// <summary>What nobody but a person can do, a sentence each.</summary>
    public string[] ManualStep { get; init; } = [];

    /// <summary>What goes wrong, a sentence each.</summary>
    public string[] Warning { get; init; } = [];

    /// <summary>Where the secret was written to; null for nowhere.</summary>
    public string? SecretWrittenTo { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Recipe} for {Mailbox ?? App}";
}

/// <summary>A field of a vendor's form, filled in.</summary>
/// <param name="Name">What the form calls it.</param>
/// <param name="Value">What goes into it; asterisks in the place of a secret.</param>
public sealed record MailAppProductSettingField(string Name, string Value)
{
    /// <summary>Whether it holds the secret.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What is to be known about it; null for nothing.</summary>
    public string? Note { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}
