using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Shows a user the pages from selecting an account to consent. The following step depends on the flow.</summary>
internal sealed class PersonSignIn(TenantState tenant)
{
    /// <summary>The maximum number of users on the page.</summary>
    private const int MostShown = 50;

    private readonly UserConsent _consent = new(tenant);

    /// <summary>Returns the next page; null if the user is signed in and the app has the requested permissions.</summary>
    /// <exception cref="TokenRefusal">The user declined, or isn't allowed to consent.</exception>
    public TenantAnswer? Next(Client client, string scope, TenantRequest request, out DirectoryObject? user)
    {
        // Forms are posted to their own address, which contains the request.
        var action = request.Uri.PathAndQuery;
        var form = request.Method == "POST" ? request.Form() : [];
        user = form.GetValueOrDefault("user") is { } chosen ? tenant.Directory.Users.Find(chosen) : null;
        if (user is null)
        {
            return SignInPage.Users(action, client.Name, People.Take(MostShown), Expected(request.Query("login_hint")));
        }

        var person = user;
        var signIn = tenant.Directory.SignIns.Current;
        (signIn.App, signIn.User, signIn.IsInteractive) = (client.Principal, person, true);
        if (person.Json.Flag("accountEnabled") == false)
        {
            throw TokenRefusal.DisabledUser();
        }

        _consent.CheckAssignment(client, person);
        var missing = ScopeRequest.Parse(tenant, scope).Select(r => (r.Resource, Scopes: _consent.Missing(client, person, r)))
            .Where(m => m.Scopes.Count > 0).ToArray();
        var decision = form.GetValueOrDefault("decision");
        if (decision == "decline")
        {
            throw TokenRefusal.ConsentDeclined();
        }

        if (missing.Length == 0)
        {
            return null;
        }

        var isAdmin = tenant.Directory.IsAdmin(user);
        if (!isAdmin && (missing.Any(m => UserConsent.NeedsAdmin(m.Resource, m.Scopes)) || !UserConsentPolicies.Allow(
            tenant.Directory.UserConsentPolicies, client.AppId, client.IsOfVendor, [.. missing.SelectMany(m => m.Scopes)])))
        {
            // A user who can't consent can request admin consent.
            tenant.Consent.Ask(client.AppId, client.Name, person, [.. missing.SelectMany(m => m.Scopes)], tenant.Now);
            throw TokenRefusal.AdminConsentRequired(client.Name);
        }

        if (decision != "accept")
        {
            return SignInPage.Consent(
                action, client.Name, user,
                missing.SelectMany(m => m.Scopes.Select(s => $"{m.Resource.DisplayName}: {s}")), isAdmin);
        }

        foreach (var (resource, scopes) in missing)
        {
            _consent.Grant(client, isAdmin && form.ContainsKey("organization") ? null : user, resource, scopes);
        }

        return null;
    }

    /// <summary>The users who can sign in, administrators first.</summary>
    private IEnumerable<DirectoryObject> People =>
        tenant.Directory.Users.Where(tenant.Directory.IsAdmin)
            .Concat(tenant.Directory.Users.Where(u => !tenant.Directory.IsAdmin(u)))
            .Where(u => u.Json.Flag("accountEnabled") != false);

    /// <summary>
    /// Returns the expected user. The service returns immediately that the account doesn't exist, or that it can't sign in.
    /// </summary>
    /// <exception cref="TokenRefusal">The account doesn't exist, or is disabled, as that of a shared mailbox.</exception>
    private DirectoryObject Expected(string? hint)
    {
        var user = hint is null ? People.First() : tenant.Directory.Users.Find(hint) ?? throw TokenRefusal.NoUser(hint);
        return user.Json.Flag("accountEnabled") == false ? throw TokenRefusal.DisabledUser() : user;
    }
}
