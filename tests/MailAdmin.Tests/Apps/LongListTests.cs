using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph;

namespace MailAdmin.Tests.Apps;

/// <summary>Lists that are longer than a page of Graph, which has 100 entries when nobody asks for more.</summary>
public sealed class LongListTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, InlineData(120, 1), InlineData(1200, 2)]
    public async Task Beside_many_people_one_more_is_assigned_in_a_few_requests_and_once(int people, int pages)
    {
        HttpTap tap = null!;
        using var road = await EndToEnd.StartAsync(between: http => tap = new HttpTap(http));
        var (app, principal) = await VendorAsync(road, people);
        var vendor = new VendorApps(road.Admin);
        var before = tap.Answers.Values.Sum();

        Assert.True((await vendor.RequireAssignmentAsync(app, principal, [road.Tenant.Mailboxes[1].Address], Token)).Changed);
        // The app, who is assigned, the person, the assignment, who is assigned by then, that assignment is required, and that again.
        Assert.Equal(5 + (2 * pages), tap.Answers.Values.Sum() - before);
        Assert.False((await vendor.RequireAssignmentAsync(app, principal, [road.Tenant.Mailboxes[1].Address], Token)).Changed);
        Assert.Single(road.Tenant.State.Directory.AppRoleAssignments, a => (string?)a.Json["resourceId"] == principal
            && (string?)a.Json["principalDisplayName"] == "Alice Johnson");

        before = tap.Answers.Values.Sum();
        Assert.True(await vendor.MaySignInAsync(principal, road.Tenant.Mailboxes[1].Address, Token));
        Assert.InRange(tap.Answers.Values.Sum() - before, 3, 2 + pages);
        Assert.False(await vendor.MaySignInAsync(principal, road.Tenant.Mailboxes[2].Address, Token));
    }

    [Fact]
    public async Task Five_hundred_apps_are_all_found()
    {
        using var road = await EndToEnd.StartAsync();
        var directory = road.Tenant.State.Directory;
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var registration = directory.Applications.Single(a => a.AppId == app.ClientId);
        for (var i = 0; i < 500; i++)
        {
            var json = (System.Text.Json.Nodes.JsonObject)registration.Json.DeepClone();
            (json["id"], json["appId"], json["displayName"]) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), $"App {i}");
            directory.Applications.Add(new DirectoryObject(json, registration.CreatedAt));
        }

        var found = new List<string>();
        await foreach (var one in new AppDirectory(road.Admin).FindApplicationsAsync(AppDirectory.ByName("App *"), Token))
        {
            found.Add(one.DisplayName!);
        }

        Assert.Equal(500, found.Distinct().Count());
    }

    [Fact]
    public async Task A_list_whose_next_page_is_the_same_page_ends_with_an_error()
    {
        HttpTap tap = null!;
        using var road = await EndToEnd.StartAsync(between: http => tap = new HttpTap(http));
        tap.After = (request, answer) => request.RequestUri!.AbsolutePath.EndsWith("/applications", StringComparison.Ordinal)
            ? new HttpResponseMessage(System.Net.HttpStatusCode.OK)
            {
                Content = new StringContent($$"""{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/applications?$skiptoken=x"}""", System.Text.Encoding.UTF8, "application/json"),
            }
            : answer;

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => road.Admin.ListAllAsync(
            g => g.Applications.GetAsync(cancellationToken: Token), page => page.Value, Token));
        Assert.Equal("UnreadableAnswer", refused.Code);
    }

    private static async Task<(MailAppRegistration App, string Principal)> VendorAsync(EndToEnd road, int people)
    {
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var directory = road.Tenant.State.Directory;
        var principal = directory.PrincipalOf(app.ClientId)!;
        for (var i = 0; i < people; i++)
        {
            var person = new DirectoryObject(
                new() { ["id"] = Guid.NewGuid().ToString(), ["displayName"] = $"Person {i}", ["userPrincipalName"] = $"p{i}@contoso.com" },
                principal.CreatedAt);
            directory.AppRoleAssignments.Add(new DirectoryObject(
                GrantApi.Assignment(person, principal, Guid.Empty.ToString(), principal.CreatedAt), principal.CreatedAt));
        }

        return (app, principal.Id);
    }
}
