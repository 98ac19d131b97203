using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>Programs that know nothing of MailAdmin, and are told nothing but the product settings, in the products' place.</summary>
[Trait("Network", "Loopback")]
public sealed class ForeignClientTests(ServedProcess server) : IClassFixture<ServedProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LogicalDOCs_fetch_over_IMAP_by_Pythons_client()
    {
        Assert.SkipUnless(await RunsAsync("python3", "--version"), "python3 is not on PATH.");
        var mailbox = server.Mailboxes[0];
        var (setting, secret) = await InstallAsync("LogicalDOC", MailAppRecipeKind.AppOnly, mailbox);
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "setting.txt");
        ProductSettingsFile.Write([setting], secret, path);
        using var client = ServedProcess.Run(
            "python3", Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Recipes", "Install", "logicaldoc_client.py"), $"{server.Port}", server["certificate"], path);
        var said = await client.StandardOutput.ReadToEndAsync(Cancel);
        Assert.Equal("", await client.StandardError.ReadToEndAsync(Cancel));
        var expected = (await server.Sandbox().GetMessagesAsync(mailbox, "Inbox", Cancel)).Select(m => m.Subject);
        Assert.Equal(expected.Order(StringComparer.Ordinal), said.Split('\n')[..^1].Select(l => l.TrimEnd('\r')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ultimos_sign_in_of_a_person_in_a_real_browser()
    {
        Assert.SkipWhen(Chromium.Program is null, "chromium is not on PATH.");
        var (setting, secret) = await InstallAsync("Ultimo", MailAppRecipeKind.Delegated, server.Mailboxes[1]);
        string Field(string name) => setting.Field.Single(f => f.Name == name).Value;
        Assert.Equal("Authorization Code", Field("Grant type"));

        // Its own address is all that Ultimo knows beside the form.
        const string Callback = "https://contoso.ultimo.net/OAuth2Callback";
        var page = new Uri($"{Field("Authorization URL")}&client_id={Field("Client ID")}&response_type=code&redirect_uri={Uri.EscapeDataString(Callback)}&scope={Uri.EscapeDataString(Field("Scope"))}&state=1");
        await using var browser = await Chromium.StartAsync(server.Port, server.Certificate, Cancel);
        var called = await browser.SignInAsync(page, Field("Mailbox"), Callback, Cancel);
        var query = System.Web.HttpUtility.ParseQueryString(called.Query);
        Assert.Equal("1", query["state"]);
        Assert.Null(query["error_description"]);

        using var http = server.ForeignClient();
        using var answer = await http.PostAsync(Field("Access token URL"), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = query["code"]!,
            ["redirect_uri"] = Callback,
            ["client_id"] = Field("Client ID"),
            ["client_secret"] = Secret.Reveal(secret),
            ["scope"] = Field("Scope"),
        }), Cancel);
        var tokens = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.NotNull(tokens["refresh_token"]);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)tokens["access_token"]!);
        var messages = await http.GetFromJsonAsync<JsonObject>($"https://graph.microsoft.com/v1.0/users/{Field("Mailbox")}/mailFolders/inbox/messages?$top=50", Cancel);
        var expected = await server.Sandbox().GetMessagesAsync(Field("Mailbox"), "Inbox", Cancel);
        Assert.Equal(expected.Select(m => m.Subject).Order(StringComparer.Ordinal), messages!["value"]!.AsArray().Select(m => (string)m!["subject"]!).Order(StringComparer.Ordinal));

        using var other = await http.GetAsync($"https://graph.microsoft.com/v1.0/users/{server.Mailboxes[2]}/mailFolders/inbox/messages", Cancel);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, other.StatusCode);
    }

    private async Task<(MailAppProductSetting Settings, System.Security.SecureString Secret)> InstallAsync(string product, MailAppRecipeKind kind, string mailbox)
    {
        using var session = await Session.SignInAsync(
            server.Wire(), Cloud.Of(MailEnvironment.Global), server["domain"], server["adminClientId"], new AppCredential.ClientSecret(Secret.Close(server["adminClientSecret"])), Cancel);
        var installer = new AppInstaller(session, new InstallRequest { Recipe = RecipeFiles.Get(product), Kind = kind, Name = product, Mailboxes = [mailbox], Customer = "contoso" });
        MailAppStep? last = null;
        foreach (var planned in installer.Plan)
        {
            last = await installer.RunAsync(planned, Cancel);
            // How long the served sandbox takes is not known here, so that a mailbox is closed may count only later.
            Assert.True(last.Status is MailAppStepStatus.Done or MailAppStepStatus.Unchanged || last is { Step: "OutOfScopeTest", Status: MailAppStepStatus.Pending }, $"{last}: {last.Detail}");
        }

        return (last!.ProductSettings.Single(), AppSecrets.Held(session, last.App!)!);
    }

    private static async Task<bool> RunsAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = ServedProcess.Run(program, arguments);
            await process.WaitForExitAsync(Cancel);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
