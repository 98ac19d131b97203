using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Description;

/// <summary>Reads what there is in a tenant, new or not.</summary>
internal static class ContentsReader
{
    /// <param name="node">The table.</param>
    /// <param name="folder">The folder that paths are relative to; null for the current one.</param>
    /// <param name="problems">Takes the errors.</param>
    public static (TenantDescription Contents, int? Count) Read(DescriptionNode node, string? folder, List<string> problems)
    {
        var (count, mailboxes) = new MailboxReader(folder, problems).Read(node, "Mailboxes");
        return (new TenantDescription
        {
            Mailboxes = mailboxes,
            Groups = [.. node.Nodes("Groups").Select(Group)],
            AdministrativeUnits = [.. node.Nodes("AdministrativeUnits").Select(Unit)],
            Apps = [.. node.Nodes("Apps").Select(AppReader.Read)],
            AccessPolicies = [.. node.Nodes("AccessPolicies").Select(AccessPolicy)],
            ConditionalAccess = [.. node.Nodes("ConditionalAccess").Select(ConditionalAccess)],
            SecretPolicy = node.Node("SecretPolicy") is { } policy ? SecretPolicy(policy, hasApps: true) : null,
            ConsentPolicies = node.Has("ConsentPolicies") ? node.Choices("ConsentPolicies", UserConsentPolicies.All) : null,
            HasConsentWorkflow = node.Flag("ConsentWorkflow"),
            ManagedIdentityRoleGroups = Optional(node, "ManagedIdentityRoleGroups"),
            AdminRoleGroups = Optional(node, "AdminRoleGroups"),
            Organization = Organization(node.Node("Organization")),
            AuthenticationPolicies = [.. node.Nodes("AuthenticationPolicies").Select(AuthenticationPolicy)],
            HasSecurityDefaults = node.Flag("SecurityDefaults"),
            HasPremium = node.Flag("EntraIdP1"),
            HasExchangePrincipal = node.Flag("ExchangeServicePrincipal"),
            TrustsObjectIds = node.Flag("AcceptsAnyObjectId"),
        }, count);
    }

    private static string[]? Optional(DescriptionNode node, string key) =>
        node.Has(key) ? node.Choices(key, RoleGroups.All) : null;

    private static GroupDescription Group(DescriptionNode node)
    {
        var type = node.Choice("Type", ["Security", "Distribution", "Microsoft365", "Dynamic", "SecurityWithoutMail"]);
        var group = new GroupDescription(node.Required("Name"), type switch
        {
            "Distribution" => RecipientGroup.Distribution,
            "Microsoft365" => RecipientGroup.Microsoft365,
            "Dynamic" => RecipientGroup.Dynamic,
            "SecurityWithoutMail" => RecipientGroup.WithoutMail,
            _ => RecipientGroup.Security,
        })
        {
            Where = node.Where,
            Address = node.Text("PrimarySmtpAddress"),
            Members = node.Texts("Members"),
            Filter = AppReader.Filter(node, "RecipientFilter"),
        };
        node.End();
        return group;
    }

    private static UnitDescription Unit(DescriptionNode node)
    {
        var unit = new UnitDescription(node.Required("Name")) { Where = node.Where, Members = node.Texts("Members") };
        node.End();
        return unit;
    }

    private static AccessPolicyDescription AccessPolicy(DescriptionNode node)
    {
        var policy = new AccessPolicyDescription(
            node.Required("App"), node.Required("Scope"),
            node.Choice("AccessRight", ["RestrictAccess", "DenyAccess"]) == "DenyAccess")
        {
            Where = node.Where,
            Description = node.Text("Description") ?? "",
            Age = node.Time("Age"),
        };
        node.End();
        return policy;
    }

    private static ConditionalAccessDescription ConditionalAccess(DescriptionNode node)
    {
        var policy = new ConditionalAccessDescription(node.Required("Name"))
        {
            Where = node.Where,
            BlocksDeviceCode = node.Flag("BlockDeviceCode") ?? false,
            RequiresMfa = node.Flag("RequireMfa") ?? false,
            ExcludedUsers = node.Texts("ExcludedUsers"),
            BlockedApps = node.Texts("BlockApps"),
        };
        node.End();
        return policy;
    }

    private static SecretPolicyDescription SecretPolicy(DescriptionNode node, bool hasApps)
    {
        var apps = hasApps ? node.Nodes("Apps") : [];
        var policy = new SecretPolicyDescription
        {
            Where = node.Where,
            MaxSecretLifetime = node.Time("MaxSecretLifetime"),
            MaxCertificateLifetime = node.Time("MaxCertificateLifetime"),
            BlocksSecrets = node.Flag("BlockSecrets") ?? false,
            Apps = [.. apps.Select(a => (a.Required("App"), SecretPolicy(a, hasApps: false)))],
        };
        node.End();
        return policy;
    }

    /// <summary>Changes the specified settings. The other ones stay.</summary>
    private static Func<OrganizationSettings, OrganizationSettings>? Organization(DescriptionNode? node)
    {
        if (node is null)
        {
            return null;
        }

        bool hasEws = node.Has("EwsEnabled"), hasApps = node.Has("EwsAllowedAppIDs"),
            hasPolicy = node.Has("DefaultAuthenticationPolicy");
        var (ews, apps, policy) =
            (node.Flag("EwsEnabled"), node.Texts("EwsAllowedAppIDs"), node.Text("DefaultAuthenticationPolicy"));
        var (smtp, size) = (node.Flag("SmtpClientAuthenticationDisabled"), node.Number("MaxMessageSizeMB", 150));
        var holds = node.Has("InPlaceHolds") ? node.Texts("InPlaceHolds") : null;
        node.End();
        return o => o with
        {
            InPlaceHolds = holds is null ? o.InPlaceHolds : [.. holds],
            IsEwsEnabled = hasEws ? ews : o.IsEwsEnabled,
            EwsAllowedApps = hasApps ? [.. apps] : o.EwsAllowedApps,
            IsSmtpAuthDisabled = smtp ?? o.IsSmtpAuthDisabled,
            DefaultAuthenticationPolicy = hasPolicy ? policy : o.DefaultAuthenticationPolicy,
            MaxMessageSize = size * 1024L * 1024 ?? o.MaxMessageSize,
        };
    }

    private static AuthenticationPolicy AuthenticationPolicy(DescriptionNode node)
    {
        var policy = new AuthenticationPolicy(node.Required("Name"), node.Flag("AllowBasicAuthSmtp") ?? false);
        node.End();
        return policy;
    }
}
