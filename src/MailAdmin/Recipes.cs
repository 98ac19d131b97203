using MailAdmin.Core.Recipes.Format;

namespace MailAdmin;

/// <summary>Where cmdlets find recipes: the user's own folder, then the one beside the module's manifest.</summary>
internal static class Recipes
{
    public static RecipeLibrary Library => new(
        RecipeLibrary.OwnFolder,
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(Recipes).Assembly.Location)!, "..", "Recipes")));

    /// <summary>The way of access that is meant: the recipe's first one, or as a person who signs in.</summary>
    public static MailAppRecipeKind KindOf(MailAppRecipe recipe, bool delegated) =>
        delegated ? MailAppRecipeKind.Delegated : recipe.Access[0].Kind;

    /// <summary>The protocol that is meant where nobody named one: that of the app's recipe.</summary>
    public static MailProtocol ProtocolOf(MailAppRegistration app) => Library.Find(app.Recipe)?.Protocol ?? MailProtocol.Graph;
}
