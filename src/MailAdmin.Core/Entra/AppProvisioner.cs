using Microsoft.Graph.Applications.Item.AddPassword;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Entra;

/// <summary>
/// Makes an app what it should be: registration, service principal, secret, grants. It reads first and does what is missing,
/// so a run that broke off anywhere is finished by the next one; after each step it waits until the tenant shows it.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/application-post-applications,
/// https://learn.microsoft.com/graph/api/application-addpassword,
/// https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals,
/// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments
/// </remarks>
public sealed class AppProvisioner
{
    private readonly Session _session;
    private readonly AppDirectory _directory;

    /// <summary>Provisions with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, and AppRoleAssignment.ReadWrite.All for grants.</param>
    public AppProvisioner(Session session) => (_session, _directory) = (session, new AppDirectory(session));

    /// <summary>Completes the app.</summary>
    /// <param name="wanted">What it should be like.</param>
    /// <param name="cancellationToken">Ends it between two steps; a later run goes on.</param>
    /// <returns>The app; its secret only if this run made it.</returns>
    /// <exception cref="InvalidRequestException">A permission is unknown, or the name stands for several apps.</exception>
    /// <exception cref="ServiceRefusedException">The service said no to a step.</exception>
    /// <exception cref="ConnectionLostException">The service could not be reached.</exception>
    public async Task<MailAppRegistration> EnsureAsync(AppSpecification wanted, CancellationToken cancellationToken)
    {
        // Names are looked up before anything is made: a typing error must not leave half an app behind.
        var permissions = new List<MailAppPermission>();
        foreach (var permission in wanted.Permissions)
        {
            permissions.Add(await _directory.Catalogue.ResolveAsync(permission, cancellationToken).ConfigureAwait(false));
        }

        var pending = new List<string>();
        var (app, created) = await EnsureApplicationAsync(wanted, permissions, cancellationToken).ConfigureAwait(false);
        var changed = created | await EnsureRequestedAsync(app, permissions, cancellationToken).ConfigureAwait(false);
        var (principal, madePrincipal) = await EnsureServicePrincipalAsync(app, cancellationToken).ConfigureAwait(false);
        var secret = await EnsureSecretAsync(app, wanted.SecretLifetime, cancellationToken).ConfigureAwait(false);
        var granted = await EnsureGrantsAsync(principal, permissions, wanted.TenantWide, pending, cancellationToken).ConfigureAwait(false);
        if (secret is not null)
        {
            await ProveAsync(app, secret, granted, pending, cancellationToken).ConfigureAwait(false);
        }

        changed |= madePrincipal | secret is not null | granted.Any(g => g.New);
        return new MailAppRegistration
        {
            Name = app.DisplayName!,
            TenantId = _session.TenantId,
            ClientId = app.AppId!,
            ApplicationObjectId = app.Id,
            ServicePrincipalObjectId = principal.Id,
            ClientSecret = secret is null ? null : Secret.Close(secret.SecretText!),
            SecretId = (secret ?? Newest(app))?.KeyId.ToString(),
            SecretEndsAt = (secret ?? Newest(app))?.EndDateTime?.ToUniversalTime(),
            SignInAudience = app.SignInAudience,
            RequestedPermission = await _directory.RequestedAsync(app, cancellationToken).ConfigureAwait(false),
            GrantedPermission = await _directory.GrantedAsync(principal.Id!, cancellationToken).ConfigureAwait(false),
            Change = created ? ChangeKind.Created : changed ? ChangeKind.Updated : ChangeKind.Unchanged,
            Pending = pending,
            Handle = _session,
        };
    }

    private async Task<(App App, bool Created)> EnsureApplicationAsync(
        AppSpecification wanted, IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var found = new List<App>();
        await foreach (var app in _directory.FindApplicationsAsync(wanted.Name, null, cancellationToken).ConfigureAwait(false))
        {
            found.Add(app);
        }

        if (found.Count > 1)
        {
            throw new InvalidRequestException("AmbiguousApp", $"There are {found.Count} apps named '{wanted.Name}': {string.Join(", ", found.Select(a => a.AppId))}.")
            {
                Target = wanted.Name,
                Advice = "Choose another name, or rename or remove the ones that are not meant.",
            };
        }

        if (found.Count == 1)
        {
            return (found[0], false);
        }

        var made = await _session.CallGraphAsync(g => g.Applications.PostAsync(
            new App { DisplayName = wanted.Name, SignInAudience = wanted.SignInAudience, RequiredResourceAccess = Required(permissions, []) },
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        return (made!, true);
    }

    /// <summary>Adds to what the app asks for; what others added stays.</summary>
    private async Task<bool> EnsureRequestedAsync(App app, IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var present = (app.RequiredResourceAccess ?? [])
            .SelectMany(r => (r.ResourceAccess ?? []).Select(a => (r.ResourceAppId, Id: a.Id.ToString(), a.Type))).ToHashSet();
        if (permissions.All(p => present.Contains((PermissionName.AppIdOf(p.Resource), p.Id, TypeOf(p)))))
        {
            return false;
        }

        app.RequiredResourceAccess = Required(permissions, app.RequiredResourceAccess ?? []);
        await VisibleAsync("The app registration", () => _session.CallGraphAsync(g => g.Applications[app.Id].PatchAsync(
            new App { RequiredResourceAccess = app.RequiredResourceAccess }, cancellationToken: cancellationToken)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<(ServicePrincipal Principal, bool Made)> EnsureServicePrincipalAsync(App app, CancellationToken cancellationToken)
    {
        if (await _directory.FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false) is { } present)
        {
            return (present, false);
        }

        var made = await VisibleAsync("The app registration", () => _session.CallGraphAsync(g => g.ServicePrincipals.PostAsync(
            new ServicePrincipal { AppId = app.AppId }, cancellationToken: cancellationToken)), cancellationToken).ConfigureAwait(false);
        return (made!, true);
    }

    /// <summary>Makes a secret unless the app has one that lasts; a second run never makes a second secret.</summary>
    private async Task<PasswordCredential?> EnsureSecretAsync(App app, int months, CancellationToken cancellationToken)
    {
        var now = _session.Wire.Time.GetUtcNow();
        if (Newest(app) is { } newest && newest.EndDateTime > now)
        {
            return null;
        }

        return await VisibleAsync("The app registration", () => _session.CallGraphAsync(g => g.Applications[app.Id].AddPassword.PostAsync(
            new AddPasswordPostRequestBody
            {
                PasswordCredential = new PasswordCredential { DisplayName = "MailAdmin", EndDateTime = now.AddMonths(months) },
            },
            cancellationToken: cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<(MailAppPermission Permission, bool New)>> EnsureGrantsAsync(
        ServicePrincipal principal, IReadOnlyList<MailAppPermission> permissions, bool tenantWide, List<string> pending,
        CancellationToken cancellationToken)
    {
        var present = (await VisibleAsync("The service principal", () => _directory.GrantedAsync(principal.Id!, cancellationToken), cancellationToken)
            .ConfigureAwait(false)).Where(p => p.Kind == PermissionKind.Application).ToHashSet();
        var granted = new List<(MailAppPermission, bool)>();
        foreach (var permission in permissions)
        {
            if (permission.Kind == PermissionKind.Delegated)
            {
                pending.Add($"{permission} (delegated) waits for consent: of a user at the first sign-in, or of an admin for all.");
            }
            else if (present.Contains(permission))
            {
                granted.Add((permission, false));
            }
            else if (!tenantWide && PermissionName.OpensEveryMailbox(permission))
            {
                pending.Add($"{permission} is asked for but not granted: it would open every mailbox of the tenant. Run it again with -TenantWide if that is meant.");
            }
            else
            {
                await GrantAsync(principal, permission, cancellationToken).ConfigureAwait(false);
                granted.Add((permission, true));
            }
        }

        return granted;
    }

    private async Task GrantAsync(ServicePrincipal principal, MailAppPermission permission, CancellationToken cancellationToken)
    {
        var resource = await _directory.Catalogue.ByAppIdAsync(PermissionName.AppIdOf(permission.Resource), cancellationToken).ConfigureAwait(false);
        var assignment = new AppRoleAssignment
        {
            PrincipalId = Guid.Parse(principal.Id!),
            ResourceId = Guid.Parse(resource.Id!),
            AppRoleId = Guid.Parse(permission.Id!),
        };
        await VisibleAsync("The service principal", () => _session.CallGraphAsync(g => g.ServicePrincipals[principal.Id].AppRoleAssignments
            .PostAsync(assignment, cancellationToken: cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Signs in with the new secret until that works and the token shows the grants: the service refuses a fresh secret or
    /// principal for seconds to minutes, and a script that goes on must not meet that.
    /// </summary>
    private async Task ProveAsync(
        App app, PasswordCredential secret, IReadOnlyList<(MailAppPermission Permission, bool New)> granted, List<string> pending,
        CancellationToken cancellationToken)
    {
        using var tokens = new TokenSource(
            _session.Wire, _session.Cloud, _session.TenantId, app.AppId!, new AppCredential.ClientSecret(Secret.Close(secret.SecretText!)));
        ServiceRefusedException? refusal = null;
        foreach (var (alias, scope) in new[] { ("Graph", _session.Cloud.GraphScope), ("Exchange", _session.Cloud.ExchangeScope) })
        {
            var roles = granted.Where(g => g.Permission.Resource == alias).Select(g => g.Permission.Name).ToHashSet(StringComparer.Ordinal);
            if (alias != "Graph" && roles.Count == 0)
            {
                continue;
            }

            var proof = await Poll.UntilAsync<AccessToken>(_session.Wire, $"A token of {app.DisplayName} for {alias}", async ct =>
            {
                try
                {
                    var token = await tokens.GetAsync(scope, fresh: true, ct).ConfigureAwait(false);
                    return roles.IsSubsetOf(token.Roles) ? token : null;
                }
                catch (ServiceRefusedException e) when (e.Code is "invalid_client" or "unauthorized_client" or "invalid_request")
                {
                    refusal = e;
                    return null;
                }
            }, cancellationToken).ConfigureAwait(false);
            if (proof is null)
            {
                pending.Add(refusal is null
                    ? $"The tenant does not show the grants on {alias} in tokens yet; they do arrive, within minutes as a rule."
                    : $"Entra does not accept the new secret yet ({refusal.SubCode ?? refusal.Code}); test again in some minutes.");
                return;
            }
        }
    }

    /// <summary>Runs a step again while the tenant does not see what was made just before.</summary>
    private async Task<T> VisibleAsync<T>(string what, Func<Task<T>> step, CancellationToken cancellationToken)
    {
        ServiceRefusedException? last = null;
        var done = await Poll.UntilAsync<Done<T>>(_session.Wire, what, async _ =>
        {
            try
            {
                return new Done<T>(await step().ConfigureAwait(false));
            }
            catch (ServiceRefusedException e) when (IsNotYetVisible(e))
            {
                last = e;
                return null;
            }
        }, cancellationToken).ConfigureAwait(false);
        return done is not null ? done.Value : throw last!;
    }

    // The documented signs of replication lag: the object itself is missing, or one that it refers to is.
    private static bool IsNotYetVisible(ServiceRefusedException e) =>
        e.HttpStatus == 404 || e.Code is "NoBackingApplicationObject"
        || (e.HttpStatus == 400 && (e.Message.Contains("does not reference a valid application object", StringComparison.Ordinal)
            || e.Message.Contains("Not a valid reference update", StringComparison.Ordinal)));

    private static PasswordCredential? Newest(App app) => (app.PasswordCredentials ?? []).MaxBy(p => p.EndDateTime);

    private static string TypeOf(MailAppPermission permission) => permission.Kind == PermissionKind.Application ? "Role" : "Scope";

    private static List<RequiredResourceAccess> Required(IEnumerable<MailAppPermission> permissions, IEnumerable<RequiredResourceAccess> present)
    {
        var all = present.SelectMany(r => (r.ResourceAccess ?? []).Select(a => (AppId: r.ResourceAppId!, Id: a.Id!.Value, Type: a.Type!)))
            .Concat(permissions.Select(p => (AppId: PermissionName.AppIdOf(p.Resource), Id: Guid.Parse(p.Id!), Type: TypeOf(p))));
        return
        [
            .. all.Distinct().GroupBy(a => a.AppId).Select(g => new RequiredResourceAccess
            {
                ResourceAppId = g.Key,
                ResourceAccess = [.. g.Select(a => new ResourceAccess { Id = a.Id, Type = a.Type })],
            }),
        ];
    }

    private sealed record Done<T>(T Value);
}
