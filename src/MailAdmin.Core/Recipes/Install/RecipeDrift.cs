using System.Globalization;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Holds what an app has against what its recipe says: permissions and their consent, credential, redirect URI, restriction,
/// rights on mailboxes and their settings. It reads what is configured and changes nothing.
/// </summary>
internal sealed class RecipeDrift
{
    private readonly Session _session;
    private readonly InstallRequest _request;
    private readonly MailAppRegistration _app;
    private readonly List<(MailAppDrift Drift, string Step)> _found = [];
    private readonly List<MailCheck> _checks = [];

    /// <summary>Compares with a session.</summary>
    /// <param name="session">Signed in with Directory.Read.All, and Exchange.ManageAsApp with View-Only Organization Management
    /// for what is in Exchange.</param>
    /// <param name="app">The app.</param>
    /// <param name="request">The recipe, and the mailboxes that the app is for.</param>
    public RecipeDrift(Session session, MailAppRegistration app, InstallRequest request) =>
        (_session, _app, _request) = (session, app, request with { Cloud = session.Cloud });

    /// <summary>Where the app differs, once it was looked at.</summary>
    public IReadOnlyList<MailAppDrift> Found => [.. _found.Select(f => f.Drift)];

    /// <summary>The steps of a plan that close the differences.</summary>
    internal IReadOnlySet<string> Steps => _found.Select(f => f.Step).ToHashSet(StringComparer.Ordinal);

    private MailAppRecipe Recipe => _request.Recipe;

    /// <summary>Looks.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer; an area that the session may not look at is skipped and says so.</returns>
    /// <exception cref="ConnectionLostException">The service could not be reached.</exception>
    /// <exception cref="InvalidRequestException">A mailbox is not there, or the recipe does not have this way of
    /// access.</exception>
    public async Task<MailAppTest> RunAsync(CancellationToken cancellationToken)
    {
        _found.Clear();
        _checks.Clear();
        var grants = _app.ServicePrincipalObjectId is null
            ? []
            : await new AppDirectory(_session).Grants.ReadAsync(
                _app.ServicePrincipalObjectId, cancellationToken).ConfigureAwait(false);
        await CheckAsync("Permissions", () => PermissionsAsync(grants, cancellationToken)).ConfigureAwait(false);
        if (Recipe.Credential is { } credential)
        {
            await CheckAsync("Credential", () => CredentialAsync(credential, cancellationToken)).ConfigureAwait(false);
        }

        if (Recipe.Redirect is not null)
        {
            await CheckAsync("Redirect", RedirectAsync).ConfigureAwait(false);
        }

        if (_request.Kind == MailAppRecipeKind.AppOnly && Recipe.Restricted)
        {
            await CheckAsync("Restriction", () => RestrictionAsync(grants, cancellationToken)).ConfigureAwait(false);
        }

        if (Recipe.VendorApp is not null)
        {
            await CheckAsync("Assignment", () => AssignmentAsync(cancellationToken)).ConfigureAwait(false);
        }

        foreach (var mailbox in _request.Mailboxes)
        {
            await CheckAsync($"Mailbox {mailbox}", () => MailboxAsync(mailbox, cancellationToken)).ConfigureAwait(false);
        }

        return new MailAppTest
        {
            App = _app.Name,
            ClientId = _app.ClientId,
            Recipe = Recipe.Name,
            Verdict = MailboxTester.Judge(_checks),
            Checks = [.. _checks],
            Drift = [.. Found],
            TestedAt = _session.Wire.Time.GetUtcNow(),
        };
    }

    /// <summary>
    /// Refuses an app that nothing but its own tag assigns to the recipe: its owner writes that tag, and would get what the
    /// recipe asks for.
    /// </summary>
    /// <param name="session">
    /// Signed in with Directory.Read.All, and for apps that were not registered from here Exchange.ManageAsApp.
    /// </param>
    /// <param name="app">The app.</param>
    /// <param name="recipe">The recipe that its tag names.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidRequestException">
    /// It was not registered from here, and Exchange does not know it by its name (ForeignApp).
    /// </exception>
    public static async Task RequireOwnAsync(
        Session session, MailAppRegistration app, MailAppRecipe recipe, CancellationToken cancellationToken)
    {
        if (recipe.VendorApp is { } vendor && vendor.ClientId.Equals(app.ClientId, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var directory = new AppDirectory(session);
        await new AppIdentity(session, directory).RequireOwnAsync(
            await directory.FindOwnAsync(app.ClientId, cancellationToken).ConfigureAwait(false),
            $"Only a tag that its owner can write says that it is for {recipe.Name}. "
                + $"If you mean this app and trust its owners, name the recipe: -Recipe {recipe.Name}.",
            cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckAsync(string name, Func<Task> look)
    {
        var before = _found.Count;
        try
        {
            await look().ConfigureAwait(false);
            var news = _found.Skip(before).Select(f => f.Drift).ToArray();
            _checks.Add(news.Length == 0 ? new MailCheck(name, CheckStatus.Passed) { Evidence = "as the recipe says" }
                : new MailCheck(
                    name, Array.TrueForAll(news, d => d.Kind == MailAppDriftKind.ExpiresSoon)
                        ? CheckStatus.Warning
                        : CheckStatus.Failed)
                {
                    Evidence = string.Join("; ", news.Select(d => d.ToString())),
                    Cause = news[0].Cause,
                    Advice = news[0].Advice,
                });
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            _checks.Add(new MailCheck(name, CheckStatus.Skipped)
            {
                Evidence = $"this account may not look at it: {e.Message}", ServiceCode = e.SubCode ?? e.Code,
                ServiceMessage = e.Message, RequestId = e.RequestId,
            });
        }
    }

    private Task PermissionsAsync(IReadOnlyList<Grant> grants, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var granted = grants.Select(g => g.Permission).ToArray();
        foreach (var wanted in _request.Granted)
        {
            if (!granted.Contains(wanted, Key))
            {
                var isAsked = _app.RequestedPermission.Contains(wanted, Key) || Recipe.VendorApp is not null;
                Add(isAsked ? MailAppDriftKind.ConsentMissing : MailAppDriftKind.Missing, $"{wanted}", Kind(wanted),
                    isAsked && Recipe.VendorApp is null ? "asked for, not granted" : null,
                    isAsked
                        ? "Nobody consented to the permission, so no token has it."
                        : "The app neither asks for the permission nor has it.", ConsentStep.StepName);
            }

            if (Recipe.VendorApp is null && !_app.RequestedPermission.Contains(wanted, Key))
            {
                Add(MailAppDriftKind.Missing, $"{wanted} in the registration", Kind(wanted), null,
                    "The registration does not ask for the permission, so the portal does not show it.", RegisterStep.StepName);
            }
        }

        foreach (var extra in granted
            .Where(g => !_request.Permissions.Contains(g, Key) && !UserConsentPolicy.SignInScopes.Contains(g.Name)).Distinct(Key))
        {
            Add(MailAppDriftKind.Excess, $"{extra}", null, $"granted ({Kind(extra)})", PermissionName.OpensEveryMailbox(extra)
                ? "It opens every mailbox of the tenant, and the product does not need it." : "The product does not need it.",
                ExcessStep.StepName);
        }

        foreach (var asked in _app.RequestedPermission.Where(
            r => !_request.Granted.Contains(r, Key) && !granted.Contains(r, Key)))
        {
            Add(MailAppDriftKind.Excess, $"{asked} in the registration", null, "asked for, not granted",
                "The next admin who consents in the portal grants it.", ExcessStep.StepName);
        }

        return Task.CompletedTask;
    }

    private async Task CredentialAsync(MailAppRecipeCredential wanted, CancellationToken cancellationToken)
    {
        var now = _session.Wire.Time.GetUtcNow();
        var secrets = new List<MailAppCredential>();
        await foreach (var credential in new AppCredentials(_session).ListAsync(_app, cancellationToken).ConfigureAwait(false))
        {
            secrets.Add(credential);
        }

        var last = secrets.MaxBy(s => s.ExpiresAt);
        var ends = string.Create(CultureInfo.InvariantCulture, $"ends {last?.ExpiresAt:yyyy-MM-dd}");
        if (last is null)
        {
            Add(MailAppDriftKind.Missing, "secret", $"{wanted.Lifetime} months", null, "The app has nothing to sign in with.",
                CredentialStep.StepName);
        }
        else if (AppCredentials.HasEnded(last, now))
        {
            Add(MailAppDriftKind.Expired, "secret", "one that lasts", ends, "The product is refused with AADSTS7000222.",
                CredentialStep.StepName);
        }
        else if (last.ExpiresAt - now < TimeSpan.FromDays(wanted.Reminder))
        {
            _found.Add((Drift(MailAppDriftKind.ExpiresSoon, "secret", $"more than {wanted.Reminder} days", ends,
                "The product is refused once it has ended.",
                "Update-MailAppSecret makes a new one while this one still works; it has to be entered in the product."), ""));
        }
    }

    private Task RedirectAsync()
    {
        if (_request.RedirectUri is { } uri
            ? !_app.RedirectUri.Contains(new MailAppRedirectUri(uri, Recipe.Redirect!.Platform))
            : ProductSettingsFile.CustomerOf(Recipe, _app) is null)
        {
            Add(MailAppDriftKind.Missing, "redirect URI", _request.RedirectUri ?? Recipe.Redirect!.Uri,
                _app.RedirectUri.Length == 0 ? null : string.Join(", ", _app.RedirectUri.AsEnumerable()),
                "A sign-in of a person is refused with AADSTS50011: the URI is compared letter by letter.",
                RegisterStep.StepName);
        }

        return Task.CompletedTask;
    }

    private async Task RestrictionAsync(IReadOnlyList<Grant> grants, CancellationToken cancellationToken)
    {
        foreach (var wide in grants.Select(g => g.Permission)
            .Where(p => PermissionName.OpensEveryMailbox(p) && _request.Scoped.Contains(p, Key)))
        {
            Add(MailAppDriftKind.Unrestricted, $"{wide}", $"for {Mailboxes} alone", "granted by Entra for every mailbox",
                "What Entra grants and what Exchange grants add up: the app gets into every mailbox.", RestrictStep.StepName);
        }

        var registry = new ServicePrincipalRegistry(_session);
        var principal = await registry.FindAsync(_app.ClientId, cancellationToken).ConfigureAwait(false);
        if (principal is not null && !ServicePrincipalRegistry.IsRight(principal, _app))
        {
            _found.Add((Drift(MailAppDriftKind.Missing, "service principal in Exchange", _app.ServicePrincipalObjectId,
                principal.ObjectId,
                principal.ObjectId.Equals(_app.ApplicationObjectId, StringComparison.OrdinalIgnoreCase)
                    ? "Exchange knows the app by the object id of the app registration, which is in no token of the app."
                    : "Exchange knows the app by an object id that is in no token of the app.",
                "Grant-MailboxAccess -Force makes the entry anew, with the rights and roles that it had."), ""));
            return;
        }

        var roles = principal is null
            ? []
            : (await new AppScopes(_session).AssignmentsAsync(principal, cancellationToken).ConfigureAwait(false))
                .Select(a => a.Text("Role") ?? "").ToArray();
        var wanted = _request.Scoped.Select(p => RoleNames.For(p, _session.Cloud)!)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        foreach (var role in wanted.Except(roles, StringComparer.OrdinalIgnoreCase))
        {
            Add(MailAppDriftKind.Missing, role, $"for {Mailboxes}", null, "The app has no role for this in Exchange.",
                RestrictStep.StepName);
        }

        foreach (var role in roles.Except(wanted, StringComparer.OrdinalIgnoreCase))
        {
            Add(MailAppDriftKind.Excess, role, null, "assigned in Exchange", "The product does not need it.",
                ExcessStep.StepName);
        }

        if (_request.Scoped.Count > 0 && principal is not null)
        {
            var has = await AppMailboxes.OfAsync(_session, _app, cancellationToken).ConfigureAwait(false);
            foreach (var mailbox in _request.Mailboxes.Where(m => !has.Contains(m, StringComparer.OrdinalIgnoreCase)))
            {
                Add(MailAppDriftKind.Missing, $"{mailbox} in the scope", mailbox, string.Join(", ", has),
                    "The roles of the app do not reach this mailbox.", RestrictStep.StepName);
            }
        }
    }

    private async Task AssignmentAsync(CancellationToken cancellationToken)
    {
        var principal = await _session.CallGraphAsync(
            g => g.ServicePrincipals[_app.ServicePrincipalObjectId]
                .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (principal?.AppRoleAssignmentRequired != true && !_request.AllUsers)
        {
            Add(MailAppDriftKind.Unrestricted, "assignment", "required", "not required",
                "Every user of the tenant may sign in to the vendor's app.", AssignmentStep.StepName);
        }
    }

    private async Task MailboxAsync(string mailbox, CancellationToken cancellationToken)
    {
        var needs = Recipe.Mailbox;
        if (needs.ImapEnabled || needs.TimeZone)
        {
            var settings = await new MailboxSettings(_session).GetAsync(mailbox, cancellationToken).ConfigureAwait(false);
            if (needs.ImapEnabled && settings.ImapEnabled != true)
            {
                Add(MailAppDriftKind.Missing, $"IMAP of {mailbox}", "on", "off",
                    "A sign-in over IMAP is answered with 'User is authenticated but not connected'.", SettingsStep.StepName);
            }

            if (needs.TimeZone && settings.TimeZone is null)
            {
                Add(MailAppDriftKind.Missing, $"time zone of {mailbox}", "any", null,
                    "Nobody ever opened the mailbox, and the product reads times wrongly.", SettingsStep.StepName);
            }
        }

        if (needs.FullAccess && _request.Kind == MailAppRecipeKind.AppOnly)
        {
            var test = await new EffectiveAccess(_session)
                .TestAsync(_app, mailbox, MailProtocol.Imap, cancellationToken).ConfigureAwait(false);
            if (test.Checks.FirstOrDefault(
                c => c.Name is "ServicePrincipal" or "FullAccess" && c.Status == CheckStatus.Failed) is { } failed)
            {
                Add(MailAppDriftKind.Missing, $"FullAccess to {mailbox}", "FullAccess", null, failed.Cause!, AccessStep.StepName);
            }
        }
    }

    private string Mailboxes => _request.Mailboxes.Count == 0 ? "its mailboxes" : string.Join(", ", _request.Mailboxes);

    private static string Kind(MailAppPermission permission) => permission.Kind.ToString().ToLowerInvariant();

    private void Add(MailAppDriftKind kind, string item, string? expected, string? actual, string cause, string step) =>
        _found.Add((Drift(kind, item, expected, actual, cause, "Repair-MailApp closes it."), step));

    private MailAppDrift Drift(
        MailAppDriftKind kind, string item, string? expected, string? actual, string cause, string advice) => new()
    {
        App = _app.Name,
        ClientId = _app.ClientId,
        Recipe = Recipe.Name,
        Kind = kind,
        Item = item,
        Expected = expected,
        Actual = actual,
        Cause = cause,
        Advice = advice,
    };

    private static readonly IEqualityComparer<MailAppPermission> Key = EqualityComparer<MailAppPermission>.Create(
        (a, b) => PermissionName.AppIdOf(a!) == PermissionName.AppIdOf(b!) && a!.Kind == b!.Kind
            && a.Name.Equals(b.Name, StringComparison.OrdinalIgnoreCase),
        p => StringComparer.OrdinalIgnoreCase.GetHashCode(p.Name));
}
