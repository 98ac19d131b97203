namespace MailAdmin;

/// <summary>A secret or certificate that an app signs in with, as the directory lists it: never its value.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/passwordcredential,
/// https://learn.microsoft.com/graph/api/resources/keycredential
/// </remarks>
public sealed record MailAppCredential
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>Object id of the registration that holds the credential.</summary>
    public required string ApplicationObjectId { get; init; }

    /// <summary>Secret or certificate.</summary>
    public required CredentialKind Kind { get; init; }

    /// <summary>The credential's own name; null when it was given none.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The credential's id, which is no secret.</summary>
    public required string KeyId { get; init; }

    /// <summary>From when it is good, in UTC.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Until when it is good, in UTC.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whole days until it ends, counted when it was read; negative when it has ended.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>
    /// The first three characters of a secret, which is all that the service shows of it; null for a certificate.
    /// </summary>
    public string? Hint { get; init; }

    /// <summary>Thumbprint of a certificate, in hexadecimal; null for a secret.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>When somebody last signed in with it, in UTC; null when nobody did, or the service does not tell.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>What the changing cmdlet did; null when it was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} {KeyId} of {App}";
}

/// <summary>What an app proves itself with.</summary>
public enum CredentialKind
{
    /// <summary>A client secret.</summary>
    Secret,
    /// <summary>A certificate: the app holds the private key, the directory the public one.</summary>
    Certificate,
}
