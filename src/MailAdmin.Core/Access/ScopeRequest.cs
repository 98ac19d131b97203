namespace MailAdmin.Core.Access;

/// <summary>Represents the requested scope of an app: one of these.</summary>
internal sealed record ScopeRequest
{
    /// <summary>Exactly these mailboxes, by any address or ID.</summary>
    public IReadOnlyList<string> Mailboxes { get; init; } = [];

    /// <summary>These mailboxes, in addition to the existing ones.</summary>
    public IReadOnlyList<string> Add { get; init; } = [];

    /// <summary>These mailboxes no more.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>The direct members of a group.</summary>
    public string? Group { get; init; }

    /// <summary>The members of an administrative unit, by its id.</summary>
    public string? AdministrativeUnit { get; init; }

    /// <summary>The recipients that an OPATH filter selects.</summary>
    public string? RecipientFilter { get; init; }

    /// <summary>The group or mailbox in the app's application access policies.</summary>
    public bool FromPolicy { get; init; }
}
