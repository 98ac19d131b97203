using System.Globalization;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.Inventory;

/// <summary>Finds what an administrator should check or change.</summary>
internal static class AppFindings
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30), Long = TimeSpan.FromDays(90);

    /// <summary>The findings about an app, the gravest first.</summary>
    /// <param name="app">The app without its findings.</param>
    /// <param name="isPointerWrong">Whether the service principal in Exchange has a wrong object ID.</param>
    /// <param name="tellsUse">Whether the service returned last sign-ins at all.</param>
    /// <param name="grantedAt">The time of its newest permission; null if it's unknown.</param>
    /// <param name="origin">The evidence of who owns the app.</param>
    /// <param name="foreign">Owners and credentials that weren't added from here.</param>
    /// <param name="protocols">The tenant's protocol settings; null if they can't be read.</param>
    /// <param name="now">The time.</param>
    public static MailAppFinding[] Of(
        MailAppAccess app, bool isPointerWrong, bool tellsUse, DateTimeOffset? grantedAt, AppOrigin origin,
        IReadOnlyList<AppControl> foreign, TenantProtocols? protocols, DateTimeOffset now) =>
        [.. OfAccess(app, isPointerWrong, now)
            .Concat(RetirementFindings.Of(app.ClientId, app.Access, protocols, now)).Concat(OfCredentials(app, now))
            .Concat(OfUse(app, tellsUse, grantedAt, now)).Concat(OfOrigin(app, origin)).Concat(OfControl(app, foreign))
            .OrderBy(f => f.Kind)];

    private static IEnumerable<MailAppFinding> OfOrigin(MailAppAccess app, AppOrigin origin)
    {
        if (origin.AdoptedAt is { } at)
        {
            yield return new(
                MailAppFindingKind.Adopted,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Another user registered the app. It was adopted on {at.UtcDateTime:yyyy-MM-dd}. ")
                    + $"Kept access: {(origin.Accepted.Count == 0 ? "none" : string.Join(", ", origin.Accepted))}.")
            {
                Advice = "Check regularly who controls it. For a product with a recipe, use Test-MailApp.",
            };
        }
        else if (app.IsOwn == true && !origin.IsProved)
        {
            yield return new(
                MailAppFindingKind.NotProved,
                "The app wasn't registered or adopted on this computer, and has no service principal of its name in Exchange.")
            {
                Advice = "Check its owners and credentials. If it is your app, specify it by its client ID.",
            };
        }
    }

    private static IEnumerable<MailAppFinding> OfControl(MailAppAccess app, IReadOnlyList<AppControl> foreign)
    {
        if (foreign.Count > 0)
        {
            yield return new(
                MailAppFindingKind.ForeignControl,
                $"These can act as the app or change it, and weren't added from this computer: {string.Join(", ", foreign)}.")
            {
                Advice = app.IsOwn == true
                    ? $"Remove them with New-MailAppRegistration -App {app.ClientId} -Adopt. To keep one, specify it with "
                        + "-Accept."
                    : "Check them in the enterprise application, and remove those that you don't know.",
            };
        }
    }

    private static IEnumerable<MailAppFinding> OfAccess(MailAppAccess app, bool isPointerWrong, DateTimeOffset now)
    {
        // Access that policies might restrict is reported as granted until the policies can be read.
        var wide = app.Access
            .Where(a => a.Reach == MailReach.TenantWide
                || a is { Mechanism: MailAppMechanism.EntraApplication, Reach: MailReach.Unknown, Protocol: "Graph"
                    or "EWS" }).ToArray();
        if (wide.Length > 0)
        {
            yield return new(
                MailAppFindingKind.TenantWide, $"{Names(wide)}: {string.Join("; ", wide.Select(a => a.Scope).Distinct())}.")
                {
                    Advice = "To restrict the app to the mailboxes that it requires, run Limit-MailApp.",
                };
            var roles = app.Access
                .Where(a => a is { Mechanism: MailAppMechanism.ExchangeRole, Reach: MailReach.Mailboxes }).ToArray();
            if (roles.Length > 0)
            {
                yield return new(
                    MailAppFindingKind.ScopeDefeated,
                    $"{Names(roles)} would restrict the app, but {Names(wide)} makes this ineffective, because both "
                        + $"are additive.")
                    {
                        Advice = "To remove the permission for all mailboxes, run Limit-MailApp again.",
                    };
            }
        }

        if (isPointerWrong)
        {
            yield return new(
                MailAppFindingKind.WrongServicePrincipal,
                "The service principal in Exchange doesn't have the object ID of the enterprise application, so its "
                    + "roles and permissions in Exchange have no effect.")
            {
                Advice = "Run Grant-MailboxAccess -Force to re-create the service principal in Exchange. Permissions "
                    + "and role assignments are kept.",
            };
        }

        foreach (var path in app.Access.Where(
            a => a.Reach == MailReach.None && a.Protocol != PermissionTable.OutlookRest && !isPointerWrong))
        {
            yield return new(MailAppFindingKind.NoEffect, $"{path.Permission} gives access to {path.Scope}.")
            {
                Advice = "Complete the configuration, or remove the permission.",
            };
        }
    }

    private static IEnumerable<MailAppFinding> OfCredentials(MailAppAccess app, DateTimeOffset now)
    {
        var ended = app.Credential.Where(c => AppCredentials.HasEnded(c, now)).ToArray();
        var good = app.Credential.Except(ended).ToArray();
        if (ended.Length > 0)
        {
            yield return new(
                MailAppFindingKind.CredentialExpired,
                good.Length > 0
                    ? $"Expired credentials haven't been removed: {Credentials(ended)}."
                    : $"The app can't sign in anymore because its credentials have expired: {Credentials(ended)}.")
            {
                Advice = good.Length > 0
                    ? "Remove-MailAppCredential -Expired"
                    : "To renew the credential, run Update-MailAppSecret or New-MailAppCertificate. If the app isn't "
                        + "used anymore, run Remove-MailAppRegistration.",
            };
        }

        if (good.Length > 0 && good.All(c => c.ExpiresAt <= now + Soon))
        {
            yield return new(
                MailAppFindingKind.CredentialExpiring,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The last credential of the app expires on "
                        + $"{good.Max(c => c.ExpiresAt)!.Value.UtcDateTime:yyyy-MM-dd}: {Credentials(good)}."))
            {
                Advice = "Run Update-MailAppSecret or New-MailAppCertificate.",
            };
        }

        if (good.Any(c => c.Kind == CredentialKind.Secret))
        {
            yield return new(
                MailAppFindingKind.Secret,
                $"The app uses a client secret: {Credentials([.. good.Where(c => c.Kind == CredentialKind.Secret)])}. "
                    + $"Anyone who obtains the secret can sign in as the app.")
            {
                Advice = "If the product supports certificates, run New-MailAppCertificate. The private key then "
                    + "stays on the product's computer.",
            };
        }
    }

    private static IEnumerable<MailAppFinding> OfUse(
        MailAppAccess app, bool tellsUse, DateTimeOffset? grantedAt, DateTimeOffset now)
    {
        if (tellsUse && !(app.LastSignInAt > now - Long) && !(grantedAt > now - Soon))
        {
            yield return new(MailAppFindingKind.Unused, app.LastSignInAt is { } last
                ? string.Create(CultureInfo.InvariantCulture, $"The last sign-in was on {last.UtcDateTime:yyyy-MM-dd}.")
                : "The app has never signed in, according to the service.")
            {
                Advice = "Contact its owner. If the app isn't used anymore, run Revoke-MailAppConsent or "
                    + "Remove-MailAppRegistration.",
            };
        }
    }

    private static string Names(IEnumerable<MailAppAccessPath> paths) =>
        string.Join(", ", paths.Select(p => p.Permission).Distinct());

    private static string Credentials(IReadOnlyList<MailAppCredential> some)
    {
        if (some.Count == 1)
        {
            return $"a {Word(some[0])}";
        }

        var isMixed = some.Select(c => c.Kind).Distinct().Count() > 1;
        return $"{some.Count} {(isMixed ? "credentials" : $"{Word(some[0])}s")}";
    }

    private static string Word(MailAppCredential credential) =>
        credential.Kind == CredentialKind.Secret ? "secret" : "certificate";
}
