using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Compares the claims of a token with the requirements of the mailbox.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference</remarks>
internal static class TokenClaims
{
    /// <summary>The scope of tokens that a connection needs.</summary>
    public static string ScopeOf(MailboxConnection connection, Cloud cloud) =>
        connection.Protocol == MailProtocol.Graph ? cloud.GraphScope : cloud.MailScope;

    /// <summary>Checks a token. The service decides, so a token that can't be read isn't a failure.</summary>
    public static MailCheck Check(MailboxConnection connection, Cloud cloud, AccessToken token)
    {
        if (!token.IsReadable)
        {
            return new MailCheck("Claims", CheckStatus.Skipped) { Evidence = "the token can't be read, which isn't required" };
        }

        if (connection.Server is not null)
        {
            return new MailCheck("Claims", CheckStatus.Skipped)
            {
                Evidence = $"aud {token.Audience}; the requirements of this server are unknown",
            };
        }

        var scope = ScopeOf(connection, cloud);
        if (token.Audience is { } audience && !Suits(connection, cloud, audience))
        {
            return new MailCheck("Claims", CheckStatus.Failed)
            {
                Evidence = $"aud {audience}",
                Cause = $"The token is for {audience}, but {connection.Protocol} requires one for "
                    + $"{scope[..^"/.default".Length]}.",
                Advice = $"Request a token with the scope {scope}. A token is valid for one resource.",
            };
        }

        var isPerson = token.Scopes.Count > 0;
        var rights = isPerson ? token.Scopes : token.Roles;
        var evidence = $"aud {token.Audience}, appid {token.ClientId}, {(isPerson ? $"upn {token.User}, scp" : "roles")} "
            + $"{(rights.Count == 0 ? "none" : string.Join(" ", rights))}";
        return rights.Any(r => IsMailRight(connection.Protocol, r))
            ? new MailCheck("Claims", CheckStatus.Passed) { Evidence = evidence }
            // An app that is scoped by Exchange's role assignments has no role in its token, and still reads its mailboxes.
            : new MailCheck("Claims", CheckStatus.Skipped)
            {
                Evidence = $"{evidence}; no role for mail, so access depends on roles in Exchange",
            };
    }

    // Entra writes a resource as its URI or as its application id; Exchange has two host names.
    private static bool Suits(MailboxConnection connection, Cloud cloud, string audience) =>
        connection.Protocol == MailProtocol.Graph
        ? audience.Contains(cloud.GraphHost, StringComparison.OrdinalIgnoreCase) || audience == PermissionName.GraphAppId
        : audience.Contains("outlook", StringComparison.OrdinalIgnoreCase) || audience == PermissionName.ExchangeAppId;

    private static bool IsMailRight(MailProtocol protocol, string right) => protocol switch
    {
        MailProtocol.Imap => right.ToUpperInvariant() is "IMAP.ACCESSASAPP" or "IMAP.ACCESSASUSER.ALL",
        MailProtocol.Smtp => right.ToUpperInvariant() is "SMTP.SENDASAPP" or "SMTP.SEND",
        _ => right.StartsWith("Mail.", StringComparison.OrdinalIgnoreCase),
    };
}
