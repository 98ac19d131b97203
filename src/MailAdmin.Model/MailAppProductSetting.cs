namespace MailAdmin;

/// <summary>The values to enter in a product's configuration form and the remaining manual steps.</summary>
public sealed record MailAppProductSetting : MailAdminResult
{
    /// <summary>The recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The mailbox of the settings; null if none was specified or found.</summary>
    public string? Mailbox { get; init; }

    /// <summary>The vendor's page.</summary>
    public required Uri Page { get; init; }

    /// <summary>The fields of the form in their order. A secret is masked.</summary>
    public required MailAppProductSettingField[] Field { get; init; }

    /// <summary>When the secret expires, in UTC; null without a secret.</summary>
    public DateTimeOffset? SecretExpiresAt { get; init; }

    /// <summary>Manual steps, one sentence each.</summary>
    public string[] ManualStep { get; init; } = [];

    /// <summary>Common mistakes, one sentence each.</summary>
    public string[] Warning { get; init; } = [];

    /// <summary>The destination of the secret; null if it wasn't written.</summary>
    public string? SecretWrittenTo { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Recipe} for {Mailbox ?? App}";
}

/// <summary>A field of a vendor's form with its value.</summary>
/// <param name="Name">The name of the field.</param>
/// <param name="Value">The value; asterisks instead of a secret.</param>
public sealed record MailAppProductSettingField(string Name, string Value)
{
    /// <summary>Whether the field contains the secret.</summary>
    public bool IsSecret { get; init; }

    /// <summary>A note about the field; null if there is none.</summary>
    public string? Note { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}
