using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using MailAdmin.Core.Recipes.Format;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>
/// The vendor's app, simulated: it has a person sign in by the authorization code flow, and reads and sends the person's mail over Graph. Its
/// client id is the one of the vendor's page; nothing of the vendor's own is in it.
/// </summary>
internal sealed partial class SimulatedVendor(SandboxTenant tenant, MailAppRecipe recipe, bool isShared = false) : IDisposable
{
    /// <summary>Where the simulated app waits; nothing listens there, for the answer is taken from the redirect itself.</summary>
    private const string Callback = "http://localhost";

    private readonly HttpClient _http = new(tenant.Wire.Http, disposeHandler: false);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Scope => string.Join(' ', RecipePermissions.Of(recipe, MailAppRecipeKind.VendorApp, useVendorPermissions: false, isShared).Select(p => p.Name));

    /// <summary>"Sign in with Microsoft", as a person: the service's refusal, or null when the app then may act for the person.</summary>
    public async Task<string?> SignInAsync(string person)
    {
        var page = new Uri($"https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?client_id={recipe.VendorApp!.ClientId}&response_type=code&login_hint={person}"
            + $"&redirect_uri={Uri.EscapeDataString(Callback)}&scope={Uri.EscapeDataString(Scope)}");
        var html = await _http.GetStringAsync(page, Cancel);
        var user = Chosen().Match(html).Groups[1].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["user"] = user, ["decision"] = "next" });
        using var answer = await _http.PostAsync(page, form, Cancel);
        var query = answer.StatusCode == HttpStatusCode.Redirect ? HttpUtility.ParseQueryString(answer.Headers.Location!.Query) : [];
        if (query["code"] is not { } code)
        {
            return query["error_description"] ?? await answer.Content.ReadAsStringAsync(Cancel);
        }

        using var redeem = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = recipe.VendorApp.ClientId, ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Callback, ["scope"] = Scope,
        });
        using var token = await _http.PostAsync("https://login.microsoftonline.com/organizations/oauth2/v2.0/token", redeem, Cancel);
        var json = JsonNode.Parse(await token.Content.ReadAsStringAsync(Cancel))!;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)json["access_token"]);
        return (string?)json["error_description"];
    }

    /// <summary>Receives: the subjects in a mailbox's Inbox, or null when it is refused.</summary>
    public async Task<IReadOnlyList<string>?> ReceiveAsync(string mailbox)
    {
        using var answer = await _http.GetAsync($"https://graph.microsoft.com/v1.0/users/{mailbox}/mailFolders/inbox/messages?$top=50", Cancel);
        return answer.IsSuccessStatusCode ? [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["value"]!.AsArray().Select(m => (string)m!["subject"]!)] : null;
    }

    /// <summary>Sends as the person.</summary>
    public async Task<HttpStatusCode> SendAsync(string from, string to, string subject)
    {
        var message = new JsonObject
        {
            ["message"] = new JsonObject
            {
                ["subject"] = subject,
                ["body"] = new JsonObject { ["contentType"] = "text", ["content"] = "x" },
                ["toRecipients"] = new JsonArray(new JsonObject { ["emailAddress"] = new JsonObject { ["address"] = to } }),
            },
        };
        using var content = new StringContent(message.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync($"https://graph.microsoft.com/v1.0/users/{from}/sendMail", content, Cancel);
        return answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("""name="user" value="([^"]+)" checked""")]
    private static partial Regex Chosen();
}
