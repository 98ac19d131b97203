using MailAdmin.Core.Base;

namespace MailAdmin.Core.Recipes.Format;

/// <summary>Checks the consistency of a recipe.</summary>
internal static class RecipeRules
{
    /// <summary>The recipe as a whole.</summary>
    public static void Check(MailAppRecipe recipe, RecipeObject json)
    {
        void Refuse(string property, string reason) => json.Refuse(json.LineOf(property), reason);

        if (recipe.Access.Length == 0)
        {
            Refuse("access", "'access' is missing: how the product signs in, and with which permissions");
        }

        if (recipe.Access.Select(a => a.Kind).Distinct().Count() < recipe.Access.Length)
        {
            Refuse("access", "each kind of access is allowed only once");
        }

        var isVendors = recipe.Access.Any(a => a.Kind == MailAppRecipeKind.VendorApp);
        if (isVendors != recipe.VendorApp is not null || (isVendors && recipe.Access.Length > 1))
        {
            Refuse(isVendors ? "access" : "vendorApp",
                "'vendorApp' requires access of the kind VendorApp as the only one");
        }

        if (isVendors == recipe.Credential is not null)
        {
            Refuse(isVendors ? "credential" : "access",
                isVendors ? "a recipe with a vendor's app can't have a credential" : "'credential' is missing");
        }

        if (isVendors && recipe.Redirect is not null)
        {
            Refuse("redirect", "a recipe with a vendor's app can't have a redirect URI");
        }

        if (recipe is { Protocol: MailProtocol.Imap } && recipe.Access.Any(a => a.Kind == MailAppRecipeKind.AppOnly)
            && !recipe.Mailbox.FullAccess)
        {
            Refuse("mailbox", "an app that signs in as itself over IMAP requires 'fullAccess' to its mailbox");
        }

        // These are required to complete the vendor's form.
        foreach (var needed in isVendors ? [RecipeText.Mailbox] : new[] { RecipeText.ClientId, RecipeText.ClientSecret })
        {
            if (!recipe.Form.Any(f => RecipeText.In(f.Value).Contains(needed, StringComparer.Ordinal)))
            {
                Refuse("form", $"no field of the form holds {{{needed}}}");
            }
        }
    }

    /// <summary>Refuses an empty list of choices.</summary>
    public static void Check(MailAppRecipeAfterProcessing after, RecipeObject json)
    {
        if (after.Choice.Length == 0)
        {
            json.Refuse(json.Line, "'choices' is missing");
        }
    }

    /// <summary>A field of the form.</summary>
    public static void Check(MailAppRecipeField field, MailAppRecipe recipe, RecipeObject json)
    {
        var line = json.LineOf("value");
        if (RecipeText.IsBroken(field.Value))
        {
            json.Refuse(line, $"'{field.Value}' has a brace without its counterpart");
        }

        foreach (var name in RecipeText.In(field.Value))
        {
            if (!RecipeText.Placeholders.Contains(name, StringComparer.Ordinal))
            {
                json.Refuse(
                    line, $"'{{{name}}}' isn't a valid placeholder; {NameSuggestion.Hint(name, RecipeText.Placeholders)}");
            }
            else if (Lacks(recipe, name) is { } lacks)
            {
                json.Refuse(line, $"'{{{name}}}' has no value because the recipe has no '{lacks}'");
            }
        }

        if (field.Access is { } kind && recipe.Access.All(a => a.Kind != kind))
        {
            json.Refuse(json.LineOf("access"), $"the recipe has no access of the kind {kind}");
        }
    }

    private static string? Lacks(MailAppRecipe recipe, string placeholder) => placeholder switch
    {
        "redirectUri" or RecipeText.Customer when recipe.Redirect is null => "redirect",
        RecipeText.ClientSecret when recipe.Credential is null => "credential",
        "afterProcessing" when recipe.AfterProcessing is null => "afterProcessing",
        "folder" when recipe.AfterProcessing?.Folder is null => "folder",
        _ => null,
    };
}
