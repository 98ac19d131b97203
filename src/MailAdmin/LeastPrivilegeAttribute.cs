namespace MailAdmin;

/// <summary>
/// Declares the least permissions that a cmdlet requires. A test checks that docs/Access.md and the help page list them.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LeastPrivilegeAttribute : Attribute
{
    /// <summary>Application permissions of the signed-in app, on Graph unless another resource is named.</summary>
    public string? Permission { get; init; }

    /// <summary>The directory role; null if the permission is sufficient.</summary>
    public string? EntraRole { get; init; }

    /// <summary>The role group in Exchange; null if the cmdlet sends no requests to Exchange.</summary>
    public string? ExchangeRole { get; init; }
}
