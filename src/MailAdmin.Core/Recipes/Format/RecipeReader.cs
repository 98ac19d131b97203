using System.Globalization;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.Recipes.Format;

/// <summary>
/// Reads a recipe file: JSON with comments. A mistake is rejected with file, line, reason, and the nearest valid name. All
/// mistakes of a file are reported together.
/// </summary>
internal static class RecipeReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; its name without the extension is the recipe's.</param>
    /// <exception cref="InvalidRequestException">It can't be opened (RecipeNotReadable), or has mistakes
    /// (RecipeInvalid).</exception>
    public static MailAppRecipe Read(string path)
    {
        try
        {
            return Parse(Encoding.UTF8.GetBytes(TextFile.Read(path)), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException("RecipeNotReadable", $"The recipe '{path}' can't be read: {e.Message}", e)
            {
                Target = path,
            };
        }
    }

    /// <summary>Reads the content of a file.</summary>
    /// <param name="content">The octets.</param>
    /// <param name="path">The file, for the messages.</param>
    /// <exception cref="InvalidRequestException">It has mistakes (RecipeInvalid).</exception>
    public static MailAppRecipe Parse(ReadOnlySpan<byte> content, string path)
    {
        var mistakes = new List<(int Line, string Reason)>();
        MailAppRecipe? recipe = null;
        try
        {
            recipe = Recipe(
                new RecipeObject(RecipeNode.Parse(content.StartsWith(ByteOrderMark) ? content[3..] : content), mistakes), path);
        }
        catch (JsonException e)
        {
            mistakes.Add(((int)(e.LineNumber ?? 0) + 1, $"it isn't JSON: {e.Message.Split(" LineNumber")[0]}"));
        }

        return mistakes.Count == 0 ? recipe! : throw new InvalidRequestException(
            "RecipeInvalid",
            string.Join(
                "\n", mistakes.OrderBy(m => m.Line)
                    .Select(m => string.Create(CultureInfo.InvariantCulture, $"{path}({m.Line}): {m.Reason}."))))
        {
            Target = path,
            Advice = "Correct these lines. For the format, see about_MailAdmin_Recipes.",
        };
    }

    private static MailAppRecipe Recipe(RecipeObject json, string path)
    {
        var name = json.Text("name");
        if (name != Path.GetFileNameWithoutExtension(path) && name.Length > 0)
        {
            json.Refuse(json.LineOf("name"), $"the recipe is '{name}', so the file must have the name '{name}.json'");
        }

        var recipe = new MailAppRecipe
        {
            Name = name,
            Summary = json.Text("summary"),
            Page = Page(json),
            Path = path,
            Protocol = json.Choice<MailProtocol>("protocol"),
            SignInAudience = json.OptionalChoice<SignInAudience>("signInAudience") ?? SignInAudience.AzureADMyOrg,
            VendorApp = json.Object("vendorApp") is { } vendor ? VendorApp(vendor) : null,
            Access = [.. json.Objects("access").Select(Access)],
            Redirect = json.Object("redirect") is { } redirect ? Redirect(redirect) : null,
            Credential = json.Object("credential") is { } credential ? Credential(credential) : null,
            Mailbox = json.Object("mailbox") is { } mailbox ? Mailbox(mailbox) : new(),
            Restricted = json.Flag("restricted"),
            AfterProcessing = json.Object("afterProcessing") is { } after ? After(after) : null,
            ManualStep = json.Texts("manualSteps"),
            TestButton = json.OptionalText("testButton"),
            Warning = json.Texts("warnings"),
        };
        recipe = recipe with { Form = [.. json.Objects("form").Select(f => Field(f, recipe))] };
        json.End();
        RecipeRules.Check(recipe, json);
        return recipe;
    }

    private static Uri Page(RecipeObject json)
    {
        var text = json.Text("page");
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)
        {
            return uri;
        }

        json.Refuse(json.LineOf("page"), $"'page' must be an https address, but is '{text}'");
        return new Uri("https://invalid.example/");
    }

    private static MailAppRecipeVendorApp VendorApp(RecipeObject json)
    {
        var app = new MailAppRecipeVendorApp(json.Text("clientId"), json.Text("displayName"))
        {
            Retired = json.OptionalText("retired"),
        };
        if (!Guid.TryParse(app.ClientId, out _))
        {
            json.Refuse(json.LineOf("clientId"), $"'clientId' must be a GUID, but is '{app.ClientId}'");
        }

        json.End();
        return app;
    }

    private static MailAppRecipeAccess Access(RecipeObject json)
    {
        var access = new MailAppRecipeAccess
        {
            Kind = json.Choice<MailAppRecipeKind>("kind"),
            Permission = [.. json.Objects("permissions").Select(Permission)],
        };
        json.End();
        var wanted = access.Kind == MailAppRecipeKind.AppOnly ? PermissionKind.Application : PermissionKind.Delegated;
        if (!access.Permission.Any(p => p.Kind == wanted && p.IsWanted(useVendorPermissions: false)))
        {
            json.Refuse(
                json.Line, $"access of the kind {access.Kind} requires at least one "
                    + $"{wanted.ToString().ToLowerInvariant()} permission in the least permissions");
        }

        return access;
    }

    private static MailAppRecipePermission Permission(RecipeObject json)
    {
        var (text, kind) = (json.Text("permission"), json.Choice<PermissionKind>("kind"));
        var known = PermissionTable.Known(kind);
        if (text.Length > 0 && !known.Contains(text, StringComparer.Ordinal))
        {
            json.Refuse(json.LineOf("permission"), NameSuggestion.Of(text, known) is { } near
                ? $"no {kind.ToString().ToLowerInvariant()} permission '{text}' was found; did you mean '{near}'?"
                : $"no {kind.ToString().ToLowerInvariant()} permission '{text}' for mail, calendars, contacts, or "
                    + $"users was found");
            text = known[0];
        }

        var permission = new MailAppRecipePermission(
            text.Length > 0 ? PermissionName.Parse(text, kind) : new MailAppPermission("", "", kind),
            json.OptionalChoice<MailAppRecipeNeed>("need") ?? MailAppRecipeNeed.Both)
        {
            Mailbox = json.OptionalChoice<MailAppRecipeMailboxKind>("mailbox") ?? MailAppRecipeMailboxKind.Any,
            Reason = json.OptionalText("reason"),
        };
        json.End();
        if (permission.Need != MailAppRecipeNeed.Both && permission.Reason is null)
        {
            json.Refuse(json.Line, $"'reason' is required because 'need' of '{text}' is '{permission.Need}'");
        }

        return permission;
    }

    private static MailAppRecipeRedirect Redirect(RecipeObject json)
    {
        var redirect = new MailAppRecipeRedirect(json.Text("uri"), json.Choice<RedirectPlatform>("platform"));
        foreach (var unknown in RecipeText.In(redirect.Uri).Where(p => p != RecipeText.Customer))
        {
            json.Refuse(json.LineOf("uri"), $"'{{{unknown}}}' can't stand in a redirect URI; {{{RecipeText.Customer}}} can");
        }

        json.End();
        return redirect;
    }

    private static MailAppRecipeCredential Credential(RecipeObject json)
    {
        var kind = json.Choice<CredentialKind>("kind");
        if (kind != CredentialKind.Secret)
        {
            json.Refuse(
                json.LineOf("kind"), "the credential of a recipe must be a Secret, because a certificate is "
                    + "specified at installation");
        }

        var credential = new MailAppRecipeCredential(kind, json.Number("lifetime", 1, 24), json.Number("reminder", 1, 365));
        json.End();
        return credential;
    }

    private static MailAppRecipeMailbox Mailbox(RecipeObject json)
    {
        var license = json.Object("license");
        var mailbox = new MailAppRecipeMailbox
        {
            FullAccess = json.Flag("fullAccess"),
            ImapEnabled = json.Flag("imapEnabled"),
            TimeZone = json.Flag("timeZone"),
            Dedicated = json.Flag("dedicated"),
            License = license is null ? null : new MailAppRecipeLicense(license.Text("name"), license.Texts("skus")),
        };
        license?.End();
        json.End();
        return mailbox;
    }

    private static MailAppRecipeAfterProcessing After(RecipeObject json)
    {
        var after = new MailAppRecipeAfterProcessing(json.Choices<AfterProcessing>("choices"), json.OptionalText("folder"));
        if (json.Object("words") is { } words)
        {
            var named = after.Choice.Select(c => KeyValuePair.Create(c, words.OptionalText(c.ToString())));
            after = after with { Word = named.Where(w => w.Value is not null).ToDictionary(w => w.Key, w => w.Value!) };
            words.End();
        }

        json.End();
        RecipeRules.Check(after, json);
        if (after.Choice.Contains(AfterProcessing.Move) != (after.Folder is not null))
        {
            json.Refuse(json.Line, after.Folder is null ? "'folder' is required because messages can be moved"
                : "'folder' requires the choice Move");
        }

        return after;
    }

    private static MailAppRecipeField Field(RecipeObject json, MailAppRecipe recipe)
    {
        var field = new MailAppRecipeField(json.Text("field"), json.OptionalText("value") ?? "")
        {
            Access = json.OptionalChoice<MailAppRecipeKind>("access"),
            Note = json.OptionalText("note"),
        };
        json.End();
        RecipeRules.Check(field, recipe, json);
        return field;
    }
}
