using System.Reflection;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.ExchangeAdmin;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant;

/// <summary>
/// Fills a new tenant: Microsoft's resource principals, people, mailboxes, mail, and an app that may administer it.
/// </summary>
internal static class Seeder
{
    /// <summary>Names of the embedded sample messages, in the order in which they arrive.</summary>
    private static readonly string[] Samples =
        [.. typeof(Seeder).Assembly.GetManifestResourceNames().Where(n => n.EndsWith(".eml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>Read once for the process; messages share the octets.</summary>
    private static readonly Lazy<byte[][]> SampleBytes = new(() => [.. Samples.Select(Read)]);

    private static readonly string[] AdminGraphRoles =
    [
        "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.Read.All",
        "User.Read.All", "Organization.Read.All", "Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration",
        "Policy.ReadWrite.ConsentRequest", "ConsentRequest.ReadWrite.All", "RoleManagement.ReadWrite.Exchange",
        "MailboxSettings.ReadWrite",
    ];

    /// <summary>Fills it and gives the administrating app's credentials.</summary>
    public static (string ClientId, string ClientSecret) Fill(TenantState tenant, SandboxOptions options)
    {
        // What is seeded has been there for a while: nothing of it waits for replication.
        var before = tenant.Now - TimeSpan.FromDays(30);
        AddPeople(tenant, options.HasDistinctNames, before);
        tenant.Mailboxes.All.ForEach(m => WellKnownFolders.Localize(m, options.FolderLanguage));
        AddConsentRequest(tenant);
        AddMail(tenant, options.MailPath);
        tenant.Exchange.Seed(c => c with { IsDehydrated = options.IsDehydrated });
        var graph = Add(tenant.Directory.ServicePrincipals, Resources.Graph(tenant.Cloud, tenant.Now), before);
        var exchange = Add(tenant.Directory.ServicePrincipals, Resources.Exchange(tenant.Cloud, tenant.Now), before);
        AddMicrosoftClient(tenant, before);
        AddManagedIdentity(tenant, graph, before);
        return AddAdminApp(tenant, graph, exchange, before);
    }

    private static void AddMicrosoftClient(TenantState tenant, DateTimeOffset before) => Add(
        tenant.Directory.ServicePrincipals,
        ServicePrincipals.New(
            Client.GraphCommandLine, "Microsoft Graph Command Line Tools", Resources.MicrosoftTenant, before), before);

    /// <summary>The identity of a runbook that may administer apps.</summary>
    private static void AddManagedIdentity(TenantState tenant, DirectoryObject graph, DateTimeOffset before)
    {
        var json = ServicePrincipals.New(Guid.NewGuid().ToString(), ManagedIdentityEndpoint.Name, tenant.TenantId, before);
        json["servicePrincipalType"] = "ManagedIdentity";
        var principal = Add(tenant.Directory.ServicePrincipals, json, before);
        foreach (var role in AdminGraphRoles)
        {
            Grant(tenant, principal, graph, role, before);
        }
    }

    private static void AddPeople(TenantState tenant, bool hasDistinctNames, DateTimeOffset before)
    {
        AddUser(tenant, before, "invoices", "Invoices", true, isShared: true, aliases: "billing");
        AddUser(tenant, before, "alice", "Alice Johnson", true, aliases: "alice.johnson");
        AddUser(tenant, before, "bob", "Bob Martin", true);
        AddUser(tenant, before, "support", "Support Desk", true);
        if (hasDistinctNames)
        {
            // As after a marriage or a merger: the sign-in name stays, the address changes, and the old address remains an alias.
            AddUser(
                tenant, before, "cd1042", "Carol Diaz", hasMailbox: true, address: "carol.diaz", aliases: "carol.smith");
        }

        var dana = AddUser(tenant, before, "dana", "Dana Olsen", hasMailbox: false);

        // As is good practice, the admin's account has no mailbox; and a shared mailbox is somebody's to open.
        tenant.Directory.Administrators.Add(dana);
        tenant.Exchange.RoleGroups[dana] = [ManagementRoles.OrganizationManagement];
        var shared = new RecipientPermission(
            tenant.Mailboxes.All[0].UserId, Sids.Of(tenant.Mailboxes.All[1].UserId), RecipientPermission.FullAccess);
        tenant.Exchange.Seed(c => c with { Permissions = c.Permissions.Add(shared) });
    }

    private static string AddUser(
        TenantState tenant, DateTimeOffset before, string name, string displayName, bool hasMailbox, bool isShared = false,
        string? address = null, params string[] aliases)
    {
        var upn = $"{name}@{tenant.Domain}";
        address = $"{address ?? name}@{tenant.Domain}";
        string[] others = [.. aliases.Select(a => $"{a}@{tenant.Domain}")];
        var user = UserApi.New(upn, displayName, hasMailbox ? address : null,
            hasMailbox ? [$"SMTP:{address}", .. others.Select(o => $"smtp:{o}")] : [], before);
        // Nobody signs in as a shared mailbox: https://learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes.
        user["accountEnabled"] = !isShared;
        if (hasMailbox && !isShared)
        {
            user["assignedLicenses"] = new JsonArray(
                new JsonObject { ["disabledPlans"] = new JsonArray(), ["skuId"] = "4b9405b0-7788-4568-add1-99614e613b69" });
        }

        var id = Add(tenant.Directory.Users, user, before).Id;
        if (hasMailbox)
        {
            tenant.Mailboxes.Add(id, address, displayName, isShared, others, upn);
        }

        return id;
    }

    /// <summary>
    /// The consent workflow is on, the last person decides, and the first one waits for an app of another organization.
    /// </summary>
    private static void AddConsentRequest(TenantState tenant)
    {
        List<DirectoryObject> people = [.. tenant.Directory.Users.Where(u => u.Json.Flag("accountEnabled") == true)];
        var policy = tenant.Consent.Policy;
        policy["isEnabled"] = true;
        policy["requestDurationInDays"] = 30;
        policy["reviewers"] = new JsonArray(
            new JsonObject { ["query"] = $"/users/{people[^1].Id}", ["queryType"] = "MicrosoftGraph", ["queryRoot"] = null });
        var request = new ConsentRequest(
            Guid.NewGuid().ToString(), "Fabrikam Mail Archive",
            ["Mail.ReadWrite", "Mail.Send", "openid", "profile", "offline_access"]);
        request.Askers.Add(new ConsentAsker(people[0], "I need my mail in the archive.", tenant.Now - TimeSpan.FromDays(1)));
        tenant.Consent.Published[request.AppId] = new PublishedApp(request.AppName, Guid.NewGuid().ToString());
        tenant.Consent.Requests.Add(request);

        // An app that its vendor registered for all customers, by the client id of the vendor's page; here it is simulated.
        tenant.Consent.Published["08b9fc2c-f6b8-4da0-8d4d-c065edfa949b"] = new PublishedApp(
            "Enterprise Mail Handler for Jira Cloud (JEMHC)", Guid.NewGuid().ToString());
    }

    private static void AddMail(TenantState tenant, string? mailPath)
    {
        var first = tenant.Mailboxes.All[0];
        if (mailPath is null)
        {
            // Turn by turn to the shared mailbox and to the first person, an hour apart, the last one just now.
            var second = tenant.Mailboxes.All[1];
            var samples = SampleBytes.Value;
            for (var i = 0; i < samples.Length; i++)
            {
                var mailbox = i % 2 == 0 ? first : second;
                mailbox.Add(
                    mailbox.WellKnown("inbox"), new MimeContent(samples[i]), tenant.Now - TimeSpan.FromHours(samples.Length - i));
            }

            return;
        }

        // Sorted, as no file system promises an order.
        var files = System.IO.Directory.GetFiles(mailPath, "*.eml", SearchOption.AllDirectories);
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
        tenant.Exchange.RoleGroups[principal.Id] = [ManagementRoles.OrganizationManagement];
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

    private static byte[] Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
