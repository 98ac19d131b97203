using MailAdmin.Core.Recipes.Format;

namespace MailAdmin.Tests.TestKit;

/// <summary>The recipes that ship.</summary>
internal static class RecipeFiles
{
    public static readonly string Folder = Path.Combine(ArchitectureTests.FindRoot(), "module", "Recipes");

    public static RecipeLibrary Library { get; } = new(Folder);

    public static MailAppRecipe Get(string name) => Library.Get(name);
}
