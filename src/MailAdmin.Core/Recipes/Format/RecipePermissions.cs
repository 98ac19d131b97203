namespace MailAdmin.Core.Recipes.Format;

/// <summary>Selects the permissions of a recipe to request.</summary>
internal static class RecipePermissions
{
    /// <summary>The permissions of one way of access.</summary>
    /// <param name="kind">The way of access.</param>
    /// <param name="useVendorPermissions">Whether to use the vendor's permissions, instead of the least.</param>
    /// <param name="isShared">Whether the mailbox isn't the one of the person who signs in.</param>
    /// <returns>The permissions; their ids aren't looked up.</returns>
    /// <exception cref="InvalidRequestException">The recipe doesn't have this way of access.</exception>
    public static IReadOnlyList<MailAppPermission> Of(
        MailAppRecipe recipe, MailAppRecipeKind kind, bool useVendorPermissions, bool isShared)
    {
        var access = Array.Find(recipe.Access, a => a.Kind == kind)
            ?? throw new InvalidRequestException("AccessNotInRecipe", $"{recipe.Name} can't sign in as {kind}.")
            {
                Target = recipe.Name,
                Advice = $"Valid values are {string.Join(", ", recipe.Access.Select(a => a.Kind))}.",
            };
        var without = isShared ? MailAppRecipeMailboxKind.Own : MailAppRecipeMailboxKind.Shared;
        return [.. access.Permission.Where(p => p.IsWanted(useVendorPermissions) && p.Mailbox != without)
            .Select(p => p.Permission)];
    }
}
