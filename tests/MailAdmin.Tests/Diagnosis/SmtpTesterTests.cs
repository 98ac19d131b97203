using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>The connection test over SMTP: what it finds, in which order, and that nothing is sent unless it is asked for.</summary>
public sealed class SmtpTesterTests
{
    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 5, 6, 7, 8, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_works_passes_and_sends_nothing()
    {
        using var road = await StartAsync();
        var connection = await ConnectAsync(road);
        road.Tenant.GrantSmtp(connection.ClientId, road.Mailbox);
        var test = await TestAsync(connection, sends: false);

        Assert.Equal(["Endpoint", "Tls", "Token", "Claims", "SmtpAuth", "Login", "SendAs"], test.Checks.Select(c => c.Name));
        Assert.All(test.Checks, c => Assert.Equal(CheckStatus.Passed, c.Status));
        Assert.Empty(road.Tenant.GetMessages(road.Mailbox, "Sent Items"));
    }

    [Fact]
    public async Task Without_an_administrator_the_right_is_unproved_until_a_message_is_sent()
    {
        using var road = await StartAsync();
        var app = await road.RegisterAsync("Exchange/SMTP.SendAsApp");
        road.Tenant.GrantSmtp(app.ClientId, road.Mailbox);
        // The app's own session leads to the sandbox, and administers nothing.
        using var own = await Core.Service.Session.SignInAsync(
            road.Tenant.Wire, Cloud.Of(MailEnvironment.Global), road.Tenant.Domain, app.ClientId,
            new Core.SignIn.AppCredential.ClientSecret(app.ClientSecret!), Token);
        var connection = MailboxConnections.With(
            app.TenantId, app.ClientId, road.Mailbox, MailProtocol.Smtp, null, own, app.ClientSecret, null);

        var test = await TestAsync(connection, sends: false);
        var right = test.Checks[^1];
        Assert.Equal(("SendAs", CheckStatus.Unknown, Verdict.Unknown), (right.Name, right.Status, test.Verdict));
        Assert.StartsWith("Not tested", right.Evidence, StringComparison.Ordinal);
        Assert.Contains("-TestMailFlow", right.Advice, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Skipped, test.Checks.Single(c => c.Name == "SmtpAuth").Status);

        var sent = await TestAsync(connection, sends: true);
        Assert.Equal(("MailFlow", CheckStatus.Passed), (sent.Checks[^1].Name, sent.Checks[^1].Status));
        Assert.StartsWith(
            "MailAdmin mail flow test", Assert.Single(road.Tenant.GetMessages(road.Mailbox, "Sent Items")).Subject,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the switch", "SmtpAuth", "Set-MailboxSetting", "disabled for the tenant")]
    [InlineData("Send As", "SendAs", "Grant-MailboxAccess", "Send As")]
    [InlineData("the registration in Exchange", "Login", "Grant-MailboxAccess", "has no service principal in Exchange")]
    [InlineData("no security defaults", "Login", "Conditional Access", "security defaults")]
    public async Task What_is_missing_is_named_and_what_depends_on_it_is_skipped(
        string missing, string check, string advice, string cause)
    {
        using var road = await StartAsync();
        var connection = await ConnectAsync(road);
        if (missing == "Send As")
        {
            road.Tenant.GrantImap(connection.ClientId, road.Mailbox);
        }
        else if (missing != "the registration in Exchange")
        {
            road.Tenant.GrantSmtp(connection.ClientId, road.Mailbox);
        }

        road.Tenant.State.Mailboxes.Find(road.Mailbox)!.IsSmtpAuthDisabled = missing == "the switch" ? null : false;
        road.Tenant.State.Directory.HasSecurityDefaults = missing == "no security defaults";
        var test = await TestAsync(connection, sends: false);

        var failed = test.Checks.First(c => c.Status != CheckStatus.Passed);
        Assert.Equal((check, CheckStatus.Failed), (failed.Name, failed.Status));
        Assert.Contains(advice, failed.Advice, StringComparison.Ordinal);
        Assert.Contains(cause, failed.Cause, StringComparison.Ordinal);
        Assert.All(
            test.Checks.SkipWhile(c => c != failed).Skip(1), c => Assert.Equal(CheckStatus.Skipped, c.Status));
    }

    [Fact]
    public async Task The_role_in_Exchange_is_enough_without_the_permission()
    {
        using var road = await StartAsync();
        var connection = await ConnectAsync(road, "Graph/Mail.Send");
        road.Tenant.GrantSmtp(connection.ClientId, road.Mailbox);
        await road.Admin.Exchange.ChangeAsync(
            "New-ManagementRoleAssignment",
            new System.Text.Json.Nodes.JsonObject
            {
                ["App"] = connection.ClientId, ["Role"] = "Application SMTP.SendAsApp", ["Name"] = "Smtp",
            },
            Token);
        var test = await TestAsync(connection, sends: false);
        Assert.Equal(CheckStatus.Passed, test.Checks.Single(c => c.Name == "Login").Status);
        Assert.Contains("Application SMTP.SendAsApp", test.Checks.Single(c => c.Name == "SendAs").Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Passed, (await TestAsync(connection, sends: true)).Checks[^1].Status);
    }

    [Theory]
    [InlineData("SmtpBusy", "4.7.500")]
    [InlineData("SmtpTooManyConnections", "4.3.2")]
    [InlineData("SmtpDisconnect", null)]
    [InlineData("SmtpLostAnswer", null)]
    public async Task Every_fault_is_named_with_cause_and_advice(string fault, string? code)
    {
        using var road = await StartAsync();
        var connection = await ConnectAsync(road);
        road.Tenant.GrantSmtp(connection.ClientId, road.Mailbox);
        road.Tenant.SetFault(fault);
        var test = await ManualTime.RunAsync(_clock, TestAsync(connection, sends: true));
        var failed = test.Checks.Single(c => c.Status == CheckStatus.Failed);
        Assert.Equal(("MailFlow", code), (failed.Name, failed.ServiceCode));
        Assert.NotNull(failed.Cause);
        Assert.NotNull(failed.Advice);
    }

    private Task<EndToEnd> StartAsync() => EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });

    private static async Task<MailboxConnection> ConnectAsync(EndToEnd road, string permission = "Exchange/SMTP.SendAsApp") =>
        MailboxConnections.As(await road.RegisterAsync(permission), road.Mailbox, MailProtocol.Smtp);

    private static Task<MailboxConnectionTest> TestAsync(MailboxConnection connection, bool sends) =>
        new SmtpTester(connection, sends).RunAsync(Token);
}
