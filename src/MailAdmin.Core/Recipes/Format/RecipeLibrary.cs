using MailAdmin.Core.Base;

namespace MailAdmin.Core.Recipes.Format;

/// <summary>Represents a user's recipes: those in the user's folder, and the built-in ones. The user's take precedence.</summary>
internal sealed class RecipeLibrary
{
    private readonly string[] _folders;

    /// <summary>Reads folders. A missing folder counts as empty.</summary>
    /// <param name="folders">The folders; the first takes precedence.</param>
    public RecipeLibrary(params string[] folders) => _folders = folders;

    /// <summary>
    /// The user's own folder: the one that MAILADMIN_RECIPES names, or MailAdmin/recipes in the user's local application data.
    /// </summary>
    public static string OwnFolder => Environment.GetEnvironmentVariable("MAILADMIN_RECIPES") is { Length: > 0 } folder ? folder
        : Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "MailAdmin", "recipes");

    /// <summary>The names of the recipes in their order; no file is opened.</summary>
    public IReadOnlyList<string> Names => [.. Files.Keys];

    private SortedDictionary<string, string> Files
    {
        get
        {
            var files = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var file in _folders.Where(Directory.Exists)
                .SelectMany(f => Directory.EnumerateFiles(f, "*.json").Order(StringComparer.Ordinal)))
            {
                files.TryAdd(Path.GetFileNameWithoutExtension(file), file);
            }

            return files;
        }
    }

    /// <summary>Reads a recipe.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <exception cref="InvalidRequestException">The recipe wasn't found (UnknownRecipe), or its file has mistakes.</exception>
    public MailAppRecipe Get(string name)
    {
        var files = Files;
        return files.TryGetValue(name, out var file) ? RecipeReader.Read(file)
            : throw new InvalidRequestException("UnknownRecipe", $"No recipe '{name}' was found.")
            {
                Target = name,
                Advice = NameSuggestion.Of(name, files.Keys) is { } near ? $"Did you mean {near}?"
                    : $"Available recipes: {string.Join(", ", files.Keys)}. Save your own recipes in "
                        + $"'{_folders.FirstOrDefault()}', one in each file.",
            };
    }

    /// <summary>Reads a recipe, if there is one that can be read.</summary>
    /// <param name="name">Its name; null for none.</param>
    /// <returns>The recipe, or null.</returns>
    public MailAppRecipe? Find(string? name)
    {
        try
        {
            return name is not null && Files.TryGetValue(name, out var file) ? RecipeReader.Read(file) : null;
        }
        catch (InvalidRequestException e)
        {
            VerboseLog.Write(e.Message);
            return null;
        }
    }
}
