namespace MailAdmin.Tenant.Directory;

/// <summary>
/// A policy of Conditional Access: https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy. Of its conditions
/// the sandbox has the flow and the users who are left out.
/// </summary>
/// <param name="DisplayName">The display name.</param>
/// <param name="BlocksDeviceCode">
/// Whether it blocks the device code flow:
/// https://learn.microsoft.com/entra/identity/conditional-access/policy-block-authentication-flows.
/// </param>
/// <param name="RequiresMfa">Whether it requires multifactor authentication, which no user in a sandbox has.</param>
/// <param name="ExcludedUsers">Object IDs of the excluded users.</param>
internal sealed record ConditionalAccessPolicy(
    string DisplayName, bool BlocksDeviceCode, bool RequiresMfa, IReadOnlyList<string> ExcludedUsers)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>
    /// Client IDs of apps whose own sign-ins it blocks:
    /// https://learn.microsoft.com/entra/identity/conditional-access/workload-identity.
    /// </summary>
    public IReadOnlyList<string> BlockedApps { get; init; } = [];

    /// <summary>Whether it blocks the sign-in of an app without a user.</summary>
    public bool Blocks(string clientId) => BlockedApps.Contains(clientId, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it stops a user from signing in.</summary>
    public bool Stops(DirectoryObject user, bool isDeviceCode) =>
        (RequiresMfa || (BlocksDeviceCode && isDeviceCode)) && !ExcludedUsers.Contains(user.Id, StringComparer.OrdinalIgnoreCase);
}
