using System.Globalization;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using static MailAdmin.Core.Recipes.Install.InstallStep;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>The steps that create the tenant's own app, with its credential, permissions, and scope.</summary>
internal static class AppSteps
{
    /// <summary>Creates the registration with its service principal, requested permissions, and redirect URI.</summary>
    public static InstallStep Register(InstallRequest request)
    {
        var asks = request.Granted.Count > 0 ? $"requesting {List(request.Granted)}" : "requesting no permissions in Entra";
        var back = request.RedirectUri is { } uri ? $", with the redirect URI {uri}" : "";
        return new InstallStep(
            StepName.Register, request.Name, $"Register the app for {request.Recipe.SignInAudience}, {asks}{back}",
            StepRoles.Apps, RegisterAsync);
    }

    /// <summary>A redirect URI can't be set until the customer's name is specified.</summary>
    public static InstallStep Redirect(InstallRequest request)
    {
        var redirect = request.Recipe.Redirect!;
        return new InstallStep(
            StepName.Redirect, request.Name,
            $"Set the redirect URI {redirect.Uri} ({redirect.Platform}) manually, because the customer's name wasn't specified",
            StepRoles.Apps, WithApp((run, app, _) => Task.FromResult(Redirect(run, app))));
    }

    /// <summary>Creates a secret unless the app has a valid one. Repeated runs never create a second one.</summary>
    public static InstallStep Credential(InstallRequest request) => new(
        StepName.Credential, request.Name,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Create a client secret of {Lifetime(request)} months, unless a valid one exists"),
        StepRoles.Apps, WithApp(CredentialAsync));

    /// <summary>Grants the permissions in Entra: application permissions, and delegated ones.</summary>
    public static InstallStep Consent(InstallRequest request)
    {
        var people = request.AllUsers || request.Kind == MailAppRecipeKind.AppOnly
            ? "all users"
            : string.Join(", ", request.People);
        var whom = HasDelegated(request) ? $" for {people}" : "";
        return new InstallStep(
            StepName.Consent, request.Name, $"Grant {List(request.Granted)}{whom}", ConsentRole(request),
            WithApp(ConsentAsync));
    }

    /// <summary>
    /// Assigns Exchange roles for the mailboxes only, and removes the tenant-wide permissions in Entra. Mailboxes of earlier runs
    /// stay in the scope.
    /// </summary>
    public static InstallStep Restrict(InstallRequest request) => new(
        StepName.Restrict, request.Name,
        $"Assign roles in Exchange for {List(request.Scoped)}, only for {string.Join(", ", request.Mailboxes)}",
        ExchangeRoles.Organization, WithApp((run, _, cancellationToken) => RestrictAsync(run, cancellationToken)));

    /// <summary>
    /// Removes permissions that the recipe doesn't request: granted permissions, Exchange roles, and requested permissions of the
    /// registration.
    /// </summary>
    public static InstallStep Excess(InstallRequest request) => new(
        StepName.Excess, request.Name, $"Remove all permissions except {List(request.Permissions)}",
        $"{StepRoles.Grants}, and {ExchangeRoles.Organization} for roles in Exchange", WithApp(ExcessAsync));

    private static async Task<StepResult> RegisterAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var request = run.Request;
        var app = await new AppProvisioner(run.Session).EnsureAsync(
            new AppSpecification
            {
                Name = request.Name,
                App = request.App,
                Recipe = request.Recipe.Name,
                Permissions = request.Granted,
                SignInAudience = request.Recipe.SignInAudience,
                RedirectUris = request.RedirectUri is { } uri
                    ? [new MailAppRedirectUri(uri, request.Recipe.Redirect!.Platform)]
                    : [],
                RegistrationOnly = true,
                PlansSecret = request.Recipe.Credential is not null,
                SecretLifetime = request.Recipe.Credential is null ? 1 : Lifetime(request),
                IsLifetimeAsked = request.SecretLifetime is not null,
            },
            cancellationToken).ConfigureAwait(false);
        run.Remember(app);
        return StepResult.FromChange(app.Change, $"Client ID: {app.ClientId}.", app.Pending);
    }

    private static StepResult Redirect(InstallRun run, MailAppRegistration app)
    {
        var redirect = run.Request.Recipe.Redirect!;
        return ProductSettingsFile.CustomerOf(run.Request.Recipe, app) is { } customer
            ? StepResult.Unchanged($"Set for {customer}.")
            : new StepResult(
                MailAppStepStatus.Pending, $"The redirect URI is {redirect.Uri}, but the customer's name wasn't specified.")
            {
                Advice = $"Run the command again with -Customer, or add the URI to the app registration under "
                    + $"Authentication, {redirect.Platform}.",
            };
    }

    private static async Task<StepResult> CredentialAsync(
        InstallRun run, MailAppRegistration app, CancellationToken cancellationToken)
    {
        var now = run.Session.Wire.Time.GetUtcNow();
        var registration = await new AppDirectory(run.Session)
            .ReadApplicationAsync(app, null, cancellationToken).ConfigureAwait(false);
        await LostSecrets.RemoveAsync(run.Session, registration, cancellationToken).ConfigureAwait(false);
        var lasting = new AppCredentials(run.Session).Describe(registration, used: null)
            .LastOrDefault(c => c.Kind == CredentialKind.Secret && AppCredentials.Lasts(c, now));
        if (lasting is not null)
        {
            var value = run.Secret is null ? "; its value isn't available" : "";
            return StepResult.Unchanged(string.Create(
                CultureInfo.InvariantCulture, $"The client secret expires {lasting.ExpiresAt:yyyy-MM-dd}{value}."));
        }

        var renewed = await new AppSecrets(run.Session).MakeLastingAsync(
            app, run.Request.Recipe.Name,
            SecretLifetime.Of(run.Request.SecretLifetime, "-SecretLifetime", Lifetime(run.Request)),
            cancellationToken).ConfigureAwait(false);
        run.Remember(renewed);
        var detail = string.Create(CultureInfo.InvariantCulture, $"Created client secret. Expires "
            + $"{renewed.SecretExpiresAt:yyyy-MM-dd}.");
        return StepResult.FromChange(renewed.Change, detail, renewed.Pending) with { MadeSecret = true };
    }

    private static async Task<StepResult> ConsentAsync(
        InstallRun run, MailAppRegistration app, CancellationToken cancellationToken)
    {
        var request = run.Request;
        var consent = new AppConsent(run.Session);
        var (change, pending) = (ChangeKind.Unchanged, new List<MailAdminPending>());
        var isForOnes = HasDelegated(request) && !request.AllUsers && request.Kind != MailAppRecipeKind.AppOnly;
        foreach (var user in isForOnes ? request.People : [null!])
        {
            app = await consent.GrantAsync(
                app, request.Granted, user, request.TenantWide, cancellationToken).ConfigureAwait(false);
            if (app.Change == ChangeKind.Pending)
            {
                var told = string.Join(" ", app.Pending.Select(p => p.Plain));
                return new StepResult(
                    MailAppStepStatus.Pending,
                    app.AdminConsentUri is null ? told : $"Requires {ConsentRole(request)}. {told}");
            }

            change = app.Change == ChangeKind.Unchanged ? change : ChangeKind.Updated;
            pending.AddRange(app.Pending);
        }

        run.Remember(app);
        return StepResult.FromChange(change, $"Granted: {List(request.Granted)}.", pending);
    }

    private static async Task<StepResult> RestrictAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var limit = await new AppScopes(run.Session).LimitAsync(
            run.Facts, new ScopeRequest { Add = run.Request.Mailboxes }, run.Mailboxes, run.Request.Scoped,
            new LimitOptions(EnableCustomization: run.Request.EnableCustomization, Only: true),
            cancellationToken).ConfigureAwait(false);
        var detail = $"Assigned {string.Join(", ", limit.Permission)} for {string.Join(", ", limit.Mailbox)}.";
        return StepResult.FromChange(limit.Change, detail, limit.Pending) with { RunAgainAfter = limit.EffectiveBy };
    }

    private static async Task<StepResult> ExcessAsync(
        InstallRun run, MailAppRegistration app, CancellationToken cancellationToken)
    {
        var request = run.Request;
        var (done, pending, isShown) = (new List<string>(), new List<MailAdminPending>(), true);
        var extra = app.GrantedPermission
            .Where(g => !IsAmong(request.Permissions, g) && !UserConsentPolicy.SignInScopes.Contains(g.Name)).ToArray();
        if (extra.Length > 0)
        {
            app = await new AppConsent(run.Session).RevokeAsync(app, extra, null, cancellationToken).ConfigureAwait(false);
            pending.AddRange(app.Pending);
            isShown = app.Change != ChangeKind.Pending;
            done.AddRange(extra.Select(e => e.ToString()));
        }

        if (app.ApplicationObjectId is not null && app.RequestedPermission.Any(r => !IsAmong(request.Granted, r)))
        {
            app = await new AppProvisioner(run.Session).TrimAsync(app, request.Granted, cancellationToken).ConfigureAwait(false);
            isShown &= app.Change != ChangeKind.Pending;
            done.Add("additional requested permissions");
        }

        run.Remember(app);
        var roles = await RemoveRolesAsync(run, cancellationToken).ConfigureAwait(false);
        done.AddRange(roles.Removed);
        isShown &= roles.IsShown;
        return StepResult.FromChange(
            done.Count == 0 ? ChangeKind.Unchanged : isShown ? ChangeKind.Removed : ChangeKind.Pending,
            done.Count == 0 ? "No excess permissions." : $"Removed {string.Join(", ", done)}.", pending);
    }

    private static async Task<(IReadOnlyList<string> Removed, bool IsShown)> RemoveRolesAsync(
        InstallRun run, CancellationToken cancellationToken)
    {
        if (run.Request.Kind != MailAppRecipeKind.AppOnly)
        {
            return ([], true);
        }

        var wanted = run.Request.Scoped.Select(p => RoleNames.For(p, run.Session.Cloud)!)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var extra = await ExtraAsync(cancellationToken).ConfigureAwait(false);
        foreach (var assignment in extra)
        {
            await RoleAssignments.RemoveAsync(
                run.Session, run.Facts.App, assignment, cancellationToken).ConfigureAwait(false);
        }

        var isShown = extra.Length == 0 || await run.Session.IsShownAsync("The removal of the role assignments", async ct =>
        {
            run.Facts.Forget();
            return (await ExtraAsync(ct).ConfigureAwait(false)).Length == 0;
        }, cancellationToken).ConfigureAwait(false);
        return ([.. extra.Select(a => a.Text("Role") ?? "")], isShown);

        async Task<ExchangeObject[]> ExtraAsync(CancellationToken ct) =>
            [
                .. (await run.Facts.AssignmentsAsync(ct).ConfigureAwait(false))
                    .Where(a => !wanted.Contains(a.Text("Role") ?? "")),
            ];
    }

    private static int Lifetime(InstallRequest request) => request.SecretLifetime ?? request.Recipe.Credential!.Lifetime;

    private static bool HasDelegated(InstallRequest request) => request.Granted.Any(p => p.Kind == PermissionKind.Delegated);

    // The lesser role isn't allowed to grant application permissions of Graph.
    private static string ConsentRole(InstallRequest request) =>
        request.Granted.Any(p => p is { Kind: PermissionKind.Application, Resource: "Graph" })
            ? StepRoles.Grants
            : StepRoles.Apps;

    private static bool IsAmong(IEnumerable<MailAppPermission> permissions, MailAppPermission permission) =>
        permissions.Any(
            p => p.Resource == permission.Resource && p.Kind == permission.Kind
                && p.Name.Equals(permission.Name, StringComparison.OrdinalIgnoreCase));
}
