using System.Net;
using System.Text;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Access;

/// <summary>
/// A change in Exchange that something in between answered, and that was never made, isn't reported as done; neither are notes of
/// ours on an app.
/// </summary>
public sealed class SilentExchangeChangeTests
{
    private const string Address = "alice@contoso.onmicrosoft.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What is set up before, what is changed, and what the result says of it.</summary>
    private static Dictionary<string, (Func<EndToEnd, MailAppRegistration, Task> Before, Func<EndToEnd, MailAppRegistration, Task<ChangeKind?>> Change)> Changes { get; } = new()
    {
        ["settings"] = (None, async (road, _) => (await new MailboxSettings(road.Admin).SetAsync(
            road.Mailbox, null, null, imapEnabled: false, null, Token)).Change),
        ["a policy"] = (None, async (road, app) => (await Policies(road).NewAsync(app, MailAppPolicyRight.DenyAccess, Address, null, Token)).Change),
        ["the members of a policy's group"] = (
            (road, app) => Policies(road).NewAsync(app, MailAppPolicyRight.RestrictAccess, [Address], null, Token),
            async (road, app) => (await Policies(road).NewAsync(app, MailAppPolicyRight.RestrictAccess, [road.Mailbox], null, Token)).Change),
        ["the end of a policy"] = (
            (road, app) => Policies(road).NewAsync(app, MailAppPolicyRight.DenyAccess, Address, null, Token),
            async (road, app) => (await Policies(road).RemoveAsync((await Policies(road).GetAsync(app.ClientId, Token)).Single(), Token)).Change),
        ["the end of FullAccess"] = (
            (road, app) => Grants(road).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token),
            async (road, app) => (await Grants(road).RevokeAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], Token)).Change),
        ["the end of an app in Exchange"] = (
            (road, app) => Grants(road).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token),
            async (road, app) => (await new AppCleanup(road.Admin).RemoveAsync(app, Token)).Any() ? ChangeKind.Pending : ChangeKind.Removed),
    };

    public static TheoryData<string, bool> Which => [.. Changes.Keys.SelectMany(k => new (string, bool)[] { (k, true), (k, false) })];

    [Theory]
    [MemberData(nameof(Which))]
    public async Task What_Exchange_does_not_show_is_pending(string which, bool isPretended)
    {
        var pretends = false;
        using var road = await StartAsync(request => pretends && IsChange(request)
            ? NoObjects() : null);
        var app = await road.RegisterAsync("Graph/Mail.Read", "Exchange/IMAP.AccessAsApp");
        await Changes[which].Before(road, app);
        pretends = isPretended;

        var change = await Changes[which].Change(road, app);

        Assert.Equal(isPretended, change == ChangeKind.Pending);
        Assert.NotEqual(ChangeKind.Unchanged, change);
    }

    /// <summary>Enable-OrganizationCustomization, which the roles wait for.</summary>
    [Fact]
    public async Task An_organization_that_Exchange_still_shows_as_dehydrated_gets_no_roles()
    {
        var pretends = true;
        using var road = await StartAsync(
            request => pretends && IsChange(request) ? NoObjects() : null, new SandboxOptions { IsDehydrated = true });
        var app = await road.RegisterAsync("Graph/Mail.Read");

        var e = await Assert.ThrowsAsync<InvalidRequestException>(LimitAsync);

        Assert.Equal("OrganizationNotCustomized", e.Id);
        Assert.Contains("in a few minutes", e.Advice, StringComparison.Ordinal);
        pretends = false;
        Assert.Equal(["Mail.Read"], (await LimitAsync()).Permission);

        Task<MailAppLimit> LimitAsync() => new AppScopes(road.Admin).LimitAsync(
            app, new ScopeRequest { Mailboxes = [road.Mailbox] }, [], new LimitOptions(EnableCustomization: true), Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_note_that_a_secret_was_stored_is_read_back(bool isPretended)
    {
        var pretends = false;
        using var road = await StartAsync(request => pretends && request.Method == HttpMethod.Patch ? Nothing() : null);
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var rotation = new SecretRotation(road.Admin);
        var renewed = await rotation.BeginAsync(app, null, null, Token);
        pretends = isPretended;

        Assert.Equal(!isPretended, await rotation.FinishAsync(renewed, Token));
    }

    private static Task<EndToEnd> StartAsync(Func<HttpRequestMessage, HttpResponseMessage?> instead, SandboxOptions? options = null) => EndToEnd.StartAsync(options, wire => new Wire(
        new Relay(wire.Http) { Before = (request, _) => Task.FromResult(instead(request)) }, wire.OpenStream, wire.Time)
    {
        IsSandbox = true, ReplicationTimeout = TimeSpan.Zero,
    });

    private static Task None(EndToEnd road, MailAppRegistration app) => Task.CompletedTask;

    private static AccessPolicies Policies(EndToEnd road) => new(road.Admin);

    private static MailboxAccessGrants Grants(EndToEnd road) => new(road.Admin);

    private static bool IsChange(HttpRequestMessage request) => request.Headers.TryGetValues("X-CmdletName", out var names)
        && !names.All(n => n.StartsWith("Get-", StringComparison.Ordinal) || n.StartsWith("Test-", StringComparison.Ordinal));

    private static HttpResponseMessage NoObjects() => new(HttpStatusCode.OK)
    {
        Content = new StringContent("""{"value":[]}""", Encoding.UTF8, "application/json"),
    };

    private static HttpResponseMessage Nothing()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.NoContent);
        answer.Headers.Add("request-id", Guid.NewGuid().ToString());
        return answer;
    }
}
