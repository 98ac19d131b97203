using System.Security;
using System.Text.Json.Serialization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Format;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Represents a request to set up a product: all values from which a plan is created, without secrets.</summary>
internal sealed record InstallRequest
{
    /// <summary>The recipe of the product.</summary>
    public required MailAppRecipe Recipe { get; init; }

    /// <summary>The way of access; one of the recipe's.</summary>
    public required MailAppRecipeKind Kind { get; init; }

    /// <summary>Whether the vendor's page is followed, instead of the least that works.</summary>
    public bool UseVendorPermissions { get; init; }

    /// <summary>Display name of the app.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Client ID or object ID of the app to use, including one that another administrator registered; null to find it by name.
    /// </summary>
    public string? App { get; init; }

    /// <summary>Any address or ID of each mailbox.</summary>
    public required IReadOnlyList<string> Mailboxes { get; init; }

    /// <summary>The person who signs in, for access that isn't the app's own; null for each mailbox's own user.</summary>
    public string? User { get; init; }

    /// <summary>Whether consent is given for all users of the tenant.</summary>
    public bool AllUsers { get; init; }

    /// <summary>A mailbox that the app must not be able to access, for the out-of-scope test; null for any.</summary>
    public string? OutOfScopeMailbox { get; init; }

    /// <summary>The customer's name in the redirect URI; null if it's unknown.</summary>
    public string? Customer { get; init; }

    /// <summary>The time zone that the mailboxes get, by its Windows or IANA name; null for the one that they have.</summary>
    public string? TimeZone { get; init; }

    /// <summary>A language for mailboxes that have none.</summary>
    public string? Language { get; init; }

    /// <summary>The product's processing of messages after reading; null for the recipe's.</summary>
    public AfterProcessing? AfterProcessing { get; init; }

    /// <summary>The lifetime of the secret in months; null for the recipe's.</summary>
    public int? SecretLifetime { get; init; }

    /// <summary>Whether permissions that the recipe doesn't require are kept.</summary>
    public bool KeepExcess { get; init; }

    /// <summary>Whether the app gets into every mailbox.</summary>
    public bool TenantWide { get; init; }

    /// <summary>Whether an organization that was never customized is customized, for good.</summary>
    public bool EnableCustomization { get; init; }

    /// <summary>The stored secret of an earlier run; null if there is none. A plan never contains it.</summary>
    [JsonIgnore]
    public SecureString? HeldSecret { get; init; }

    /// <summary>The cloud, which decides on the roles that there are; the installer takes it from its session.</summary>
    internal Cloud Cloud { get; init; } = Cloud.Of(MailEnvironment.Global);

    /// <summary>The requested permissions for the mailboxes of this request.</summary>
    internal IReadOnlyList<MailAppPermission> Permissions =>
        RecipePermissions.Of(Recipe, Kind, UseVendorPermissions, User is not null);

    /// <summary>The permissions among them that Exchange roles replace, which the app gets for its mailboxes only.</summary>
    internal IReadOnlyList<MailAppPermission> Scoped =>
        TenantWide || !Recipe.Restricted ? [] : [.. Permissions.Where(p => RoleNames.For(p, Cloud) is not null)];

    /// <summary>The others, which Entra grants.</summary>
    internal IReadOnlyList<MailAppPermission> Granted => [.. Permissions.Except(Scoped)];

    /// <summary>Those who sign in, for access that isn't the app's own.</summary>
    internal IReadOnlyList<string> People => User is { } user ? [user] : Mailboxes;

    internal AfterProcessing? After => AfterProcessing ?? Recipe.AfterProcessing?.Choice[0];

    /// <summary>The redirect URI with the customer's name; null while that is missing.</summary>
    internal string? RedirectUri
    {
        get
        {
            if (Recipe.Redirect is not { } redirect || !RecipeText.In(redirect.Uri).Any())
            {
                return Recipe.Redirect?.Uri;
            }

            return Customer is null
                ? null
                : RecipeText.Fill(redirect.Uri, new Dictionary<string, string?> { [RecipeText.Customer] = Customer });
        }
    }
}
