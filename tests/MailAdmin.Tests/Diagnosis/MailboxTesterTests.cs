using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

public class MailboxTesterTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every fault that a sandbox knows, but for those of parts of the service that this test does not touch.</summary>
    public static TheoryData<string> AllFaults
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var fault in SandboxTenant.KnownFaults.Where(f => f.Name != "Hang"
                && f.Where is not (FaultPoint.Imap or FaultPoint.ImapList or FaultPoint.ImapFetch or FaultPoint.SmtpData
                    or FaultPoint.Exchange)))
            {
                data.Add(fault.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(AllFaults))]
    public async Task Every_fault_is_named_with_cause_advice_and_the_service_s_own_code_and_ids(string fault)
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        road.Tenant.SetFault(fault);
        var (where, segment) = SandboxTenant.KnownFaults.Where(f => f.Name == fault).Select(f => (f.Where, f.Segment)).Single();

        var test = await ManualTime.RunAsync(clock, new MailboxTester(MailboxConnections.As(app, road.Mailbox), "Inbox").RunAsync(Token));

        if (test.Verdict == Verdict.Passed)
        {
            // It strikes requests that are not on this road: the test reads no message's content.
            Assert.True(segment is "delta" or "mailboxSettings" || segment == "$value", $"{fault} was not noticed");
            return;
        }

        Assert.Equal(Verdict.Failed, test.Verdict);
        var check = test.Checks.First(c => c.Status == CheckStatus.Failed);
        Assert.NotNull(check.Cause);
        Assert.NotNull(check.Advice);
        Assert.All(test.Checks.SkipWhile(c => c != check).Skip(1), c => Assert.Equal(CheckStatus.Skipped, c.Status));
        switch (where)
        {
            case FaultPoint.Entra:
                Assert.Equal("Token", check.Name);
                Assert.StartsWith("AADSTS", check.ServiceCode, StringComparison.Ordinal);
                Assert.NotEqual(MailCheckReason.Other, check.Reason);
                Assert.Equal($"https://login.microsoftonline.com/error?code={check.ServiceCode![6..]}", check.HelpUri!.AbsoluteUri);
                Assert.NotNull(check.RequestId);
                Assert.NotNull(check.CorrelationId);
                Assert.DoesNotContain("Trace ID", check.Cause, StringComparison.Ordinal);
                break;
            case FaultPoint.Graph or FaultPoint.Mail:
                Assert.Equal(segment == "messages" ? "Message" : "Mailbox", check.Name);
                Assert.NotNull(check.ServiceCode);
                Assert.NotNull(check.ServiceMessage);
                Assert.NotNull(check.RequestId);
                break;
            default:
                Assert.Equal("Endpoint", check.Name);
                break;
        }
    }

    [Theory]
    [InlineData("ImapNotConnected", "NOTCONNECTED")]
    [InlineData("ImapServerUnavailable", "UNAVAILABLE")]
    public async Task A_refusal_over_IMAP_is_named_with_cause_and_advice(string fault, string code)
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var connection = await ImapAsync(road, granted: true);
        road.Tenant.SetFault(fault);
        // The pauses between two attempts, and no time limit of a connection.
        var test = await ManualTime.RunAsync(
            clock, new MailboxTester(connection, "Inbox").RunAsync(Token), longest: TimeSpan.FromSeconds(20));
        var check = test.Checks.First(c => c.Status == CheckStatus.Failed);
        Assert.Equal(("Login", code), (check.Name, check.ServiceCode));
        Assert.NotNull(check.Cause);
        Assert.NotNull(check.Advice);
    }

    [Fact]
    public async Task Over_IMAP_what_works_passes_and_a_missing_grant_in_Exchange_is_told()
    {
        using var road = await EndToEnd.StartAsync();
        var test = await TestAsync(road, await ImapAsync(road, granted: true));
        Assert.True(test.Verdict == Verdict.Passed, $"{test.Cause} {test.Advice}");
        Assert.Equal(["Endpoint", "Token", "Claims", "Login", "Mailbox", "Folder", "Message"], test.Checks.Select(c => c.Name));

        var refused = await TestAsync(road, await ImapAsync(road, granted: false));
        Assert.Equal(Verdict.Failed, refused.Verdict);
        Assert.Equal("Login", refused.Checks.First(c => c.Status == CheckStatus.Failed).Name);
        Assert.Contains("service principal", refused.Cause, StringComparison.Ordinal);
    }

    private static async Task<MailboxConnection> ImapAsync(EndToEnd road, bool granted)
    {
        var app = await new Core.Apps.AppProvisioner(road.Admin).EnsureAsync(
            new Core.Apps.AppSpecification { Name = $"Imap {granted}", Permissions = Core.Permissions.PermissionName.ParseAll(["Exchange/IMAP.AccessAsApp"], []) }, Token);
        if (granted)
        {
            road.Tenant.GrantImap(app.ClientId, road.Mailbox);
        }

        return MailboxConnections.As(app, road.Mailbox, MailProtocol.Imap);
    }

    [Fact]
    public async Task What_works_passes()
    {
        using var road = await EndToEnd.StartAsync();
        var test = await TestAsync(road, MailboxConnections.As(await road.RegisterAsync("Graph/Mail.Read"), road.Mailbox));
        Assert.Equal(Verdict.Passed, test.Verdict);
        Assert.Equal(["Endpoint", "Token", "Claims", "Mailbox", "Folder", "Message"], test.Checks.Select(c => c.Name));
        Assert.All(test.Checks, c => Assert.Equal(CheckStatus.Passed, c.Status));
        Assert.Null(test.Cause);
    }

    [Fact]
    public async Task A_secret_s_id_in_place_of_its_value_is_recognised()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var test = await TestAsync(road, MailboxConnections.As(app, road.Mailbox, secret: Secret.Close(app.SecretId!)));
        AssertFailed(test, "Token", "AADSTS7000215", "not its id");
    }

    [Fact]
    public async Task An_expired_secret_is_recognised()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        clock.Advance(TimeSpan.FromDays(200));
        AssertFailed(await TestAsync(road, MailboxConnections.As(app, road.Mailbox)), "Token", "AADSTS7000222", "expired");
    }

    [Fact]
    public async Task A_wrong_client_id_and_a_wrong_tenant_are_told_apart()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var wrongApp = MailboxConnections.With(app.TenantId, Guid.NewGuid().ToString(), road.Mailbox, MailProtocol.Graph, null, road.Admin, app.ClientSecret, null);
        AssertFailed(await TestAsync(road, wrongApp), "Token", "AADSTS700016", "client id");

        var wrongTenant = MailboxConnections.With("fabrikam.example", app.ClientId, road.Mailbox, MailProtocol.Graph, null, road.Admin, app.ClientSecret, null);
        var test = await TestAsync(road, wrongTenant);
        Assert.Equal("Endpoint", test.Checks.First(c => c.Status == CheckStatus.Failed).Name);
        Assert.Contains("fabrikam.example", test.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permission_that_is_asked_for_but_not_granted_is_recognised()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await new Core.Apps.AppProvisioner(road.Admin).EnsureAsync(
            new Core.Apps.AppSpecification { Name = "Narrow", Permissions = Core.Permissions.PermissionName.ParseAll(["Graph/Mail.ReadWrite"], []) }, Token);
        var test = await TestAsync(road, MailboxConnections.As(app, road.Mailbox));
        AssertFailed(test, "Mailbox", "ErrorAccessDenied", "granted");
        Assert.Equal(CheckStatus.Skipped, test.Checks.Single(c => c.Name == "Claims").Status);
        Assert.Contains("Entra grants no permission to read mail over Graph", test.Cause, StringComparison.Ordinal);
        Assert.Equal((MailCheckReason.PermissionMissing, "Limit-MailApp"), (test.Reason, test.Remedy?.Command));
    }

    [Theory]
    [InlineData("nobody@contoso.onmicrosoft.com", "ErrorInvalidUser", "Check the address")]
    [InlineData("dana@contoso.onmicrosoft.com", "MailboxNotEnabledForRESTAPI", "mailbox")]
    public async Task A_user_that_does_not_exist_and_one_without_mailbox_are_told_apart(string mailbox, string code, string advice)
    {
        using var road = await EndToEnd.StartAsync();
        AssertFailed(await TestAsync(road, MailboxConnections.As(await road.RegisterAsync("Graph/Mail.Read"), mailbox)), "Mailbox", code, advice);
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        using var road = await EndToEnd.StartAsync();
        var connection = MailboxConnections.As(await road.RegisterAsync("Graph/Mail.Read"), road.Mailbox);
        var test = await new MailboxTester(connection, "Inbox/Nowhere").RunAsync(Token);
        Assert.Contains("Inbox/Nowhere", test.Cause, StringComparison.Ordinal);
        Assert.Equal("Folder", test.Checks.First(c => c.Status == CheckStatus.Failed).Name);
    }

    [Fact]
    public async Task An_app_without_a_credential_at_hand_is_told_so_before_anything_is_sent()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var reread = await new Core.Apps.AppDirectory(road.Admin).GetAsync(app.ClientId, Token);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => TestAsync(road, MailboxConnections.As(reread!, road.Mailbox)));
        Assert.Equal("NoCredential", e.Id);
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_the_test_tells()
    {
        using var road = await EndToEnd.StartAsync();
        var told = new List<string>();
        VerboseLog.SetListener((_, text) => told.Add(text));
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var secret = Secret.Reveal(app.ClientSecret!);
        var test = await TestAsync(road, MailboxConnections.As(app, road.Mailbox));
        road.Tenant.SetFault("ConditionalAccess");
        var failed = await TestAsync(road, MailboxConnections.As(app, road.Mailbox));

        var all = string.Join("\n", told.Concat([System.Text.Json.JsonSerializer.Serialize(test), System.Text.Json.JsonSerializer.Serialize(failed), app.ToString()]));
        Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", all, StringComparison.Ordinal);
    }

    private static Task<MailboxConnectionTest> TestAsync(EndToEnd road, MailboxConnection connection) => road.Tenant.Clock.IsManual
        ? ManualTime.RunAsync(road.Tenant.Clock, new MailboxTester(connection, "Inbox").RunAsync(Token))
        : new MailboxTester(connection, "Inbox").RunAsync(Token);

    private static void AssertFailed(MailboxConnectionTest test, string check, string code, string advice)
    {
        Assert.Equal(Verdict.Failed, test.Verdict);
        var failed = test.Checks.First(c => c.Status == CheckStatus.Failed);
        Assert.Equal((check, code), (failed.Name, failed.ServiceCode));
        Assert.Contains(advice, failed.Advice, StringComparison.OrdinalIgnoreCase);
    }
}
