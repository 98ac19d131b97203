using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;
using MailAdmin.Core.Recipes.Format;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Fills a vendor's form with the values of an app. A secret in it is masked, and is written only to a specified destination.
/// </summary>
internal static class ProductSettingsFile
{
    private const string Mask = "********";

    /// <summary>Fills the form.</summary>
    /// <param name="request">The request, with the recipe and its form.</param>
    /// <param name="mailbox">The mailbox; null when none is known.</param>
    /// <param name="hasSecret">Whether the secret is available.</param>
    /// <param name="cloud">The cloud of the tenant.</param>
    /// <exception cref="InvalidRequestException">The recipe doesn't have this way of access.</exception>
    public static MailAppProductSetting Make(
        InstallRequest request, MailAppRegistration app, string? mailbox, bool hasSecret, Cloud cloud)
    {
        var (recipe, kind) = (request.Recipe, request.Kind);
        var endpoint = $"https://{cloud.LoginHost}/{app.TenantId}/oauth2/v2.0/";
        var customer = CustomerOf(recipe, app) ?? request.Customer;
        var values = new Dictionary<string, string?>
        {
            [RecipeText.ClientId] = app.ClientId,
            [RecipeText.ClientSecret] = Mask,
            ["tenantId"] = app.TenantId,
            [RecipeText.Mailbox] = mailbox,
            ["appName"] = app.Name,
            ["host"] = cloud.ImapHost,
            ["port"] = "993",
            ["authorizeUrl"] = endpoint + "authorize",
            ["tokenUrl"] = endpoint + "token",
            ["scope"] = ScopeOf(request, cloud),
            ["redirectUri"] = recipe.Redirect is { } redirect
                ? RecipeText.Fill(redirect.Uri, new Dictionary<string, string?> { [RecipeText.Customer] = customer })
                : null,
            [RecipeText.Customer] = customer,
            ["afterProcessing"] = request.After is { } action ? recipe.AfterProcessing?.WordOf(action) : null,
            ["folder"] = recipe.AfterProcessing?.Folder,
        };
        var manualSteps = recipe.ManualStep.ToList();
        if (recipe.Redirect is not null && CustomerOf(recipe, app) is null)
        {
            manualSteps.Insert(
                0, $"Add the redirect URI {recipe.Redirect.Uri} ({recipe.Redirect.Platform}) with your customer name "
                    + $"to the app, or run Install-MailApp with -Customer.");
        }

        var form = recipe.Form.Where(f => f.Access is null || f.Access == kind).ToArray();
        if (!hasSecret && form.Any(f => HoldsSecret(f)))
        {
            manualSteps.Insert(
                0, "The secret value isn't available. Use the stored value, or create a new secret with "
                    + "Update-MailAppSecret.");
        }

        return new MailAppProductSetting
        {
            Recipe = recipe.Name,
            App = app.Name,
            ClientId = app.ClientId,
            Mailbox = mailbox,
            Page = recipe.Page,
            Field =
            [
                .. form.Select(
                    f => new MailAppProductSettingField(f.Name, RecipeText.Fill(f.Value, values))
                    {
                        IsSecret = HoldsSecret(f),
                        Note = f.Note,
                    }),
            ],
            SecretExpiresAt = recipe.Credential is null ? null : app.SecretExpiresAt,
            ManualStep = [.. manualSteps],
            Warning = recipe.VendorApp?.Retired is { } retired ? [.. recipe.Warning, retired] : recipe.Warning,
        };
    }

    /// <summary>The form as lines of text, with its notes, what has to be done by hand, and warnings.</summary>
    /// <param name="setting">The form.</param>
    /// <param name="secret">The secret; null to leave it masked.</param>
    public static string Text(MailAppProductSetting setting, SecureString? secret)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {setting}: {setting.Page}");
        foreach (var field in setting.Field)
        {
            var value = field.IsSecret && secret is not null
                ? field.Value.Replace(Mask, Secret.Reveal(secret), StringComparison.Ordinal)
                : field.Value;
            text.AppendLine(CultureInfo.InvariantCulture, $"{field.Name}: {value}");
            if (field.Note is { } note)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    ({note})");
            }
        }

        foreach (var task in setting.ManualStep)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {task}");
        }

        foreach (var warning in setting.Warning)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"! {warning}");
        }

        return text.ToString();
    }

    /// <summary>Writes product settings with the secret into a new file that only its owner can read.</summary>
    /// <param name="path">The file. An existing file isn't changed.</param>
    /// <exception cref="InvalidRequestException">The file exists, or can't be written (ProductSettingNotWritable).</exception>
    public static void Write(IReadOnlyList<MailAppProductSetting> settings, SecureString secret, string path)
    {
        var text = string.Concat(settings.Select(s => Text(s, secret)));
        FileFailure.Guard(
            () => OwnFile.WriteNew(path, Encoding.UTF8.GetBytes(text)),
            "ProductSettingNotWritable", path, $"The product settings can't be written to '{path}'",
            "Specify a new file in an existing folder. An existing file is never overwritten.");
    }

    /// <summary>Returns the customer's name in the app's redirect URI; null if it has none.</summary>
    internal static string? CustomerOf(MailAppRecipe recipe, MailAppRegistration app)
    {
        if (recipe.Redirect is not { } redirect || !RecipeText.In(redirect.Uri).Any())
        {
            return null;
        }

        var pattern = Regex.Escape(redirect.Uri)
            .Replace(Regex.Escape($"{{{RecipeText.Customer}}}"), "([A-Za-z0-9.-]+)", StringComparison.Ordinal);
        return app.RedirectUri.Where(u => u.Platform == redirect.Platform).Select(
            u => Regex.Match(u.Uri, $"^{pattern}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
            .FirstOrDefault(m => m.Success)?.Groups[1].Value;
    }

    // App-only sign-in requests all granted permissions; delegated sign-in names each.
    private static string ScopeOf(InstallRequest request, Cloud cloud)
    {
        if (request.Kind != MailAppRecipeKind.AppOnly)
        {
            return string.Join(' ', request.Permissions.Where(p => p.Kind == PermissionKind.Delegated).Select(p => p.Name));
        }

        return request.Recipe.Protocol == MailProtocol.Imap ? cloud.MailScope : cloud.GraphScope;
    }

    private static bool HoldsSecret(MailAppRecipeField field) =>
        RecipeText.In(field.Value).Contains(RecipeText.ClientSecret, StringComparer.Ordinal);
}
