namespace MailAdmin.Tenant.State;

/// <summary>Represents an app that a user registered: by default, a user who isn't an administrator, as any user can.</summary>
internal sealed record AppDescription(string Name)
{
    public string Where { get; init; } = "";

    /// <summary>Addresses of the users who own it; null for the last user who is no administrator.</summary>
    public string[]? Owners { get; init; }

    /// <summary>Tags, which its owner writes.</summary>
    public string[] Tags { get; init; } = [];

    /// <summary>The time of its registration.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(30);

    public bool IsDisabled { get; init; }

    /// <summary>Secrets; null for one.</summary>
    public IReadOnlyList<SecretDescription>? Secrets { get; init; }

    /// <summary>Files of certificates with which it signs in.</summary>
    public string[] Certificates { get; init; } = [];

    /// <summary>Secrets of its service principal, which the registration doesn't show.</summary>
    public IReadOnlyList<SecretDescription> PrincipalSecrets { get; init; } = [];

    public IReadOnlyList<FederationDescription> FederatedCredentials { get; init; } = [];

    /// <summary>Application permissions that Entra grants, such as "Graph/Mail.Read".</summary>
    public string[] Permissions { get; init; } = [];

    /// <summary>Delegated permissions that are granted for all users.</summary>
    public string[] DelegatedPermissions { get; init; } = [];

    /// <summary>The requested permissions, granted or not; null for the granted ones.</summary>
    public string[]? RequestedPermissions { get; init; }

    /// <summary>Its data in Exchange.</summary>
    public ExchangeEntry ExchangeEntry { get; init; }

    /// <summary>Mailboxes that it has full access to.</summary>
    public string[] FullAccess { get; init; } = [];

    /// <summary>Mailboxes that it may send as.</summary>
    public string[] SendAs { get; init; } = [];

    /// <summary>Its application roles in Exchange.</summary>
    public IReadOnlyList<RoleDescription> Roles { get; init; } = [];

    /// <summary>Role groups of Exchange, for an app that administers.</summary>
    public string[] RoleGroups { get; init; } = [];
}

/// <summary>Which object ID Exchange keeps of an app.</summary>
internal enum ExchangeEntry
{
    /// <summary>
    /// The ID of the service principal if the app has data in Exchange; otherwise no service principal in Exchange.
    /// </summary>
    Automatic,
    None,
    /// <summary>The ID of the service principal, the "enterprise application".</summary>
    Correct,
    /// <summary>The ID of the registration: the usual mistake.</summary>
    ApplicationObjectId,
    /// <summary>An ID of no object.</summary>
    Unknown,
}

/// <summary>A client secret.</summary>
/// <param name="Value">The secret value; null for an unknown one.</param>
/// <param name="ExpiresIn">The remaining lifetime; negative for an expired secret.</param>
internal sealed record SecretDescription(string Name, string? Value, TimeSpan ExpiresIn);

/// <summary>Represents an external workload that can sign in as the app.</summary>
internal sealed record FederationDescription(string Name, string Issuer, string Subject, string? Audience);

/// <summary>An application role of Exchange, for the organization if nothing names mailboxes.</summary>
internal sealed record RoleDescription(string Role)
{
    public string Where { get; init; } = "";

    /// <summary>Name or address of a group.</summary>
    public string? Group { get; init; }

    /// <summary>Name of an administrative unit.</summary>
    public string? AdministrativeUnit { get; init; }

    /// <summary>A filter of recipients, for a management scope.</summary>
    public Configuration.RecipientFilter? Filter { get; init; }
}
