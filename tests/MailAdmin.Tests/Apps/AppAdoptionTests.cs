using System.Text.Json.Nodes;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.Apps;

/// <summary>Five ways lead into an app: taking it over removes all of them, or each one is accepted by name.</summary>
public sealed class AppAdoptionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_the_five_ways_in_is_listed_and_removed()
    {
        using var road = await EndToEnd.StartAsync();
        var (clientId, secret) = Foreign(road);

        var plan = await new AppAdoption(road.Admin).FindAsync(clientId, [], Token);

        Assert.Equal(
            [
                AppControlKind.Owner, AppControlKind.PrincipalOwner, AppControlKind.Secret, AppControlKind.Certificate, AppControlKind.FederatedCredential,
                AppControlKind.PrincipalSecret, AppControlKind.PrincipalCertificate,
            ],
            plan.Open.Select(c => c.Kind).Order());
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Of(clientId), Token));
        Assert.Equal("AdoptionRequired", refused.Id);
        Assert.All(plan.Open, c => Assert.Contains($"{c}", refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal);

        await AdoptAsync(road.Admin, clientId);

        Assert.Empty((await new AppAdoption(road.Admin).FindAsync(clientId, [], Token)).Open);
        Assert.NotEqual(ChangeKind.Created, (await new AppProvisioner(road.Admin).EnsureAsync(Of(clientId), Token)).Change);
        var signIn = await Assert.ThrowsAsync<ServiceRefusedException>(() => Session.SignInAsync(
            road.Tenant.Wire, road.Admin.Cloud, road.Tenant.Domain, clientId, new AppCredential.ClientSecret(Core.Base.Secret.Close(secret)), Token));
        Assert.Equal("invalid_client", signIn.Code);
    }

    /// <summary>An owner can add a credential to the service principal, where nobody looks, and then lock it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Credentials_behind_a_lock_are_removed_and_the_lock_is_on_afterwards(bool isLocked)
    {
        using var road = await EndToEnd.StartAsync();
        var (clientId, _) = Foreign(road);
        var app = road.Tenant.State.Directory.ApplicationOf(clientId)!;
        app.Json["servicePrincipalLockConfiguration"] = isLocked
            ? new System.Text.Json.Nodes.JsonObject 
            {
                ["isEnabled"] = true, ["allProperties"] = false, ["credentialsWithUsageVerify"] = true, ["credentialsWithUsageSign"] = false,
                ["tokenEncryptionKeyId"] = false,
            }
            : null;

        await AdoptAsync(road.Admin, clientId);

        Assert.Empty(await new AppControls(road.Admin).ReadAsync(await new AppDirectory(road.Admin).FindOwnAsync(clientId, Token), Token));
        var state = app.Json["servicePrincipalLockConfiguration"]!;
        Assert.Equal((true, true), ((bool)state["isEnabled"]!, (bool)state["allProperties"]!));
    }

    [Fact]
    public async Task An_app_that_is_registered_here_has_the_lock()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");

        var state = road.Tenant.State.Directory.ApplicationOf(app.ClientId)!.Json["servicePrincipalLockConfiguration"]!;
        Assert.Equal((true, true), ((bool)state["isEnabled"]!, (bool)state["allProperties"]!));
    }

    [Fact]
    public async Task What_is_accepted_by_name_stays_and_is_not_asked_about_again()
    {
        using var road = await EndToEnd.StartAsync();
        var (clientId, _) = Foreign(road);
        var bob = Array.Find([.. road.Tenant.Mailboxes], m => m.Address.StartsWith("bob@", StringComparison.Ordinal))!.Address;

        await AdoptAsync(road.Admin, clientId, bob, "of its owner", "pipeline");

        var left = await new AppControls(road.Admin).ReadAsync(await new AppDirectory(road.Admin).FindOwnAsync(clientId, Token), Token);
        Assert.Equal(
            [AppControlKind.Owner, AppControlKind.PrincipalOwner, AppControlKind.Secret, AppControlKind.FederatedCredential], left.Select(c => c.Kind).Order());
        Assert.Empty((await new AppAdoption(road.Admin).FindAsync(clientId, [], Token)).Open);
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused_before_anything_is_removed()
    {
        using var road = await EndToEnd.StartAsync();
        var (clientId, _) = Foreign(road);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppAdoption(road.Admin).FindAsync(clientId, ["alcie@contoso.com"], Token));
        Assert.Equal("ControlNotFound", e.Id);
        Assert.Contains("of its owner", (await new AppControls(road.Admin).ReadAsync(await new AppDirectory(road.Admin).FindOwnAsync(clientId, Token), Token)).Select(c => c.Name));
    }

    [Fact]
    public async Task What_was_kept_keeps_the_app_from_being_used()
    {
        using var road = await EndToEnd.StartAsync();
        var (clientId, _) = Foreign(road);
        var adoption = new AppAdoption(road.Admin);
        var plan = await adoption.FindAsync(clientId, [], Token);
        foreach (var control in plan.Open.Where(c => c.Kind != AppControlKind.PrincipalSecret))
        {
            await adoption.RemoveAsync(plan, control, Token);
            plan.Removed.Add(control);
        }

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => adoption.FinishAsync(plan, Token));
        Assert.Equal("AdoptionRequired", e.Id);
        Assert.Contains("secret on the service principal", e.Message, StringComparison.Ordinal);
        Assert.Equal("AdoptionRequired", (await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Of(clientId), Token))).Id);
    }

    [Fact]
    public async Task An_app_of_ones_own_has_none_until_somebody_adds_one()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var directory = new AppDirectory(road.Admin);
        Assert.Empty(await new AppControls(road.Admin).UnknownAsync(await directory.FindOwnAsync(app.ClientId, Token), Token));
        var request = new InstallRequest
        {
            Recipe = RecipeFiles.Get("Jim2"), Kind = MailAppRecipeKind.AppOnly, Name = app.Name, Mailboxes = [road.Mailbox],
        };
        Assert.DoesNotContain((await new RecipeDrift(road.Admin, app, request).RunAsync(Token)).Drift, d => d.Kind == MailAppDriftKind.ForeignAccess);

        road.Tenant.State.Directory.ApplicationOf(app.ClientId)!.FederatedCredentials.Add(Workload());

        var test = await new RecipeDrift(road.Admin, app, request).RunAsync(Token);
        Assert.Equal("federated credential pipeline (repo:x of https://token.actions.githubusercontent.com)",
            Assert.Single(test.Drift, d => d.Kind == MailAppDriftKind.ForeignAccess).Item);
        Assert.Equal(CheckStatus.Warning, test.Checks.Single(c => c.Name == "Control").Status);
    }

    /// <summary>Takes an app over, as the cmdlets do when each question is answered with yes.</summary>
    internal static async Task AdoptAsync(Session session, string id, params string[] accepted)
    {
        var adoption = new AppAdoption(session);
        var plan = await adoption.FindAsync(id, accepted, Token);
        foreach (var control in plan.Open)
        {
            await adoption.RemoveAsync(plan, control, Token);
            plan.Removed.Add(control);
        }

        await adoption.FinishAsync(plan, Token);
    }

    private static AppSpecification Of(string clientId) => new() { Name = "Vendor", App = clientId };

    /// <summary>An app of Bob's with every way in.</summary>
    internal static (string ClientId, string Secret) Foreign(EndToEnd road)
    {
        var bob = Array.Find([.. road.Tenant.Mailboxes], m => m.Address.StartsWith("bob@", StringComparison.Ordinal))!;
        var (clientId, secret) = road.Tenant.AddOthersApp("Vendor", bob.Address);
        var directory = road.Tenant.State.Directory;
        var (app, principal) = (directory.ApplicationOf(clientId)!, directory.PrincipalOf(clientId)!);
        app.FederatedCredentials.Add(Workload());
        principal.Owners.Add(bob.UserId);
        ((JsonArray)app.Json["keyCredentials"]!).Add(Credential("certificate"));
        // Older than March 2024: its service principals are not locked.
        app.Json["servicePrincipalLockConfiguration"] = null;
        ((JsonArray)principal.Json["passwordCredentials"]!).Add(Credential("hidden secret"));
        ((JsonArray)principal.Json["keyCredentials"]!).Add(Credential("hidden certificate"));
        return (clientId, secret);
    }

    private static JsonObject Workload() => new()
    {
        ["id"] = Guid.NewGuid().ToString(), ["name"] = "pipeline", ["issuer"] = "https://token.actions.githubusercontent.com",
        ["subject"] = "repo:x", ["description"] = null, ["audiences"] = new JsonArray("api://AzureADTokenExchange"),
    };

    internal static JsonObject Credential(string name) => new()
    {
        ["keyId"] = Guid.NewGuid().ToString(), ["displayName"] = name,
        ["startDateTime"] = "2026-01-01T00:00:00Z", ["endDateTime"] = "2028-01-01T00:00:00Z",
    };
}
