namespace MailAdmin;

/// <summary>Represents an object that a cmdlet returns about a tenant.</summary>
public abstract record MailAdminResult
{
    private protected MailAdminResult()
    {
    }

    /// <summary>The tenant as the context names it: the ID or domain that was specified at sign-in. Null if unknown.</summary>
    public string? Tenant { get; internal set; }

    /// <summary>The tenant's ID; empty if unknown.</summary>
    public string TenantId { get; internal set; } = "";
}
