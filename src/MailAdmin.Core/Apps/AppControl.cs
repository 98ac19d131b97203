using System.Globalization;

namespace MailAdmin.Core.Apps;

/// <summary>Specifies the object that contains an owner or credential of an app.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/application and serviceprincipal (owners, passwordCredentials,
/// keyCredentials), https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
/// </remarks>
internal enum AppControlKind
{
    /// <summary>An owner of the registration, who can add credentials.</summary>
    Owner,
    /// <summary>An owner of the service principal, who can add credentials to it.</summary>
    PrincipalOwner,
    /// <summary>A client secret.</summary>
    Secret,
    /// <summary>A certificate.</summary>
    Certificate,
    /// <summary>An external workload that signs in as the app.</summary>
    FederatedCredential,
    /// <summary>A client secret on the service principal, which the registration doesn't show.</summary>
    PrincipalSecret,
    /// <summary>A certificate on the service principal, which the registration doesn't show.</summary>
    PrincipalCertificate,
}

/// <summary>Represents an owner or a credential: a way to act as an app or to change it.</summary>
/// <param name="Kind">The object that contains it.</param>
/// <param name="Id">The object ID of an owner, the key ID of a credential, or the ID of a federated credential.</param>
/// <param name="Name">The user principal name of an owner, or the name of a credential.</param>
/// <param name="Detail">Since when, until when, or who issues it; empty for nothing.</param>
internal sealed record AppControl(AppControlKind Kind, string Id, string Name, string Detail)
{
    /// <summary>The label: the name of an owner, the ID of a credential.</summary>
    public string Label => Kind is AppControlKind.Owner or AppControlKind.PrincipalOwner ? Name : Id;

    /// <summary>Whether a text names it.</summary>
    public bool Is(string text) =>
        text.Equals(Id, StringComparison.OrdinalIgnoreCase) || text.Equals(Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A credential with its dates.</summary>
    public static AppControl Credential(
        AppControlKind kind, Guid? keyId, string? name, DateTimeOffset? from, DateTimeOffset? until) => new(
        kind, keyId?.ToString() ?? "", name ?? "",
        string.Create(CultureInfo.InvariantCulture, $" from {from:yyyy-MM-dd} to {until:yyyy-MM-dd}"));

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        AppControlKind.Owner => $"owner {Name}",
        AppControlKind.PrincipalOwner => $"owner of the service principal {Name}",
        AppControlKind.FederatedCredential => $"federated credential {Name}{Detail}",
        AppControlKind.PrincipalSecret => $"secret on the service principal {Id}{Detail}",
        AppControlKind.PrincipalCertificate => $"certificate on the service principal {Id}{Detail}",
        var kind => $"{kind.ToString().ToLowerInvariant()} {Id}{Detail}",
    };
}
