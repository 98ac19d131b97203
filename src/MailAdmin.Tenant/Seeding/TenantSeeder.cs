using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Description;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>Adds the objects of a description to a tenant: all of them, or none.</summary>
/// <param name="tenant">The tenant; its lock is held.</param>
internal sealed class TenantSeeder(TenantState tenant)
{
    private readonly Names _names = new(tenant);

    /// <summary>Adds objects from a description, as if they had existed for a long time.</summary>
    /// <param name="description">The objects to add.</param>
    /// <param name="source">The description's name in errors.</param>
    /// <param name="mailboxes">Adds mailboxes.</param>
    /// <exception cref="InvalidRequestException">A name in it means nothing.</exception>
    public void Add(TenantDescription description, string source, MailboxSeeder mailboxes)
    {
        if (ReferenceCheck.Problems(tenant, description) is { Count: > 0 } problems)
        {
            throw DescriptionReader.Wrong(source, problems);
        }

        tenant.Exchange.Seed(
            c => c with { AuthenticationPolicies = c.AuthenticationPolicies.AddRange(description.AuthenticationPolicies) });
        foreach (var mailbox in description.Mailboxes)
        {
            mailboxes.Add(mailbox);
        }

        AddGroups(description);
        var apps = new AppSeeder(tenant);
        foreach (var app in description.Apps)
        {
            apps.Add(app);
        }

        var permissions = mailboxes.Permissions(description.Mailboxes).ToArray();
        tenant.Exchange.Seed(c => c with { Permissions = c.Permissions.AddRange(permissions) });
        AddPolicies(description);
        if (description.Organization is { } change)
        {
            tenant.Exchange.Seed(c => c with { Organization = change(c.Organization) });
        }

        tenant.Exchange.TrustsObjectIds = description.TrustsObjectIds ?? tenant.Exchange.TrustsObjectIds;
        if (description.HasExchangePrincipal == false)
        {
            // The permissions granted on a service are removed with its service principal.
            foreach (var gone in tenant.Directory.ServicePrincipals.Where(p => p.AppId == Resources.ExchangeAppId).ToArray())
            {
                tenant.Directory.ServicePrincipals.Remove(gone);
                tenant.Directory.AppRoleAssignments.RemoveAll(a => DirectoryStore.Same(a.Json.Text("resourceId"), gone.Id));
                tenant.Directory.PermissionGrants.RemoveAll(g => DirectoryStore.Same(g.Json.Text("resourceId"), gone.Id));
            }
        }

        if (description.ManagedIdentityRoleGroups is { } groups
            && tenant.Directory.ServicePrincipals.Find(p => p.DisplayName == ManagedIdentityEndpoint.Name) is { } identity)
        {
            tenant.Exchange.RoleGroups[identity.Id] = [.. groups];
        }
    }

    private void AddGroups(TenantDescription description)
    {
        // First all groups, then their members: a group can be a member of a previous one.
        foreach (var group in description.Groups)
        {
            var address = group.Details == RecipientGroup.WithoutMail ? null
                : _names.Full(group.Address ?? ReferenceCheck.Alias(group.Name));
            var made = new RecipientGroup(Guid.NewGuid().ToString(), group.Name, address, group.Details, [])
            {
                Filter = group.Filter,
            };
            tenant.Exchange.Seed(c => c with { Groups = c.Groups.Add(made) });
        }

        foreach (var unit in description.AdministrativeUnits)
        {
            var made = new RecipientGroup(Guid.NewGuid().ToString(), unit.Name, null, RecipientGroup.Unit, []);
            tenant.Exchange.Seed(c => c with { Groups = c.Groups.Add(made) });
        }

        foreach (var group in description.Groups)
        {
            Fill(_names.Group(group.Name)!, group.Members);
        }

        foreach (var unit in description.AdministrativeUnits)
        {
            Fill(_names.Unit(unit.Name)!, unit.Members);
        }
    }

    private void Fill(RecipientGroup group, IEnumerable<string> members)
    {
        string[] ids = [.. members.Select(m => _names.User(m)?.Id ?? _names.Group(m)!.Id)];
        tenant.Exchange.Seed(c => c with { Groups = c.Groups.Replace(group, group with { Members = [.. ids] }) });
    }

    private void AddPolicies(TenantDescription description)
    {
        foreach (var policy in description.AccessPolicies)
        {
            var appId = policy.App == "*" ? "*" : _names.App(policy.App)!.AppId;
            var scope = _names.Group(policy.Scope)?.Id ?? _names.Mailbox(policy.Scope)!.UserId;
            var made = new AccessPolicy(Guid.NewGuid().ToString(), appId, scope, policy.IsDeny, policy.Description);
            if (policy.Age is { } age)
            {
                tenant.Exchange.ChangeEarlier(age, appId, c => c with { Policies = c.Policies.Add(made) });
            }
            else
            {
                tenant.Exchange.Seed(c => c with { Policies = c.Policies.Add(made) });
            }
        }

        tenant.Directory.ConditionalAccess.AddRange(description.ConditionalAccess.Select(p => new ConditionalAccessPolicy(
            p.Name, p.BlocksDeviceCode, p.RequiresMfa, [.. p.ExcludedUsers.Select(u => _names.User(u)!.Id)])
        {
            BlockedApps = [.. p.BlockedApps.Select(a => _names.App(a)!.AppId)],
        }));
        tenant.Directory.HasPremium = description.HasPremium ?? tenant.Directory.HasPremium;
        tenant.Directory.HasSecurityDefaults = description.HasSecurityDefaults ?? tenant.Directory.HasSecurityDefaults;
        if (description.ConsentPolicies is { } consent)
        {
            tenant.Directory.UserConsentPolicies = consent;
        }

        if (description.HasConsentWorkflow is { } workflow)
        {
            tenant.Consent.Policy["isEnabled"] = workflow;
        }

        if (description.SecretPolicy is { } secrets)
        {
            AddSecretPolicy(secrets);
        }
    }

    private void AddSecretPolicy(SecretPolicyDescription policy)
    {
        CredentialPolicy.Restrict(tenant.Directory.CredentialPolicy, Restrictions(policy));
        foreach (var (name, own) in policy.Apps)
        {
            var app = _names.App(name)!;
            var made = AppManagementPolicy.New($"Credentials of {app.DisplayName}", Restrictions(own));
            made.AppliesTo.Add(app.Id);
            tenant.Directory.AppManagementPolicies.Add(made);
        }
    }

    private static JsonObject Restrictions(SecretPolicyDescription policy) =>
        CredentialPolicy.Restrictions(policy.MaxSecretLifetime, policy.MaxCertificateLifetime, policy.BlocksSecrets);
}
