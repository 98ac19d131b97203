using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Judges;

/// <summary>CLI for Microsoft 365: apps and their permissions, then mail as an app and as a person.</summary>
internal sealed partial class Microsoft365CliJudge(JudgedTenant tenant)
    : NodeJudge(tenant, "@pnp/cli-microsoft365", "m365.mjs")
{
    private JudgeProgram _cli = null!;

    protected override async Task JudgeAsync()
    {
        await using var cli = Start();
        _cli = cli;
        On("login by secret");
        var refused = await Assert.ThrowsAsync<JudgeException>(
            () => LoginAsync("secret", Tenant.Server["adminClientId"], new { secret = "wrong" }));
        Assert.Contains("AADSTS7000215", refused.Message, StringComparison.Ordinal);
        await LoginAsync("secret", Tenant.Server["adminClientId"], new { secret = Tenant.Server["adminClientSecret"] });
        await ManageAppsAsync();
        await RunAsync("logout", new { });

        On("login by certificate");
        var (clientId, _, certificate) = await Tenant.RegisterAsync("Certificate of m365");
        using (certificate)
        {
            var pem = $"{certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n";
            await LoginAsync("certificate", clientId, new
            {
                certificateBase64Encoded = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem)),
            });
        }

        await RunAsync("logout", new { });
        await LoginAsync("secret", Tenant.Server["clientId"], new { secret = Tenant.Server["clientSecret"] });
        await ReadMailAsync();
        await RunAsync("logout", new { });
        await MoveMailAsync();
    }

    private async Task ManageAppsAsync()
    {
        On("entra app add");
        var added = await RunAsync("entra app add", new
        {
            name = "App of m365",
            apisApplication = "https://graph.microsoft.com/Mail.Read",
            withSecret = true,
            grantAdminConsent = true,
        });
        var clientId = added!["appId"]!.ToString();
        var app = (await Tenant.AskAsync("GET", $"applications(appId='{clientId}')")).Ok();
        Assert.Equal("App of m365", (string?)app["displayName"]);
        Assert.Equal(
            added["secrets"]![0]!["value"]!.ToString()[..3], (string?)app["passwordCredentials"]![0]!["hint"]);

        On("entra app get");
        Assert.Equal((string?)app["id"], (await RunAsync("entra app get", new { name = "App of m365" }))!["id"]!.ToString());

        On("entra app permission add");
        await RunAsync("entra app permission add", new
        {
            appId = clientId,
            applicationPermissions = "https://graph.microsoft.com/User.Read.All",
            delegatedPermissions = "https://graph.microsoft.com/Mail.Send",
            grantAdminConsent = true,
        });
        var found = await Tenant.AskAsync("GET", $"servicePrincipals(appId='{clientId}')?$select=id");
        var principal = found.Ok()["id"]!.ToString();
        Assert.Equal(2, (await Tenant.AskAsync("GET", $"servicePrincipals/{principal}/appRoleAssignments")).Value.Count);
        Assert.Equal("Mail.Send", (string?)(await Tenant.AskAsync(
            "GET", $"servicePrincipals/{principal}/oauth2PermissionGrants")).Ok()["value"]![0]!["scope"]);

        On("entra app permission list");
        var permissions = await RunAsync("entra app permission list", new { appId = clientId });
        Assert.Equal(
            ["Mail.Read", "Mail.Send", "User.Read.All"],
            permissions!.AsArray().Select(p => p!["permission"]!.ToString()).Order(StringComparer.Ordinal));

        On("entra approleassignment list");
        var assigned = await RunAsync("entra approleassignment list", new { appObjectId = principal });
        Assert.Equal(
            ["Mail.Read", "User.Read.All"],
            assigned!.AsArray().Select(r => r!["roleName"]!.ToString()).Order(StringComparer.Ordinal));

        On("entra app list");
        Assert.Contains((await RunAsync("entra app list", new { }))!.AsArray(), a => a!["appId"]!.ToString() == clientId);

        On("entra app remove");
        await RunAsync("entra app remove", new { appId = clientId, force = true });
        Assert.Equal(404, (await Tenant.AskAsync("GET", $"applications(appId='{clientId}')")).Status);
        Assert.Contains(
            (await Tenant.AskAsync("GET", "directory/deletedItems/microsoft.graph.application")).Value,
            a => (string?)a!["appId"] == clientId);
    }

    private async Task ReadMailAsync()
    {
        var delivered = await Tenant.DeliverAsync(Tenant.Bob, "For m365");
        On("outlook message list");
        var listed = await RunAsync("outlook message list", new { userName = Tenant.Bob, folderName = "inbox" });
        var id = listed!.AsArray().Single(m => m!["subject"]!.ToString() == delivered.Subject)!["id"]!.ToString();

        On("outlook message get");
        var message = await RunAsync("outlook message get", new { userName = Tenant.Bob, id });
        Assert.Equal("dana@fabrikam.com", (string?)message!["from"]!["emailAddress"]!["address"]);
        // It escapes the line break once more than JSON does.
        Assert.StartsWith("Hello", message["body"]!["content"]!.ToString(), StringComparison.Ordinal);

        On("outlook message remove");
        await RunAsync("outlook message remove", new { userName = Tenant.Bob, id, force = true });
        Assert.DoesNotContain(delivered.Subject, await Tenant.SubjectsAsync(Tenant.Bob, "Inbox"));

        On("outlook mail send");
        await RunAsync("outlook mail send", new
        {
            sender = Tenant.Bob, to = Tenant.Bob, subject = "Sent by m365", bodyContents = "<b>Hello</b>",
            bodyContentType = "HTML", saveToSentItems = true,
        });
        Assert.Contains("Sent by m365", await Tenant.SubjectsAsync(Tenant.Bob, "Inbox"));
        Assert.Contains("Sent by m365", await Tenant.SubjectsAsync(Tenant.Bob, "sentitems"));
    }

    private async Task MoveMailAsync()
    {
        On("login by device code");
        var clientId = await Tenant.RegisterPublicAsync("Person of m365", "Mail.ReadWrite User.Read");
        var person = await RunAsync(
            "login", new { authType = "deviceCode", appId = clientId, tenant = Tenant.Server["tenantId"], cloud = "Public" },
            said => Code().Match(said.ToString()) is { Success: true } code
                ? Tenant.TypeCodeAsync(code.Groups[1].Value, Tenant.Bob) : Task.CompletedTask);
        Assert.Equal(Tenant.Bob, (string?)person!["connectedAs"]);

        On("outlook message move");
        var delivered = await Tenant.DeliverAsync(Tenant.Bob, "To be archived by m365");
        var listed = await RunAsync("outlook message list", new { folderName = "inbox" });
        var id = listed!.AsArray().Single(m => m!["subject"]!.ToString() == delivered.Subject)!["id"]!.ToString();
        await RunAsync("outlook message move", new { id, sourceFolderName = "inbox", targetFolderName = "archive" });
        Assert.DoesNotContain(delivered.Subject, await Tenant.SubjectsAsync(Tenant.Bob, "Inbox"));
        Assert.Contains(delivered.Subject, await Tenant.SubjectsAsync(Tenant.Bob, "archive"));
    }

    private Task<JsonNode?> LoginAsync(string authType, string appId, object credential)
    {
        var options = System.Text.Json.JsonSerializer.SerializeToNode(credential)!.AsObject();
        options["authType"] = authType;
        options["appId"] = appId;
        options["tenant"] = Tenant.Server["tenantId"];
        options["cloud"] = "Public";
        return RunAsync("login", options);
    }

    private Task<JsonNode?> RunAsync(string command, object options, Func<JsonNode, Task>? heard = null) =>
        _cli.AskAsync(new { command, options }, heard);

    [GeneratedRegex("enter the code (\\S+)")]
    private static partial Regex Code();
}
