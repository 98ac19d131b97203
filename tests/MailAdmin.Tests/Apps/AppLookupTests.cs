using MailAdmin.Core.Apps;
using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tests.Apps;

/// <summary>One way to say which app is meant, and what it costs.</summary>
public sealed class AppLookupTests
{
    private const string ForeignId = "7d0f1c52-9c3e-4f6e-8d11-2c6f2b3a4e51", OtherTenant = "f4f1a6d2-77c0-4b52-a0e4-9a1a6f0d3c10";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("client ID", 2)]
    [InlineData("registration", 2)]
    [InlineData("service principal", 3)]
    [InlineData("name", 2)]
    [InlineData("name in another case", 2)]
    public async Task An_app_is_found_by_each_of_its_ids_and_by_its_name_without_being_described(string by, int most)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var counter = new Counter(road.Tenant.Wire.Http);
        using var session = await road.SignInAsync(counter);

        var found = await new AppLookup(session).FindAsync(by switch
        {
            "client ID" => app.ClientId,
            "registration" => app.ApplicationObjectId!,
            "service principal" => app.ServicePrincipalObjectId!,
            "name" => "Invoices",
            _ => "INVOICES",
        }, Token);

        Assert.Equal(
            (app.Name, app.ClientId, app.ApplicationObjectId, app.ServicePrincipalObjectId, app.SecretId),
            (found!.Name, found.ClientId, found.ApplicationObjectId, found.ServicePrincipalObjectId, found.SecretId));
        Assert.InRange(counter.Paths.Count, 1, most);
        Assert.DoesNotContain(counter.Paths, p => p.Contains("owners") || p.Contains("Grants") || p.Contains("appRoleAssignments"));
    }

    [Theory]
    [InlineData(ForeignId)]
    [InlineData("Vendor Cloud")]
    public async Task An_app_of_another_tenant_is_found_by_its_service_principal(string by)
    {
        using var road = await EndToEnd.StartAsync();
        var principal = Add(road, ForeignId, "Vendor Cloud");

        var found = await new AppLookup(road.Admin).FindAsync(by, Token);

        Assert.Equal(
            ("Vendor Cloud", ForeignId, null, principal),
            (found!.Name, found.ClientId, found.ApplicationObjectId, found.ServicePrincipalObjectId));
    }

    [Fact]
    public async Task A_name_that_two_apps_have_stands_for_neither_and_the_error_lists_ids_and_owners()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        Add(road, ForeignId, "Invoices");

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppLookup(road.Admin).FindAsync("Invoices", Token));

        Assert.Equal("AmbiguousApp", error.Id);
        Assert.Contains(app.ClientId, error.Message);
        Assert.Contains("owners", error.Message);
        Assert.Contains($"{ForeignId} (registered in tenant {OtherTenant})", error.Message);
    }

    [Theory]
    [InlineData("Invoice")]
    [InlineData("O'Brien")]
    [InlineData("5a8a2c2e-3c57-4b6e-8b64-0d1a2c4a5f10")]
    public async Task What_names_no_app_finds_none(string by)
    {
        using var road = await EndToEnd.StartAsync();
        await road.RegisterAsync("Graph/Mail.Read");
        Assert.Null(await new AppLookup(road.Admin).FindAsync(by, Token));
    }

    [Fact]
    public async Task An_app_that_is_named_like_the_id_of_another_one_is_not_taken_for_it()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        Add(road, ForeignId, app.ClientId);

        Assert.Equal(app.ClientId, (await new AppLookup(road.Admin).FindAsync(app.ClientId, Token))!.ClientId);
    }

    private static string Add(EndToEnd road, string clientId, string name)
    {
        var now = road.Tenant.Clock.GetUtcNow();
        var principal = new DirectoryObject(ServicePrincipals.New(clientId, name, OtherTenant, now), now);
        road.Tenant.State.Directory.ServicePrincipals.Add(principal);
        return principal.Id;
    }

    /// <summary>Notes the requests to Graph.</summary>
    private sealed class Counter(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public List<string> Paths { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host == "graph.microsoft.com")
            {
                Paths.Add(request.RequestUri.PathAndQuery);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
