using MailAdmin.Core.Apps;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Apps;

public sealed class ConsentRequestTests
{
    private const string Alice = "alice@contoso.onmicrosoft.com", Bob = "bob@contoso.onmicrosoft.com", Dana = "dana@contoso.onmicrosoft.com";

    private static readonly string[] Asked = ["Mail.ReadWrite", "Mail.Send", "offline_access", "openid", "profile"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_tells_which_app_asked_for_what_and_who_waits()
    {
        using var road = await EndToEnd.StartAsync();

        var request = await OnlyAsync(road);

        Assert.Equal(("Fabrikam Mail Archive", true), (request.App, request.IsOpen));
        Assert.Equal(Asked, request.PendingScope.Order(StringComparer.Ordinal));
        Assert.Equal((Alice, "I need my mail in the archive.", "InProgress"), request.RequestedBy.Select(r => (r.User, r.Reason, r.Status)).Single());
    }

    [Fact]
    public async Task Approving_grants_exactly_what_waits_to_all_users_and_closes_the_request()
    {
        using var road = await EndToEnd.StartAsync();
        var request = await OnlyAsync(road);

        var approved = await new ConsentRequests(road.Admin).ApproveAsync(request, null, null, Token);

        Assert.Equal((ChangeKind.Updated, false), (approved.Change, approved.IsOpen));
        Assert.Empty(approved.Pending);
        Assert.Equal(Asked.Select(s => (s, "all users")), await GrantedAsync(road, request));
        Assert.Equal(ChangeKind.Unchanged, (await new ConsentRequests(road.Admin).ApproveAsync(request, null, null, Token)).Change);
    }

    [Fact]
    public async Task Approving_for_one_user_closes_that_user_s_part_alone()
    {
        using var road = await EndToEnd.StartAsync();
        var state = road.Tenant.State;
        state.Consent.Requests[0].Askers.Add(new ConsentAsker(state.Directory.Users.Single(u => u.Json["userPrincipalName"]!.ToString() == Bob), "Me too.", state.Now));
        var request = await OnlyAsync(road);

        var approved = await new ConsentRequests(road.Admin).ApproveAsync(request, Bob, null, Token);

        Assert.Equal([(Alice, true), (Bob, false)], approved.RequestedBy.Select(r => (r.User, r.IsOpen)));
        Assert.Equal(Asked.Select(s => (s, Bob)), await GrantedAsync(road, request));
        Assert.False((await new ConsentRequests(road.Admin).ApproveAsync(await OnlyAsync(road), null, null, Token)).IsOpen);
    }

    [Fact]
    public async Task More_than_was_shown_is_not_granted()
    {
        using var road = await EndToEnd.StartAsync();
        var shown = await OnlyAsync(road);
        var request = road.Tenant.State.Consent.Requests[0];
        road.Tenant.State.Consent.Requests[0] = Ask(request.AppId, request, [.. request.Scopes, "MailboxSettings.ReadWrite"]);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(async () => await new ConsentRequests(road.Admin)
            .ApproveAsync(shown with { Id = (await OnlyAsync(road)).Id }, null, null, Token));

        Assert.Equal("ConsentRequestChanged", e.Id);
        Assert.Contains("MailboxSettings.ReadWrite", e.Message, StringComparison.Ordinal);
        Assert.Empty(road.Tenant.State.Directory.PermissionGrants);
    }

    [Theory]
    [InlineData(null, "Graph")]
    [InlineData("Exchange", "Exchange")]
    public async Task A_scope_that_both_resources_have_is_granted_on_the_one_that_is_named(string? resource, string granted)
    {
        using var road = await EndToEnd.StartAsync();
        var request = road.Tenant.State.Consent.Requests[0];
        road.Tenant.State.Consent.Requests[0] = Ask(request.AppId, request, ["IMAP.AccessAsUser.All"]);

        var approved = await new ConsentRequests(road.Admin).ApproveAsync(await OnlyAsync(road), null, resource, Token);

        Assert.Equal(resource is null, approved.Pending.Any(p => p.Sentence.Contains("-Resource Exchange", StringComparison.Ordinal)));
        var app = await new AppDirectory(road.Admin).GetAsync(request.AppId, Token);
        Assert.Equal($"{granted}/IMAP.AccessAsUser.All", Assert.Single(app!.GrantedPermission).ToString());
    }

    [Fact]
    public async Task A_scope_of_another_resource_is_left_to_the_portal()
    {
        using var road = await EndToEnd.StartAsync();
        var request = road.Tenant.State.Consent.Requests[0];
        road.Tenant.State.Consent.Requests[0] = Ask(request.AppId, request, ["Mail.Read", "user_impersonation"]);
        var asked = await OnlyAsync(road);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new ConsentRequests(road.Admin).ApproveAsync(asked, null, null, Token));

        Assert.Equal("UnknownPermission", e.Id);
        Assert.Empty(road.Tenant.State.Directory.PermissionGrants);
    }

    [Fact]
    public async Task A_request_that_waited_too_long_expires()
    {
        var clock = TenantClock.Manual(DateTimeOffset.UtcNow);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        clock.Advance(TimeSpan.FromDays(31));

        var request = await OnlyAsync(road);

        Assert.Equal((false, "Expired"), (request.IsOpen, request.RequestedBy.Single().Status));
        Assert.Empty(request.PendingScope);
    }

    [Fact]
    public async Task The_workflow_is_changed_where_it_differs_and_its_other_settings_stay()
    {
        using var road = await EndToEnd.StartAsync();
        var policy = new ConsentPolicy(road.Admin);
        var before = await policy.GetAsync(Token);
        Assert.Equal((true, 30), (before.Enabled, before.RequestDuration));
        Assert.Equal([Dana], before.Reviewer);

        var changed = await policy.SetAsync(new ConsentPolicyChange { Reviewers = [Alice, "/groups/1/transitiveMembers"], Notify = true }, Token);

        Assert.Equal(ChangeKind.Updated, changed.Change);
        var after = await policy.GetAsync(Token);
        Assert.Equal(changed with { Change = null, Reviewer = after.Reviewer }, after);
        Assert.Equal([Alice, "/groups/1/transitiveMembers"], after.Reviewer);
        Assert.Equal((true, true, false, 30), (after.Enabled, after.NotifyReviewer, after.RemindReviewer, after.RequestDuration));
        Assert.Equal(ChangeKind.Unchanged, (await policy.SetAsync(new ConsentPolicyChange { Reviewers = ["/groups/1/transitiveMembers", Alice] }, Token)).Change);
        Assert.Equal(1, (int)road.Tenant.State.Consent.Policy["version"]!);
    }

    [Fact]
    public async Task The_workflow_is_not_on_without_anybody_who_decides()
    {
        using var road = await EndToEnd.StartAsync();

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new ConsentPolicy(road.Admin).SetAsync(new ConsentPolicyChange { Reviewers = [] }, Token));

        Assert.Equal("ReviewerRequired", e.Id);
        Assert.False((await new ConsentPolicy(road.Admin).SetAsync(new ConsentPolicyChange { Enabled = false, Reviewers = [] }, Token)).Enabled);
    }

    private static ConsentRequest Ask(string appId, ConsentRequest like, string[] scopes)
    {
        var request = new ConsentRequest(appId, like.AppName, scopes);
        request.Askers.AddRange(like.Askers);
        return request;
    }

    private static async Task<MailAppConsentRequest> OnlyAsync(EndToEnd road) => await new ConsentRequests(road.Admin).ListAsync(Token).SingleAsync(Token);

    private static async Task<IEnumerable<(string, string)>> GrantedAsync(EndToEnd road, MailAppConsentRequest request)
    {
        var app = await new AppDirectory(road.Admin).GetAsync(request.ClientId, Token);
        return (await new AppConsent(road.Admin).CompareAsync(app!, Token)).Where(r => r.Granted)
            .Select(r => (r.Permission, r.GrantedFor!)).OrderBy(r => r.Permission, StringComparer.Ordinal);
    }
}
