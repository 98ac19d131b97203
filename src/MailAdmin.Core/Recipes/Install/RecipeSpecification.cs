using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Converts a recipe to the properties of an app registration.</summary>
internal static class RecipeSpecification
{
    /// <summary>Returns the registration for a recipe, with its credential and permissions.</summary>
    /// <param name="name">Display name of the app.</param>
    /// <param name="kind">The way of access.</param>
    /// <param name="useVendorPermissions">Whether to use the vendor's permissions, instead of the least.</param>
    /// <param name="customer">
    /// The customer's name in the redirect URI; null if it's unknown, and then no redirect URI is set.
    /// </param>
    /// <returns>The registration.</returns>
    /// <exception cref="InvalidRequestException">
    /// The app is the vendor's own, or the recipe doesn't have this way of access.
    /// </exception>
    public static AppSpecification ToSpecification(
        this MailAppRecipe recipe, string name, MailAppRecipeKind kind, bool useVendorPermissions, string? customer)
    {
        if (recipe.VendorApp is { } vendor)
        {
            throw new InvalidRequestException(
                "AppOfVendor",
                $"{recipe.Name} has its own app, {vendor.ClientId}, which its vendor registers.")
            {
                Target = recipe.Name,
                Advice = $"To create its enterprise application and grant its permissions, run Install-MailApp "
                    + $"-Recipe {recipe.Name}.",
            };
        }

        var request = new InstallRequest
        {
            Recipe = recipe,
            Kind = kind,
            UseVendorPermissions = useVendorPermissions,
            Name = name,
            Mailboxes = [],
            Customer = customer,
        };
        return new AppSpecification
        {
            Name = name,
            Recipe = recipe.Name,
            Permissions = request.Permissions,
            SecretLifetime = recipe.Credential!.Lifetime,
            SignInAudience = recipe.SignInAudience,
            RedirectUris = request.RedirectUri is { } uri ? [new MailAppRedirectUri(uri, recipe.Redirect!.Platform)] : [],
        };
    }
}
