using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Description;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.Seeding;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant;

/// <summary>
/// Fills a new tenant: Microsoft's resource principals, users, mailboxes, mail, and an app that can administer it.
/// </summary>
internal static class Seeder
{
    private static readonly string[] AdminGraphRoles =
    [
        "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.Read.All", "AuditLog.Read.All", "AuditLogsQuery-Exchange.Read.All",
        "User.Read.All", "Organization.Read.All", "Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration",
        "Policy.ReadWrite.ConsentRequest", "ConsentRequest.ReadWrite.All", "RoleManagement.ReadWrite.Exchange",
        "MailboxSettings.ReadWrite",
    ];

    /// <summary>Fills it and gives the administrating app's credentials.</summary>
    /// <exception cref="InvalidRequestException">Its description is wrong.</exception>
    public static (string ClientId, string ClientSecret) Fill(TenantState tenant, SandboxOptions options)
    {
        // Seeded objects have existed for a while, so they don't have to replicate.
        var before = tenant.Now - TimeSpan.FromDays(30);
        var graph = Add(tenant.Directory.ServicePrincipals, Resources.Graph(tenant.Cloud, tenant.Now), before);
        var exchange = Add(tenant.Directory.ServicePrincipals, Resources.Exchange(tenant.Cloud, tenant.Now), before);
        AddMicrosoftClient(tenant, before);
        var identity = AddManagedIdentity(tenant, graph, before);
        var mailboxes = Mailboxes(tenant, options);
        AddPeople(tenant, options, mailboxes);
        AddConsentRequest(tenant);
        AddMail(tenant, options);
        tenant.Exchange.Seed(c => c with { IsDehydrated = options.IsDehydrated });
        var contents = options.Contents with { TrustsObjectIds = options.Contents.TrustsObjectIds ?? options.TrustsObjectIds };
        if (options.MaxSecretLifetime is { } cap)
        {
            contents = contents with
            {
                SecretPolicy = (contents.SecretPolicy ?? new()) with { MaxSecretLifetime = cap },
            };
        }

        new TenantSeeder(tenant).Add(contents, options.Source, mailboxes);
        if (options.Contents.ManagedIdentityRoleGroups is not null)
        {
            Grant(tenant, identity, exchange, "Exchange.ManageAsApp", before);
        }

        var admin = AddAdminApp(tenant, graph, exchange, before);
        tenant.Exchange.RoleGroups[tenant.Directory.PrincipalOf(admin.ClientId)!.Id] =
            [.. options.Contents.AdminRoleGroups ?? [RoleGroups.OrganizationManagement]];
        return admin;
    }

    /// <summary>Adds the mailboxes of a tenant, in its language.</summary>
    /// <exception cref="InvalidRequestException">The language is unknown.</exception>
    public static MailboxSeeder Mailboxes(TenantState tenant, SandboxOptions options) => new(
        tenant,
        MailboxReader.CultureOf(options.Language)
            ?? throw new InvalidRequestException("UnknownLanguage", $"'{options.Language}' isn't the name of a language.")
            {
                Target = options.Language,
                Advice = $"Specify a culture such as {string.Join(", ", FolderLanguages.All)}.",
            },
        options.TimeZone,
        tenant.Now - TimeSpan.FromDays(30));

    private static void AddMicrosoftClient(TenantState tenant, DateTimeOffset before) => Add(
        tenant.Directory.ServicePrincipals,
        ServicePrincipals.New(
            Client.GraphCommandLine, "Microsoft Graph Command Line Tools", Resources.MicrosoftTenant, before), before);

    /// <summary>The identity of a runbook that may administer apps.</summary>
    private static DirectoryObject AddManagedIdentity(TenantState tenant, DirectoryObject graph, DateTimeOffset before)
    {
        var json = ServicePrincipals.New(Guid.NewGuid().ToString(), ManagedIdentityEndpoint.Name, tenant.TenantId, before);
        json["servicePrincipalType"] = "ManagedIdentity";
        var principal = Add(tenant.Directory.ServicePrincipals, json, before);
        foreach (var role in AdminGraphRoles)
        {
            Grant(tenant, principal, graph, role, before);
        }

        return principal;
    }

    private static void AddPeople(TenantState tenant, SandboxOptions options, MailboxSeeder mailboxes)
    {
        List<MailboxDescription> people =
        [
            .. options.HasSamples ? SamplePeople.All
                : options.Contents.Mailboxes.Any(m => m.IsAdministrator) ? [] : [SamplePeople.Administrator],
        ];
        bool HasMailbox(MailboxDescription m) => m.Kind.IsHere();
        var described = people.Count(HasMailbox) + options.Contents.Mailboxes.Count(HasMailbox);
        people.AddRange(InventedPeople.Take(Math.Max(0, (options.MailboxCount ?? 0) - described)));
        people.ForEach(mailboxes.Add);
        var permissions = mailboxes.Permissions(people).ToArray();
        tenant.Exchange.Seed(c => c with { Permissions = c.Permissions.AddRange(permissions) });
    }

    /// <summary>
    /// The consent workflow is on, the last person decides, and the first one waits for an app of another organization.
    /// </summary>
    private static void AddConsentRequest(TenantState tenant)
    {
        var reviewer = tenant.Directory.Users.FirstOrDefault(tenant.Directory.IsAdmin);
        var policy = tenant.Consent.Policy;
        policy["isEnabled"] = true;
        policy["requestDurationInDays"] = 30;
        policy["reviewers"] = new JsonArray(reviewer is null ? [] :
        [
            new JsonObject { ["query"] = $"/users/{reviewer.Id}", ["queryType"] = "MicrosoftGraph", ["queryRoot"] = null },
        ]);
        foreach (var (id, name) in UserConsentPolicies.Clients)
        {
            tenant.Consent.Published[id] = new PublishedApp(name, Guid.NewGuid().ToString());
        }

        // An app that its vendor registered for all customers, by the client ID of the vendor's page; here it is simulated.
        tenant.Consent.Published["08b9fc2c-f6b8-4da0-8d4d-c065edfa949b"] = new PublishedApp(
            "Enterprise Mail Handler for Jira Cloud (JEMHC)", Guid.NewGuid().ToString());
        var request = new ConsentRequest(
            Guid.NewGuid().ToString(), "Fabrikam Mail Archive",
            ["Mail.ReadWrite", "Mail.Send", "openid", "profile", "offline_access"]);
        tenant.Consent.Published[request.AppId] = new PublishedApp(request.AppName, Guid.NewGuid().ToString());
        if (tenant.Directory.Users.Find(SamplePeople.FirstPerson + "@" + tenant.Domain) is { } person)
        {
            request.Askers.Add(new ConsentAsker(person, "I need my mail in the archive.", tenant.Now - TimeSpan.FromDays(1)));
            tenant.Consent.Requests.Add(request);
        }
    }

    private static void AddMail(TenantState tenant, SandboxOptions options)
    {
        if (options.MailPath is null)
        {
            if (options.HasSamples)
            {
                SampleMail.Spread([.. tenant.Mailboxes.All.Take(2)]);
            }

            return;
        }

        var first = tenant.Mailboxes.All[0];

        // Sorted, as no file system promises an order.
        var files = System.IO.Directory.GetFiles(options.MailPath, "*.eml", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        for (var i = 0; i < files.Length; i++)
        {
            first.Add(
                first.WellKnown("inbox"), new MimeContent(File.ReadAllBytes(files[i])),
                tenant.Now - TimeSpan.FromMinutes(files.Length - i));
        }
    }

    private static (string ClientId, string ClientSecret) AddAdminApp(
        TenantState tenant, DirectoryObject graph, DirectoryObject exchange, DateTimeOffset before)
    {
        var json = Applications.New("MailAdmin", tenant.Domain, before);
        json["signInAudience"] = "AzureADMyOrg";
        var application = Add(tenant.Directory.Applications, json, before);
        var principal = Add(
            tenant.Directory.ServicePrincipals, ServicePrincipals.Of(application, tenant.TenantId, before), before);
        foreach (var role in AdminGraphRoles)
        {
            Grant(tenant, principal, graph, role, before);
        }

        Grant(tenant, principal, exchange, "Exchange.ManageAsApp", before);
        string secret = Credential.NewSecret(), keyId = Guid.NewGuid().ToString();
        tenant.Directory.Credentials[keyId] = Credential.OfSecret(secret, before);
        ((JsonArray)application.Json["passwordCredentials"]!).Add(new JsonObject
        {
            ["customKeyIdentifier"] = null,
            ["displayName"] = "sandbox",
            ["endDateTime"] = Json.Ticks(before.AddYears(100)),
            ["hint"] = secret[..3],
            ["keyId"] = keyId,
            ["secretText"] = null,
            ["startDateTime"] = Json.Ticks(before),
        });
        return (application.AppId, secret);
    }

    private static void Grant(
        TenantState tenant, DirectoryObject principal, DirectoryObject resource, string role, DateTimeOffset before)
    {
        var roleId = resource.Json.Objects("appRoles").First(r => r.Text("value") == role).Text("id")!;
        Add(tenant.Directory.AppRoleAssignments, GrantApi.Assignment(principal, resource, roleId, before), before);
    }

    private static DirectoryObject Add(List<DirectoryObject> list, JsonObject json, DateTimeOffset createdAt)
    {
        var added = new DirectoryObject(json, createdAt);
        list.Add(added);
        return added;
    }
}
