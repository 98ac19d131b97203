namespace MailAdmin;

/// <summary>A secret or certificate of an app as the directory lists it, without its value.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/passwordcredential,
/// https://learn.microsoft.com/graph/api/resources/keycredential
/// </remarks>
public sealed record MailAppCredential : MailAdminResult
{
    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The object ID of the app registration with the credential.</summary>
    public required string ApplicationObjectId { get; init; }

    /// <summary>Secret or certificate.</summary>
    public required CredentialKind Kind { get; init; }

    /// <summary>The display name of the credential; null if missing.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The key ID, which isn't secret.</summary>
    public required string KeyId { get; init; }

    /// <summary>When the credential becomes valid, in UTC.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When the credential expires, in UTC.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// The number of whole days until the credential expires, at the time of reading; negative if it has expired.
    /// </summary>
    public int? DaysLeft { get; init; }

    /// <summary>The first three characters of a secret, as the service returns them; null for a certificate.</summary>
    public string? Hint { get; init; }

    /// <summary>The thumbprint of a certificate, in hexadecimal; null for a secret.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>
    /// The last sign-in with the credential, in UTC; null if it hasn't been used or the service doesn't return it.
    /// </summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The change that the cmdlet made; null if the object was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} {KeyId} of {App}";
}

/// <summary>The type of a credential.</summary>
public enum CredentialKind
{
    /// <summary>A client secret.</summary>
    Secret,
    /// <summary>A certificate: the app has the private key, the directory the public one.</summary>
    Certificate,
}
