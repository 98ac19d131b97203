using System.Globalization;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Compares the Entra configuration of an app with its recipe.</summary>
internal sealed class AppDrift(Session session, MailAppRegistration app, InstallRequest request, DriftList found)
{
    /// <summary>Compares the requested and the granted permissions.</summary>
    public void Permissions(IReadOnlyList<MailAppPermission> granted)
    {
        foreach (var wanted in request.Granted)
        {
            var isOwn = request.Recipe.VendorApp is null;
            var isAsked = !isOwn || app.RequestedPermission.Contains(wanted, DriftList.Key);
            var isMissing = !granted.Contains(wanted, DriftList.Key);
            if (isMissing && isAsked)
            {
                found.Add(MailAppDriftKind.ConsentMissing, $"{wanted}", Kind(wanted), isOwn ? "requested, not granted" : null,
                    "Consent is missing, so tokens don't contain the permission.", StepName.Consent);
            }
            else if (isMissing)
            {
                found.Add(MailAppDriftKind.Missing, $"{wanted}", Kind(wanted), null,
                    "The permission is neither requested nor granted.", StepName.Consent);
            }

            if (!isAsked)
            {
                found.Add(MailAppDriftKind.Missing, $"{wanted} in the app registration", Kind(wanted), null,
                    "The app registration doesn't request the permission, so the portal doesn't show it.", StepName.Register);
            }
        }

        var extras = granted
            .Where(g => !request.Permissions.Contains(g, DriftList.Key) && !UserConsentPolicy.SignInScopes.Contains(g.Name));
        foreach (var extra in extras.Distinct(DriftList.Key))
        {
            var cause = PermissionName.OpensEveryMailbox(extra)
                ? "It gives access to all mailboxes of the tenant, and the product doesn't require it."
                : "The product doesn't require it.";
            found.Add(MailAppDriftKind.Excess, $"{extra}", null, $"granted ({Kind(extra)})", cause, StepName.Excess);
        }

        foreach (var asked in app.RequestedPermission.Where(
            r => !request.Granted.Contains(r, DriftList.Key) && !granted.Contains(r, DriftList.Key)))
        {
            found.Add(MailAppDriftKind.Excess, $"{asked} in the app registration", null, "requested, not granted",
                "The permission is granted the next time that an administrator consents in the portal.", StepName.Excess);
        }
    }

    /// <summary>Compares the secret and its expiration.</summary>
    public async Task CredentialAsync(MailAppRecipeCredential wanted, CancellationToken cancellationToken)
    {
        var now = session.Wire.Time.GetUtcNow();
        var registration = await new AppDirectory(session)
            .ReadApplicationAsync(app, null, cancellationToken).ConfigureAwait(false);
        var last = new AppCredentials(session).Describe(registration, used: null).MaxBy(s => s.ExpiresAt);
        var ends = string.Create(CultureInfo.InvariantCulture, $"expires {last?.ExpiresAt:yyyy-MM-dd}");
        if (last is null)
        {
            found.Add(MailAppDriftKind.Missing, "secret", $"{wanted.Lifetime} months", null,
                "The app has no credential and can't sign in.", StepName.Credential);
        }
        else if (AppCredentials.HasEnded(last, now))
        {
            found.Add(MailAppDriftKind.Expired, "secret", "a valid secret", ends, "The product is rejected "
                + "with AADSTS7000222.",
                StepName.Credential);
        }
        else if (last.ExpiresAt - now < TimeSpan.FromDays(wanted.Reminder))
        {
            found.AddOpen(MailAppDriftKind.ExpiresSoon, "secret", $"more than {wanted.Reminder} days", ends,
                "When the secret has expired, the product can't sign in.",
                "To create a new secret while this one is valid, run Update-MailAppSecret. Then enter it in the product.");
        }
    }

    /// <summary>Finds owners and credentials that weren't added with MailAdmin.</summary>
    public async Task ControlAsync(CancellationToken cancellationToken)
    {
        var registration = await new AppDirectory(session)
            .ReadApplicationAsync(app, null, cancellationToken).ConfigureAwait(false);
        foreach (var control in await new AppControls(session)
            .UnknownAsync(registration, cancellationToken).ConfigureAwait(false))
        {
            found.AddOpen(MailAppDriftKind.ForeignAccess, $"{control}", null, "not added with MailAdmin",
                "Its owner can sign in as the app, or add a credential to it.",
                $"To keep it, run Repair-MailApp -App {app.ClientId} -Recipe {request.Recipe.Name} -Adopt -Accept "
                    + $"'{control.Label}'. Without -Accept, it is removed.");
        }
    }

    /// <summary>The redirect URI.</summary>
    public void Redirect()
    {
        if (request.RedirectUri is { } uri
            ? !app.RedirectUri.Contains(new MailAppRedirectUri(uri, request.Recipe.Redirect!.Platform))
            : ProductSettingsFile.CustomerOf(request.Recipe, app) is null)
        {
            found.Add(MailAppDriftKind.Missing, "redirect URI", request.RedirectUri ?? request.Recipe.Redirect!.Uri,
                app.RedirectUri.Length == 0 ? null : string.Join(", ", app.RedirectUri.AsEnumerable()),
                "Sign-ins of users are rejected with AADSTS50011, because Entra compares each character of the URI.",
                StepName.Register);
        }
    }

    /// <summary>Compares whether only assigned users can sign in.</summary>
    public async Task AssignmentAsync(CancellationToken cancellationToken)
    {
        var principal = await session.CallGraphAsync(
            g => g.ServicePrincipals[app.ServicePrincipalObjectId]
                .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (principal?.AppRoleAssignmentRequired != true && !request.AllUsers)
        {
            found.Add(MailAppDriftKind.Unrestricted, "assignment", "required", "not required",
                "All users of the tenant can sign in to the vendor's app.", StepName.Assignment);
        }
    }

    private static string Kind(MailAppPermission permission) => permission.Kind.ToString().ToLowerInvariant();
}
