using System.Text.Json;
using MailAdmin.Core.Inventory;
using Kind = MailAdmin.MailAppAccessDifferenceKind;

namespace MailAdmin.Tests.Inventory;

/// <summary>What became of an app's access since a baseline, by app and mailbox.</summary>
public sealed class AccessComparisonTests
{
    private const string Tenant = "11111111-1111-1111-1111-111111111111";

    private static readonly MailAppAccessPath Everywhere = Path("Graph/Mail.Read", MailReach.TenantWide);

    [Fact]
    public void A_tenant_wide_app_that_was_restricted_is_one_difference()
    {
        var difference = Assert.Single(Compare([Everywhere], [Path("Application Mail.Read", MailReach.Mailboxes, "a@x", "b@x")]));
        Assert.Equal((Kind.Narrowed, null, "all mailboxes"), (difference.Difference, difference.Mailbox, difference.Scope));
        Assert.Equal(["Graph/Mail.Read"], difference.Before);
        Assert.Empty(difference.After);
    }

    [Fact]
    public void One_more_mailbox_and_one_more_permission_widen_an_app()
    {
        var differences = Compare(
            [Path("Application Mail.Read", MailReach.Mailboxes, "a@x", "b@x", "c@x")],
            [Path("Application Mail.ReadWrite", MailReach.Mailboxes, "a@x"), Path("Graph/Mail.Read", MailReach.Mailboxes, "b@x", "d@x")]);
        Assert.Equal(
            [(Kind.Widened, "a@x"), (Kind.Widened, "d@x"), (Kind.Narrowed, "c@x")],
            differences.Select(d => (d.Difference, d.Mailbox)));
    }

    [Theory]
    [InlineData("Graph/Mail.ReadWrite", "Application Mail.Read", Kind.Narrowed)]
    [InlineData("Graph/Mail.ReadBasic.All", "Graph/Mail.Read", Kind.Widened)]
    [InlineData("Exchange/IMAP.AccessAsApp + FullAccess", "Application Mail.ReadWrite", null)]
    [InlineData("Exchange/full_access_as_app", "Graph/Mail.ReadWrite", Kind.Narrowed)]
    [InlineData("Graph/Mail.ReadWrite", "Graph/Mail.Send", Kind.Widened)]
    [InlineData("Graph/MailboxFolder.Read.All", "Graph/Mail.Read", Kind.Widened)]
    [InlineData("Graph/Mail.Read", "Graph/Something.Of.A.Later.Year", Kind.Widened)]
    public void What_a_permission_lets_an_app_do_counts_not_its_name(string before, string after, Kind? kind) =>
        Assert.Equal(
            kind is null ? [] : [kind.Value],
            Compare([Path(before, MailReach.Mailboxes, "a@x")], [Path(after, MailReach.Mailboxes, "a@x")]).Select(d => d.Difference));

    [Fact]
    public void An_app_that_came_is_new_and_one_that_went_is_gone()
    {
        Assert.Equal([(Kind.New, "a@x"), (Kind.New, "b@x")],
            Compare(null, [Path("Graph/Mail.Read", MailReach.Mailboxes, "a@x", "b@x")]).Select(d => (d.Difference, d.Mailbox)));
        Assert.Equal([(Kind.Gone, null)], Compare([Everywhere], null).Select(d => (d.Difference, d.Mailbox)));
        Assert.Equal([Kind.Gone], Compare([Everywhere], [Path("Graph/Mail.Read", MailReach.None)]).Select(d => d.Difference));
    }

    [Fact]
    public void A_mailbox_that_is_no_longer_spared_is_widened_by_itself()
    {
        var spared = Everywhere with { Except = ["chief@x"] };
        Assert.Equal([(Kind.Widened, "chief@x")], Compare([spared], [Everywhere]).Select(d => (d.Difference, d.Mailbox)));
        Assert.Equal([(Kind.Narrowed, "chief@x")], Compare([Everywhere], [spared]).Select(d => (d.Difference, d.Mailbox)));
        Assert.Equal([(Kind.Widened, null), (Kind.Widened, "chief@x")],
            Compare([spared], [Path("Graph/Mail.ReadWrite", MailReach.TenantWide)]).Select(d => (d.Difference, d.Mailbox)));
    }

    [Fact]
    public void What_could_not_be_read_is_neither_gone_nor_new()
    {
        Assert.Equal([Kind.Unknown], Compare([Everywhere], null, isComplete: false).Select(d => d.Difference));
        Assert.NotNull(Compare([Everywhere], null, isComplete: false)[0].Cause);
        Assert.Equal([Kind.New], Compare(null, [Everywhere], isComplete: false).Select(d => d.Difference));
        Assert.Equal([Kind.Unknown, Kind.Unknown], Compare([Path("Graph/Mail.Read", MailReach.Unknown)], [Everywhere]).Select(d => d.Difference));
    }

    [Fact]
    public void People_who_sign_in_are_told_from_the_app_itself()
    {
        var people = Path("Graph/Mail.Read", MailReach.SignedInUsers) with { Scope = "everybody who signs in to it" };
        Assert.Equal([(Kind.Widened, "all mailboxes"), (Kind.Narrowed, people.Scope)],
            Compare([people], [Everywhere]).Select(d => (d.Difference, d.Scope)));
        Assert.Empty(Compare([people], [people]));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"schemaVersion":1,"tenantId":"11111111-1111-1111-1111-111111111111","apps":[]}""")]
    [InlineData("""[{"App":"A","ClientId":"1","Reach":4,"Access":[{"Mechanism":0,"Permission":"Graph/Mail.Read","Protocol":"Graph","Reach":4,"Scope":"every mailbox","Mailbox":null,"Except":[]}]}]""")]
    [InlineData("""{"App":"A","ClientId":"1","Reach":"TenantWide","Access":[],"TenantId":"11111111-1111-1111-1111-111111111111"}""")]
    public void A_baseline_is_a_report_or_what_ConvertTo_Json_writes(string json) => Read(json);

    [Theory]
    [InlineData("{}", "BaselineNotReadable")]
    [InlineData("hello", "BaselineNotReadable")]
    [InlineData("""[{"App":"A","ClientId":"1","Reach":4,"Access":["Graph/Mail.Read: every mailbox"]}]""", "BaselineNotReadable")]
    [InlineData("""[{"App":"A","ClientId":null,"Reach":4,"Access":[]}]""", "BaselineNotReadable")]
    [InlineData("""{"tenantId":"2","apps":[{"app":"A","clientId":"1","reach":"TenantWide","access":[]}]}""", "BaselineOfOtherTenant")]
    public void What_is_no_baseline_of_this_tenant_is_refused(string json, string id) =>
        Assert.Equal(id, Assert.Throws<InvalidRequestException>(() => Read(json)).Id);

    private static IReadOnlyList<BaselineApp> Read(string json)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["last.json"], json);
        return AccessBaseline.Read(folder["last.json"], Tenant);
    }

    private static MailAppAccessPath Path(string permission, MailReach reach, params string[] mailboxes) => new()
    {
        Permission = permission, Reach = reach, Scope = reach == MailReach.TenantWide ? "all mailboxes" : "certain mailboxes",
        Mailbox = reach == MailReach.Mailboxes ? mailboxes : null,
    };

    /// <summary>Compares through a file, as scripts do.</summary>
    private static IReadOnlyList<MailAppAccessDifference> Compare(MailAppAccessPath[]? before, MailAppAccessPath[]? after, bool isComplete = true) =>
        new AccessComparison(Read(JsonSerializer.Serialize(Apps(before))), Apps(after), isComplete).Differences();

    private static MailAppAccess[] Apps(MailAppAccessPath[]? access) => access is null ? []
        : [new() { App = "App", ClientId = "22222222-2222-2222-2222-222222222222", Access = access, Reach = access.Max(a => a.Reach) }];
}
