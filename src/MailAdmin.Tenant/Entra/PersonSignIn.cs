using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Leads a person through the pages, from choosing who to be to consenting; what comes then differs.</summary>
internal sealed class PersonSignIn(TenantState tenant)
{
    private readonly UserConsent _consent = new(tenant);

    /// <summary>The next page; null when the person is signed in and the app has what it asks for.</summary>
    /// <exception cref="TokenRefusal">The person declined, or may not consent.</exception>
    public TenantAnswer? Next(Client client, string scope, TenantRequest request, out DirectoryObject? user)
    {
        // Forms post to where they came from: the request itself stays in the address.
        var action = request.Uri.PathAndQuery;
        var form = request.Method == "POST" ? request.Form() : [];
        user = People.FirstOrDefault(u => u.Id == form.GetValueOrDefault("user"));
        if (user is null)
        {
            var hint = request.Query("login_hint");
            var preferred = People.FirstOrDefault(u => DirectoryStore.Same(u.Json.Text("userPrincipalName"), hint))
                ?? (hint is null ? People.First() : null);
            return SignInPage.Users(action, client.Name, People, preferred);
        }

        var person = user;
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
        if (!isAdmin && (client.IsOfVendor || missing.Any(m => UserConsent.NeedsAdmin(m.Resource, m.Scopes))))
        {
            // https://learn.microsoft.com/entra/identity/enterprise-apps/configure-risk-based-step-up-consent: people can't
            // consent to such an app; they can ask.
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

    /// <summary>Who can sign in, admins first.</summary>
    private IEnumerable<DirectoryObject> People =>
        tenant.Directory.Users.Where(u => u.Json.Flag("accountEnabled") != false).OrderByDescending(tenant.Directory.IsAdmin);
}
