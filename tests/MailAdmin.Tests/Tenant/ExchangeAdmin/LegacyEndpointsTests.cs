namespace MailAdmin.Tests.Tenant.ExchangeAdmin;

/// <summary>EWS and Autodiscover are there, as far as a client sees: they ask for a token, and are not found with one.</summary>
public sealed class LegacyEndpointsTests
{
    [Theory]
    [InlineData("POST", "https://outlook.office365.com/EWS/Exchange.asmx", 401, 404)]
    [InlineData("POST", "https://outlook.office.com/ews/exchange.asmx", 401, 404)]
    [InlineData("POST", "https://outlook.office365.com/autodiscover/autodiscover.svc", 401, 404)]
    [InlineData("POST", "https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml", 401, 404)]
    [InlineData("GET", "https://autodiscover-s.outlook.com/autodiscover/autodiscover.json?Email=a@b.example&Protocol=Ews", 404, 404)]
    [InlineData("GET", "https://outlook.office365.com/owa/", 404, 404)]
    public async Task They_answer_instead_of_breaking_the_connection(string method, string address, int without, int with)
    {
        using var world = new AdminWorld();

        var refused = await world.Client.SendAsync(method, address, null);
        var missing = await world.Client.SendAsync(method, address, await world.AdminAsync());

        Assert.Equal((without, with), (refused.Status, missing.Status));
        Assert.Equal(without == 401, refused.Headers.GetValueOrDefault("WWW-Authenticate")?.StartsWith(
            "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\"", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task The_other_endpoints_of_these_hosts_stay_what_they_are()
    {
        using var world = new AdminWorld();

        Assert.NotEmpty(await world.RunAsync("Get-Mailbox", "{}"));
        (await world.Client.SendAsync("PUT", "https://outlook.office.com/api/v2.0/Users('a')", null)).Refused(404, "ErrorItemNotFound");
    }
}
