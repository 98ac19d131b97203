namespace MailAdmin;

/// <summary>
/// The least that whoever is signed in needs for a cmdlet: docs/Access.md has a row of it and the help page names it, which a
/// test holds.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LeastPrivilegeAttribute : Attribute
{
    /// <summary>Application permissions of the signed-in app, on Graph unless another resource is named.</summary>
    public string? Permission { get; init; }

    /// <summary>The directory role; null when the permission alone does.</summary>
    public string? EntraRole { get; init; }

    /// <summary>The role group in Exchange; null when the cmdlet doesn't ask Exchange.</summary>
    public string? ExchangeRole { get; init; }
}
