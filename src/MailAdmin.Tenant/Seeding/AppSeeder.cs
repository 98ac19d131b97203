using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>
/// Registers apps as any user may by default: with names and tags of the user's choice, and secrets that only the user has.
/// https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-app-roles
/// </summary>
/// <param name="tenant">The tenant; its lock is held.</param>
internal sealed class AppSeeder(TenantState tenant)
{
    private readonly Names _names = new(tenant);

    /// <summary>Registers one, and gives its client ID and its first secret; the secret is null if it has none.</summary>
    public (string ClientId, string? ClientSecret) Add(AppDescription description)
    {
        var since = tenant.Now - description.Age;
        var json = Applications.New(description.Name, tenant.Domain, since);
        json["signInAudience"] = "AzureADMyOrg";
        json["tags"] = Json.Array(description.Tags);
        var application = new DirectoryObject(json, since);
        application.Owners.AddRange(description.Owners?.Select(o => _names.User(o)!.Id) ?? [Maker()]);
        application.FederatedCredentials.AddRange(description.FederatedCredentials.Select(
            f => WorkloadFederation.Credential(f.Name, f.Issuer, f.Subject, f.Audience)));
        tenant.Directory.Applications.Add(application);
        var principal = new DirectoryObject(ServicePrincipals.Of(application, tenant.TenantId, since), since);
        principal.Json["accountEnabled"] = !description.IsDisabled;
        tenant.Directory.ServicePrincipals.Add(principal);

        string? first = null;
        foreach (var secret in description.Secrets ?? [new("of its owner", null, TimeSpan.FromDays(700))])
        {
            var value = AddSecret(application, secret, since);
            first ??= value;
        }

        if (description.PrincipalSecrets.Count > 0)
        {
            // A secret of the service principal could be added because nothing of it is locked.
            json["servicePrincipalLockConfiguration"] = null;
        }

        foreach (var secret in description.PrincipalSecrets)
        {
            AddSecret(principal, secret, since);
        }

        foreach (var file in description.Certificates)
        {
            AddCertificate(application, file, since);
        }

        Grant(application, principal, description, since);
        Register(application, principal, description);
        return (application.AppId, first);
    }

    /// <summary>The object ID of a user who isn't an administrator, and who creates objects without a specified owner.</summary>
    private string Maker() => tenant.Directory.Users.Last(u => !tenant.Directory.IsAdmin(u)).Id;

    private string AddSecret(DirectoryObject owner, SecretDescription secret, DateTimeOffset since)
    {
        string value = secret.Value ?? Credential.NewSecret(), keyId = Guid.NewGuid().ToString();
        tenant.Directory.Credentials[keyId] = Credential.OfSecret(value, since);
        ((JsonArray)owner.Json["passwordCredentials"]!).Add(new JsonObject
        {
            ["customKeyIdentifier"] = null,
            ["displayName"] = secret.Name,
            ["endDateTime"] = Json.Ticks(tenant.Now + secret.ExpiresIn),
            ["hint"] = value[..Math.Min(3, value.Length)],
            ["keyId"] = keyId,
            ["secretText"] = null,
            ["startDateTime"] = Json.Ticks(since),
        });
        return value;
    }

    private void AddCertificate(DirectoryObject application, string file, DateTimeOffset since)
    {
        var certificate = new X509Certificate2(File.ReadAllBytes(file));
        var keyId = Guid.NewGuid().ToString();
        tenant.Directory.Credentials[keyId] = Credential.OfCertificate(certificate, since);
        ((JsonArray)application.Json["keyCredentials"]!).Add(new JsonObject
        {
            ["customKeyIdentifier"] = Convert.ToBase64String(certificate.GetCertHash()),
            ["displayName"] = certificate.Subject,
            ["endDateTime"] = Json.Ticks(certificate.NotAfter.ToUniversalTime()),
            ["key"] = Convert.ToBase64String(certificate.RawData),
            ["keyId"] = keyId,
            ["startDateTime"] = Json.Ticks(certificate.NotBefore.ToUniversalTime()),
            ["type"] = "AsymmetricX509Cert",
            ["usage"] = "Verify",
        });
    }

    /// <summary>Adds the requested permissions, and grants those that are granted.</summary>
    private void Grant(
        DirectoryObject application, DirectoryObject principal, AppDescription description, DateTimeOffset since)
    {
        foreach (var (resource, role) in description.Permissions.Select(p => Find(p, "appRoles")))
        {
            tenant.Directory.AppRoleAssignments.Add(
                new DirectoryObject(GrantApi.Assignment(principal, resource, role, since), since));
        }

        foreach (var resource in description.DelegatedPermissions.GroupBy(p => Find(p, "oauth2PermissionScopes").Resource.Id))
        {
            tenant.Directory.PermissionGrants.Add(new DirectoryObject(
                new JsonObject
                {
                    ["clientId"] = principal.Id,
                    ["consentType"] = "AllPrincipals",
                    ["id"] = Base64Url.Encode([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]),
                    ["principalId"] = null,
                    ["resourceId"] = resource.Key,
                    ["scope"] = string.Join(' ', resource.Select(p => p.Split('/')[1])),
                },
                since));
        }

        var asked = description.RequestedPermissions?.Select(p => Find(p, "appRoles"))
            ?? description.Permissions.Select(p => Find(p, "appRoles"));
        var access = asked.Select(p => (p.Resource, p.Id, Type: "Role"))
            .Concat(description.DelegatedPermissions.Select(p => Find(p, "oauth2PermissionScopes"))
                .Select(p => (p.Resource, p.Id, Type: "Scope")));
        application.Json["requiredResourceAccess"] = new JsonArray([.. access.GroupBy(a => a.Resource.AppId).Select(
            r => new JsonObject
            {
                ["resourceAppId"] = r.Key,
                ["resourceAccess"] = new JsonArray(
                    [.. r.Select(a => new JsonObject { ["id"] = a.Id, ["type"] = a.Type })]),
            })]);
    }

    /// <summary>Registers the app in Exchange.</summary>
    private void Register(DirectoryObject application, DirectoryObject principal, AppDescription description)
    {
        if (description.RoleGroups.Length > 0)
        {
            tenant.Exchange.RoleGroups[principal.Id] = description.RoleGroups;
        }

        var objectId = description.ExchangeEntry switch
        {
            ExchangeEntry.None => null,
            ExchangeEntry.ApplicationObjectId => application.Id,
            ExchangeEntry.Unknown => Guid.NewGuid().ToString(),
            ExchangeEntry.Automatic
                when description.FullAccess.Length + description.SendAs.Length + description.Roles.Count == 0 => null,
            _ => principal.Id,
        };
        if (objectId is null)
        {
            return;
        }

        var entry = new ExchangePrincipal(Guid.NewGuid().ToString(), application.AppId, objectId, application.DisplayName);
        var permissions = description.FullAccess.Select(m => (Mailbox: m, Right: RecipientPermission.FullAccess))
            .Concat(description.SendAs.Select(m => (Mailbox: m, Right: RecipientPermission.SendAs)))
            .Select(p => new RecipientPermission(_names.Mailbox(p.Mailbox)!.UserId, entry.Sid, p.Right)).ToArray();
        tenant.Exchange.Seed(c => c with
        {
            Principals = c.Principals.Add(entry),
            Permissions = c.Permissions.AddRange(permissions),
        });
        foreach (var role in description.Roles)
        {
            Assign(entry, role);
        }
    }

    private void Assign(ExchangePrincipal entry, RoleDescription role)
    {
        var before = tenant.Now.AddDays(-30);
        var (kind, scope) = (ScopeKind.Organization, (string?)null);
        if (role.Filter is { } filter)
        {
            var made = new ManagementScope(Guid.NewGuid().ToString(), $"{role.Role} {entry.DisplayName}", filter, before);
            tenant.Exchange.Seed(c => c with { Scopes = c.Scopes.Add(made) });
            (kind, scope) = (ScopeKind.CustomRecipientScope, made.Id);
        }
        else if (role.Group is { } group)
        {
            (kind, scope) = (ScopeKind.Group, _names.Group(group)!.Id);
        }
        else if (role.AdministrativeUnit is { } unit)
        {
            (kind, scope) = (ScopeKind.AdministrativeUnit, _names.Unit(unit)!.Id);
        }

        var id = Guid.NewGuid().ToString();
        var assignment = new RoleAssignment(id, $"{role.Role}-{id[..8]}", role.Role, entry.Id, kind, scope, before);
        tenant.Exchange.Seed(c => c with { Assignments = c.Assignments.Add(assignment) });
    }

    /// <summary>
    /// Returns the resource of a permission such as "Graph/Mail.Read", and the permission's ID; null if there is none.
    /// </summary>
    public static (DirectoryObject Resource, string Id)? Find(TenantState tenant, string permission, string kind) =>
        tenant.Directory.PrincipalOf(permission.StartsWith("Graph/", StringComparison.Ordinal)
            ? Resources.GraphAppId : Resources.ExchangeAppId) is { } resource
        && resource.Json.Objects(kind).FirstOrDefault(r => DirectoryStore.Same(r.Text("value"), permission.Split('/')[1]))
            ?.Text("id") is { } id
            ? (resource, id)
            : null;

    private (DirectoryObject Resource, string Id) Find(string permission, string kind) => Find(tenant, permission, kind)!.Value;
}
