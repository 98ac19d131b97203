using MailAdmin.Core.Base;

namespace MailAdmin.Core.SignIn;

/// <summary>Specifies a sign-in method. The names are those of <see cref="SignInMethod.Kind"/>.</summary>
internal enum SignInFlow
{
    /// <summary>Not known.</summary>
    Other,
    ClientSecret,
    Certificate,
    FederatedToken,
    ManagedIdentity,
    AccessToken,
    Browser,
    DeviceCode,
}

/// <summary>Represents the context of an Entra error: the same code has a different recommended action in another flow.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Tenant">The tenant as it was given; null if none was.</param>
internal sealed record SignInSituation(Cloud Cloud, string? Tenant)
{
    public SignInFlow Flow { get; init; }

    /// <summary>The app that signs in, or through which a user does; null if it isn't known.</summary>
    public string? ClientId { get; init; }

    /// <summary>The scope that was requested; null if it isn't known.</summary>
    public string? Scope { get; init; }

    /// <summary>Whether a user signs in.</summary>
    public bool IsPerson => Flow is SignInFlow.Browser or SignInFlow.DeviceCode;

    public bool IsDeviceCode => Flow == SignInFlow.DeviceCode;

    public bool IsFederated => Flow == SignInFlow.FederatedToken;

    /// <summary>Whether the user signs in through Microsoft's public client.</summary>
    public bool IsMicrosofts => IsPerson && ClientId == UserSignIn.MicrosoftClientId;

    /// <summary>The credential of the app, in words.</summary>
    public string Credential => Flow switch
    {
        SignInFlow.Certificate => "certificate",
        SignInFlow.FederatedToken => "federated token",
        _ => "secret",
    };

    /// <summary>The service that the token is for, in words.</summary>
    public string Resource => Scope is null ? "the service"
        : Scope.StartsWith(Cloud.GraphScope[..^"/.default".Length], StringComparison.OrdinalIgnoreCase) ? "Microsoft Graph"
        : "Office 365 Exchange Online";

    /// <summary>The situation of a sign-in method.</summary>
    public static SignInSituation Of(SignInMethod method, Cloud cloud, string tenant, string scope) => new(cloud, tenant)
    {
        Flow = Enum.TryParse<SignInFlow>(method.Kind, out var flow) ? flow : SignInFlow.Other,
        ClientId = method.ClientId,
        Scope = scope,
    };
}
