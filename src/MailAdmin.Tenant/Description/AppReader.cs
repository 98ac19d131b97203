using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Description;

/// <summary>Reads apps of other makers.</summary>
internal static class AppReader
{
    private static readonly string[] AnyRole = [.. ApplicationRoles.Permissions.Keys];

    public static AppDescription Read(DescriptionNode node)
    {
        var app = new AppDescription(node.Required("Name"))
        {
            Where = node.Where,
            Owners = node.Has("Owners") ? node.Texts("Owners") : null,
            Tags = node.Texts("Tags"),
            Age = node.Time("Age") ?? TimeSpan.FromDays(30),
            IsDisabled = node.Flag("Disabled") ?? false,
            Secrets = Secrets(node, "Secrets"),
            Certificates = node.Texts("Certificates"),
            PrincipalSecrets = Secrets(node, "ServicePrincipalSecrets") ?? [],
            FederatedCredentials = [.. node.Nodes("FederatedCredentials").Select(Federation)],
            Permissions = Permissions(node, "Permissions"),
            DelegatedPermissions = Permissions(node, "DelegatedPermissions"),
            RequestedPermissions = node.Has("RequestedPermissions") ? Permissions(node, "RequestedPermissions") : null,
            ExchangeEntry = node.Choice<ExchangeEntry>("ExchangeEntry") ?? ExchangeEntry.Automatic,
            FullAccess = node.Texts("FullAccess"),
            SendAs = node.Texts("SendAs"),
            Roles = [.. node.Nodes("Roles").Select(Role)],
            RoleGroups = node.Choices("RoleGroups", RoleGroups.All),
        };
        node.End();
        return app;
    }

    /// <summary>Reads a number of secrets with unknown values, or a list; null if it's missing.</summary>
    private static IReadOnlyList<SecretDescription>? Secrets(DescriptionNode node, string key)
    {
        if (node.Value(key) is System.Text.Json.Nodes.JsonValue)
        {
            return [.. Enumerable.Range(1, node.Number(key, 100) ?? 0).Select(i => new SecretDescription(
                $"Secret {i}", null, TimeSpan.FromDays(700)))];
        }

        return node.Value(key) is null ? null : [.. node.Nodes(key).Select(Secret)];
    }

    private static SecretDescription Secret(DescriptionNode node)
    {
        var secret = new SecretDescription(
            node.Text("Name") ?? "of its owner", node.Text("Value"), node.Time("ExpiresIn") ?? TimeSpan.FromDays(700));
        node.End();
        return secret;
    }

    private static FederationDescription Federation(DescriptionNode node)
    {
        var federation = new FederationDescription(
            node.Text("Name") ?? "Workload", node.Required("Issuer"), node.Required("Subject"), node.Text("Audience"));
        node.End();
        return federation;
    }

    private static RoleDescription Role(DescriptionNode node)
    {
        var role = new RoleDescription(node.Choice("Role", AnyRole) ?? node.Required("Role"))
        {
            Where = node.Where,
            Group = node.Text("Group"),
            AdministrativeUnit = node.Text("AdministrativeUnit"),
            Filter = Filter(node, "RecipientFilter"),
        };
        node.End();
        return role;
    }

    /// <summary>Reads a recipient filter; null if it's missing or invalid.</summary>
    public static RecipientFilter? Filter(DescriptionNode node, string key)
    {
        try
        {
            return node.Text(key) is { } text ? RecipientFilter.Parse(text) : null;
        }
        catch (FormatException e)
        {
            return node.Wrong<RecipientFilter>(key, e.Message);
        }
    }

    private static string[] Permissions(DescriptionNode node, string key)
    {
        var permissions = node.Texts(key);
        foreach (var wrong in permissions.Where(p => p.Split('/') is not ["Graph" or "Exchange", { Length: > 0 }]))
        {
            node.Wrong<string>(
                key, $"'{wrong}' isn't valid. Specify a resource and a name, such as: Graph/Mail.Read, "
                    + "Exchange/IMAP.AccessAsApp.",
                isWhole: true);
        }

        return permissions;
    }
}
