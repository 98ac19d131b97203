using MailAdmin.Core.Recipes.Format;

namespace MailAdmin;

/// <summary>Finds recipes for cmdlets: in the user's own folder, then in the module's.</summary>
internal static class Recipes
{
    public static RecipeLibrary Library => new(
        RecipeLibrary.OwnFolder,
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(Recipes).Assembly.Location)!, "..", "Recipes")));

    /// <summary>Returns the way of access: the recipe's first one, or delegated access.</summary>
    public static MailAppRecipeKind KindOf(MailAppRecipe recipe, bool delegated) =>
        delegated ? MailAppRecipeKind.Delegated : recipe.Access[0].Kind;

    /// <summary>Returns the default protocol: that of the app's recipe.</summary>
    public static MailProtocol ProtocolOf(MailAppRegistration app) => Library.Find(app.Recipe)?.Protocol ?? MailProtocol.Graph;
}
