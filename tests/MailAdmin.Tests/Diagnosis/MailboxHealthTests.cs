using MailAdmin.Core.Access;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>What a robot's mailbox holds, what keeps it, and what takes its mail elsewhere: each with a verdict, a cause, and a next step.</summary>
public sealed class MailboxHealthTests
{
    private const string Robot = "robot@contoso.onmicrosoft.com", Policy = "mbxcdbbb86ce60342489bff371876e7f224";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mailbox_in_order_passes_and_shows_its_figures()
    {
        using var road = await RobotAsync(new MailboxDescription("robot") { Messages = 3 });
        var test = await TestAsync(road);
        Assert.Equal((Verdict.Passed, null), (test.Verdict, test.Reason));
        Assert.Equal(["Size", "RecoverableItems", "Delivery"], test.Checks.Select(c => c.Name).SkipWhile(n => n != "License").Skip(1));
        Assert.Matches(@"^\d+ KB of 50 GB, 3 items$", test.Checks.Single(c => c.Name == "Size").Evidence);
        Assert.Equal("0 KB of 30 GB", test.Checks.Single(c => c.Name == "RecoverableItems").Evidence);

        var setting = await MailboxSurvey.ReadAsync(road.Admin, Robot, Token);
        Assert.Equal((3, 50L << 30, 0, 30L << 30, false), (setting.ItemCount!.Value, setting.Quota, setting.RecoverableItemsSize!.Value, setting.RecoverableItemsQuota, setting.HasArchive));
        Assert.InRange(setting.Size!.Value, 1, 1 << 20);
        Assert.Empty(setting.Hold.Concat(setting.Warning));
        Assert.Empty(setting.InboxRule!);
    }

    [Theory]
    [InlineData("full", "Size", MailCheckReason.MailboxFull, "The mailbox is full", null)]
    [InlineData("deleted items", "RecoverableItems", MailCheckReason.RecoverableItemsFull, "Recoverable Items is nearly full (25 GB of 30 GB)", null)]
    [InlineData("deleted items full", "RecoverableItems", MailCheckReason.RecoverableItemsFull, "Recoverable Items is full, so no message can be deleted.", null)]
    [InlineData("deleted items on hold", "RecoverableItems", MailCheckReason.RecoverableItemsFull, "It is never emptied because of a hold: Litigation hold.", null)]
    [InlineData("forwarded", "Delivery", MailCheckReason.Forwarded, "All mail is forwarded to bob@contoso.onmicrosoft.com", "Set-Mailbox -Identity robot@contoso.onmicrosoft.com -DeliverToMailboxAndForward $true")]
    [InlineData("rule", "Delivery", MailCheckReason.InboxRule, "Invoices: Move to Robots", "Disable-InboxRule -Mailbox robot@contoso.onmicrosoft.com -Identity Invoices -Confirm:$false")]
    [InlineData("rule that deletes", "Delivery", MailCheckReason.InboxRule, "Invoices: Delete", "Disable-InboxRule -Mailbox robot@contoso.onmicrosoft.com -Identity Invoices -Confirm:$false")]
    public async Task What_stops_a_robot_is_a_warning(string what, string check, MailCheckReason reason, string cause, string? remedy)
    {
        using var road = await RobotAsync(new MailboxDescription("robot")
        {
            IsFull = what == "full",
            Policy = new MailboxPolicy
            {
                OtherRecoverableItems = what switch { "deleted items" => 25L << 30, "deleted items full" => 30L << 30, "deleted items on hold" => 95L << 30, _ => 0 },
                HasLitigationHold = what == "deleted items on hold",
                ForwardingAddress = what == "forwarded" ? Person.Bob : null,
            },
            Rules = what.StartsWith("rule", StringComparison.Ordinal)
                ? [new InboxRule("Off") { IsEnabled = false, DeletesMessage = true }, new InboxRule("Invoices") { MoveToFolder = what == "rule" ? "Robots" : null, DeletesMessage = what != "rule" }] : [],
        });
        var test = await TestAsync(road);
        Assert.Equal((Verdict.Warning, reason), (test.Verdict, test.Reason));
        Assert.Equal(CheckStatus.Warning, test.Checks.Single(c => c.Name == check).Status);
        Assert.Contains(cause, test.Cause, StringComparison.Ordinal);
        Assert.NotNull(test.Advice);
        Assert.Equal(remedy, test.Remedy?.CommandLine);
        Assert.Contains(cause, Assert.Single((await MailboxSurvey.ReadAsync(road.Admin, Robot, Token)).Warning), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("litigation", true, "Litigation hold")]
    [InlineData(Policy + ":3", true, "Retention policy " + Policy + ":3")]
    [InlineData(Policy + ":1", false, null)]
    [InlineData("-" + Policy, false, null)]
    [InlineData("skp2e3db7ed4d4e4b6b9b7b6dc4b6a7a5bc:2", false, null)]
    [InlineData("UniHd25f0a2d-3b4c-4ae2-9d2e-8d7d0ed2dbb0", true, "eDiscovery hold UniHd25f0a2d-3b4c-4ae2-9d2e-8d7d0ed2dbb0")]
    [InlineData("c0ba3ce811b6432a8751430937152491", true, "In-place hold c0ba3ce811b6432a8751430937152491")]
    public async Task A_hold_has_a_sentence_and_purging_is_refused(string hold, bool isHeld, string? name)
    {
        var isLitigation = hold == "litigation";
        using var road = await RobotAsync(new MailboxDescription("robot")
        {
            Policy = new MailboxPolicy { HasLitigationHold = isLitigation, InPlaceHolds = isLitigation ? [] : [hold] },
        });
        var test = await TestAsync(road);
        Assert.Equal(Verdict.Passed, test.Verdict);
        Assert.Equal(isHeld ? $"{name}: deleted messages, purged ones too, are kept in Recoverable Items" : null, test.Checks.SingleOrDefault(c => c.Name == "Hold")?.Evidence);
        Assert.Equal(isHeld ? [name!] : [], (await MailboxSurvey.ReadAsync(road.Admin, Robot, Token)).Hold);

        var connection = await ConnectionAsync(road);
        if (!isHeld)
        {
            Assert.Null(await PurgeGuard.CheckAsync(connection, AfterProcessing.Purge, isForced: false, Token));
            return;
        }

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => PurgeGuard.CheckAsync(connection, AfterProcessing.Purge, isForced: false, Token));
        Assert.Equal(("MailboxOnHold", Robot), (refused.Id, refused.Target));
        Assert.Contains(name!, refused.Message, StringComparison.Ordinal);
        Assert.Contains("use -Force", refused.Advice, StringComparison.Ordinal);
        Assert.Null(await PurgeGuard.CheckAsync(connection, AfterProcessing.Purge, isForced: true, Token));
        Assert.Null(await PurgeGuard.CheckAsync(connection, AfterProcessing.Delete, isForced: false, Token));
        Assert.Null(await PurgeGuard.CheckAsync(new MailboxConnection { TenantId = connection.TenantId, ClientId = connection.ClientId, Mailbox = Robot }, AfterProcessing.Purge, isForced: false, Token));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("-" + Policy, false)]
    public async Task A_retention_policy_of_the_organization_holds_all_mailboxes_but_the_excluded_ones(string? own, bool isHeld)
    {
        using var road = await RobotAsync(new MailboxDescription("robot") { Policy = new MailboxPolicy { InPlaceHolds = own is null ? [] : [own] } });
        road.Tenant.Add(new TenantDescription { Organization = o => o with { InPlaceHolds = [$"{Policy}:2", "skp2e3db7ed4d4e4b6b9b7b6dc4b6a7a5bc:2"] } });
        Assert.Equal(isHeld ? [$"Retention policy {Policy}:2"] : [], (await MailboxSurvey.ReadAsync(road.Admin, Robot, Token)).Hold);
    }

    [Fact]
    public async Task An_archive_has_a_sentence()
    {
        using var road = await RobotAsync(new MailboxDescription("robot") { Kind = MailboxKind.Archive });
        var test = await TestAsync(road);
        Assert.Equal(Verdict.Passed, test.Verdict);
        Assert.Contains("can't be read over Graph or IMAP", test.Checks.Single(c => c.Name == "Archive").Evidence, StringComparison.Ordinal);
        Assert.True((await MailboxSurvey.ReadAsync(road.Admin, Robot, Token)).HasArchive);
    }

    [Fact]
    public async Task Deleting_in_a_mailbox_that_is_nearly_full_of_deleted_items_is_warned_of()
    {
        using var road = await RobotAsync(new MailboxDescription("robot") { Policy = new MailboxPolicy { OtherRecoverableItems = 25L << 30 } });
        var connection = await ConnectionAsync(road);
        Assert.Contains("Recoverable Items is nearly full", await PurgeGuard.CheckAsync(connection, AfterProcessing.Delete, isForced: false, Token), StringComparison.Ordinal);
        Assert.Contains("instead of deleting", await PurgeGuard.CheckAsync(connection, AfterProcessing.Purge, isForced: true, Token), StringComparison.Ordinal);
        Assert.Null(await PurgeGuard.CheckAsync(connection, AfterProcessing.Move, isForced: false, Token));
    }

    [Fact]
    public async Task What_the_session_may_not_read_is_skipped()
    {
        var lookups = 0;
        using var road = await EndToEnd.StartAsync(null, inner => new Relay(inner)
        {
            Before = async (request, _) =>
            {
                lookups += request.Content is { } content && (await content.ReadAsStringAsync(Token)).Contains("\"CmdletName\":\"Get-Mailbox\"", StringComparison.Ordinal) ? 1 : 0;
                return null;
            },
        });
        road.Tenant.Add(new TenantDescription { Mailboxes = [new MailboxDescription("robot")] });
        var state = road.Tenant.State;
        state.Exchange.RoleGroups[state.Directory.PrincipalOf(road.Tenant.AdminApp.ClientId)!.Id] = [];
        var mailbox = new ExchangeMailbox(Robot, null, null, null, null);
        var checks = HealthChecks.Of(await MailboxHealth.ReadAsync(road.Admin, mailbox, Token), Robot).ToArray();
        Assert.All(checks, c => Assert.True(c.Status is CheckStatus.Skipped or CheckStatus.Passed, $"{c}"));
        var connection = await ConnectionAsync(road);
        lookups = 0;
        Assert.Null(await PurgeGuard.CheckAsync(connection, AfterProcessing.Purge, isForced: false, Token));
        Assert.NotEqual(0, lookups);
        lookups = 0;
        Assert.Null(await PurgeGuard.CheckAsync(connection, AfterProcessing.Purge, isForced: false, Token));
        Assert.Equal(0, lookups);
    }

    [Theory]
    [InlineData("Graph/MailboxSettings.Read", Verdict.Warning, MailCheckReason.InboxRule, "Invoices: Move to Robots")]
    [InlineData("Graph/Mail.Read", Verdict.Passed, null, null)]
    public async Task Rules_are_read_with_the_app_s_own_permission_where_no_administrator_is_signed_in(string permission, Verdict verdict, MailCheckReason? reason, string? cause)
    {
        using var road = await RobotAsync(new MailboxDescription("robot")
        {
            Rules = [new InboxRule("Off") { IsEnabled = false, DeletesMessage = true }, new InboxRule("Copies") { ForwardTo = Person.Bob }, new InboxRule("Invoices") { MoveToFolder = "Robots" }],
        });
        var app = await road.RegisterAsync([.. new[] { "Graph/Mail.Read", permission }.Distinct()]);
        var blind = await new Core.Apps.AppProvisioner(road.Admin).EnsureAsync(
            new Core.Apps.AppSpecification { Name = "Blind", Permissions = [Core.Permissions.PermissionName.Parse("Graph/Mail.Read", PermissionKind.Application)], TenantWide = true }, Token);
        var session = await Core.Service.Session.SignInAsync(
            road.Tenant.Wire, road.Admin.Cloud, road.Tenant.Domain, blind.ClientId, new Core.SignIn.AppCredential.ClientSecret(blind.ClientSecret!), Token);
        var test = await new MailboxTester(MailboxConnections.As(app with { Handle = session }, Robot), "Inbox") { Compares = true }.RunAsync(Token);
        Assert.Equal((verdict, reason), (test.Verdict, test.Reason));
        Assert.Contains(cause ?? "", test.Cause ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sandbox_forwards_and_runs_rules_on_what_is_sent()
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.Add(new TenantDescription
        {
            Mailboxes =
            [
                new MailboxDescription("robot") { Rules = [new InboxRule("Invoices") { SubjectContains = ["invoice"], MoveToFolder = "Robots" }, new InboxRule("Spam") { From = road.Mailbox, DeletesMessage = true }] },
                new MailboxDescription("away") { Policy = new MailboxPolicy { ForwardingAddress = Robot } },
            ],
        });
        var app = await road.RegisterAsync("Graph/Mail.Send");
        foreach (var (to, subject) in new[] { (Robot, "Your invoice"), (Robot, "Hello"), ("away@contoso.onmicrosoft.com", "Invoice 2") })
        {
            var sender = MailboxAccess.OpenGraphSender(MailboxConnections.As(app, road.Mailbox), null);
            await using (sender)
            {
                await sender.SendAsync(new Core.Mail.OutgoingMessage { To = [new EmailAddress(null, to)], Subject = subject, Body = "Text" }, Token);
            }
        }

        Assert.Equal(["Your invoice"], Subjects("Robots"));
        Assert.Equal(["Hello"], Subjects("deleteditems"));
        Assert.Equal(["Invoice 2"], Subjects("inbox"));
        Assert.Empty(road.Tenant.GetMessages("away@contoso.onmicrosoft.com", "inbox"));

        IEnumerable<string?> Subjects(string folder) => road.Tenant.GetMessages(Robot, folder).Select(m => m.Subject);
    }

    [Theory]
    [InlineData("35 MB (36,700,160 bytes)", 36700160L)]
    [InlineData("49,5 GB (53.150.220.288 Bytes)", 53150220288L)]
    [InlineData("0 B (0 bytes)", 0L)]
    [InlineData("Unlimited", null)]
    [InlineData("Unbegrenzt", null)]
    [InlineData(null, null)]
    public void A_size_is_read_in_the_service_s_language(string? text, long? bytes) => Assert.Equal(bytes, ExchangeSize.Bytes(text));

    private static async Task<EndToEnd> RobotAsync(MailboxDescription robot)
    {
        var road = await EndToEnd.StartAsync();
        road.Tenant.Add(new TenantDescription { Mailboxes = [robot] });
        return road;
    }

    private static async Task<MailboxConnection> ConnectionAsync(EndToEnd road) => MailboxConnections.As(await road.RegisterAsync("Graph/Mail.Read"), Robot);

    private static async Task<MailboxConnectionTest> TestAsync(EndToEnd road) =>
        await new MailboxTester(await ConnectionAsync(road), "Inbox") { Compares = true }.RunAsync(Token);
}
