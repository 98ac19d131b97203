using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Inventory;
using MailAdmin.Core.Permissions;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>
/// Situations of administrators, each with its verdict, its cause and its next step as data. Where the session can ask Entra and
/// Exchange, there is one cause. The matrix of all causes by protocol is in DiagnosisMatrix.Tests.ps1.
/// </summary>
public sealed class OneCauseTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_colleague_s_policy_of_a_minute_ago_while_the_probe_gets_in()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        clock.Advance(TimeSpan.FromHours(3));
        road.Tenant.Add(new TenantDescription
        {
            AccessPolicies = [new AccessPolicyDescription(app.ClientId, road.Tenant.Mailboxes[1].Address, IsDeny: false) { Age = TimeSpan.FromMinutes(1) }],
        });

        var configured = await AccessAsync(road, app, MailProtocol.Graph);
        Assert.Equal((Verdict.Failed, MailCheckReason.PolicyDenied), (configured.Verdict, configured.Reason));
        var probe = await TestAsync(MailboxConnections.As(app, road.Mailbox), compares: true);
        Assert.Equal((Verdict.TooSoonToTell, MailCheckReason.NotYetInEffect), (probe.Verdict, probe.Reason));
        Assert.All(probe.Checks.Where(c => c.Name != "Configuration"), c => Assert.NotEqual(CheckStatus.Failed, c.Status));
        var both = ProbeVerdict.Of(configured, await TestAsync(MailboxConnections.As(app, road.Mailbox)), road.Admin);
        Assert.Equal((Verdict.TooSoonToTell, MailCheckReason.NotYetInEffect, Verdict.Passed), (both.Verdict, both.Reason, both.Probe!.Verdict));
        Assert.InRange(both.ConclusiveAfter!.Value - clock.GetUtcNow(), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2));
        Assert.Equal(both.ConclusiveAfter, probe.ConclusiveAfter);

        clock.Advance(TimeSpan.FromHours(2));
        var later = await TestAsync(MailboxConnections.As(app, road.Mailbox), compares: true);
        Assert.Equal((Verdict.Failed, MailCheckReason.PolicyDenied), (later.Verdict, later.Reason));
        Assert.Equal(Verdict.Failed, ProbeVerdict.Of(await AccessAsync(road, app, MailProtocol.Graph), later, road.Admin).Verdict);
    }

    [Fact]
    public async Task A_colleague_s_scope_of_a_minute_ago_by_Exchange_s_own_time()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Exchange/SMTP.SendAsApp"));
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(Verdict.Failed, (await TestAsync(MailboxConnections.As(app, road.Mailbox))).Verdict);
        await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ServicePrincipalObjectId }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read", ["Name"] = "Colleague" }, Token);
        clock.Advance(TimeSpan.FromMinutes(1));
        var test = await TestAsync(MailboxConnections.As(app, road.Mailbox));
        Assert.Equal((Verdict.TooSoonToTell, MailCheckReason.NotYetInEffect), (test.Verdict, test.Reason));
        Assert.InRange(test.ConclusiveAfter!.Value - clock.GetUtcNow(), TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task An_app_that_only_sends_is_judged_apart_for_reading_and_sending()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Send");
        var access = await AccessAsync(road, app, MailProtocol.Graph);
        Assert.Equal((Verdict.Failed, Verdict.Passed), (access.Graph.Verdict, access.GraphSend.Verdict));
        Assert.Equal(MailCheckReason.PermissionMissing, access.Reason);
        Assert.Contains("Graph/Mail.Send", access.Cause, StringComparison.Ordinal);
        Assert.Equal($"Limit-MailApp -App {app.ClientId} -Add {road.Mailbox} -Permission Graph/Mail.Read", access.Remedy?.CommandLine);

        var reading = await TestAsync(MailboxConnections.As(app, road.Mailbox));
        Assert.Equal((Verdict.Failed, MailCheckReason.PermissionMissing), (reading.Verdict, reading.Reason));
        Assert.Contains("Graph/Mail.Send", reading.Cause, StringComparison.Ordinal);
        var sending = await new MailboxTester(MailboxConnections.As(app, road.Mailbox), "Inbox") { Reads = false, Sends = true }.RunAsync(Token);
        Assert.Equal(Verdict.Passed, sending.Verdict);
    }

    [Fact]
    public async Task An_app_that_only_reads_fails_to_send_with_its_own_cause()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var sending = await new MailboxTester(MailboxConnections.As(app, road.Mailbox), "Inbox") { Reads = false, Sends = true }.RunAsync(Token);
        Assert.Equal((Verdict.Failed, MailCheckReason.PermissionMissing), (sending.Verdict, sending.Reason));
        Assert.Equal($"Limit-MailApp -App {app.ClientId} -Add {road.Mailbox} -Permission Graph/Mail.Send", sending.Remedy?.CommandLine);
    }

    [Fact]
    public async Task Exchange_Online_s_service_principal_is_missing()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        var reader = await new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Reader", Permissions = [PermissionName.Parse("Graph/Mail.Read", PermissionKind.Application)], TenantWide = true }, Token);
        road.Tenant.Add(new TenantDescription { HasExchangePrincipal = false });
        var test = await TestAsync(MailboxConnections.As(app, road.Mailbox, MailProtocol.Imap));
        Assert.Equal((Verdict.Failed, MailCheckReason.ResourceMissing), (test.Verdict, test.Reason));
        Assert.Equal("Initialize-MailAdmin -ExchangeOnline", test.Remedy?.CommandLine);

        // A command that needs it says the same.
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => road.RegisterAsync("Exchange/SMTP.SendAsApp"));
        Assert.Equal(("ResourceMissing", "Initialize-MailAdmin -ExchangeOnline"), (refused.Id, refused.Remedy?.CommandLine));

        // The inventory goes on without that part.
        var inventory = await new MailAppInventory(road.Admin).ReadAsync(null, withMailboxRights: false, Token);
        Assert.Contains(inventory.Apps, a => a.ClientId == reader.ClientId && a.Access.Any(p => p.Permission == "Graph/Mail.Read"));
        Assert.Contains(inventory.Unknown, u => u.Contains("Office 365 Exchange Online is missing", StringComparison.Ordinal)
            && u.Contains("Initialize-MailAdmin -ExchangeOnline", StringComparison.Ordinal));

        Assert.Equal(ChangeKind.Created, (await AppSwitch.EnsureExchangeAsync(road.Admin, Token)).Change);
        Assert.Equal(ChangeKind.Unchanged, (await AppSwitch.EnsureExchangeAsync(road.Admin, Token)).Change);
        Assert.NotEqual(MailCheckReason.ResourceMissing, (await TestAsync(MailboxConnections.As(app, road.Mailbox, MailProtocol.Imap))).Reason);
    }

    [Theory]
    [InlineData("CustomAttribute1 -eq 'Mail'")]
    [InlineData("Department -eq 'Sales'")]
    [InlineData("Office -eq 'Berlin'")]
    [InlineData("Company -eq 'Contoso'")]
    [InlineData("HiddenFromAddressListsEnabled -eq $true")]
    public async Task A_filter_of_documented_properties_is_taken_and_counted(string filter)
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.Add(new TenantDescription
        {
            Mailboxes =
            [
                new MailboxDescription("matching")
                {
                    IsHidden = true,
                    Attributes = new Dictionary<string, string>
                    {
                        ["CustomAttribute1"] = "Mail", ["Department"] = "Sales", ["Office"] = "Berlin", ["Company"] = "Contoso",
                    },
                },
            ],
        });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var matches = await new ScopeResolver(road.Admin, []).MatchesAsync(filter, Token);
        Assert.Equal("matching@contoso.onmicrosoft.com", Assert.Single(matches).Address);
        var limit = await new AppScopes(road.Admin).LimitAsync(app, new ScopeRequest { RecipientFilter = filter }, [], new LimitOptions(), Token);
        Assert.Equal("matching@contoso.onmicrosoft.com", Assert.Single(limit.MailboxIdentity).PrimarySmtpAddress);
    }

    [Theory]
    [InlineData("CustomAttribute1 -eq 'Nobody'", "EmptyScope")]
    [InlineData("NoSuchProperty -eq 'x'", "InvalidFilter")]
    public async Task A_filter_that_matches_nobody_is_refused_before_a_grant_goes(string filter, string id)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() =>
            new AppScopes(road.Admin).LimitAsync(app, new ScopeRequest { RecipientFilter = filter }, [], new LimitOptions(), Token));
        Assert.Equal(id, refused.Id);
        Assert.Equal(Verdict.Passed, (await TestAsync(MailboxConnections.As(app, road.Mailbox))).Verdict);
        Assert.Empty(road.Tenant.State.Exchange.Current.Assignments);
    }

    [Theory]
    [InlineData("never registered", MailCheckReason.NotRegisteredInExchange, "Grant-MailboxAccess -Mailbox {0} -App {1}")]
    [InlineData("wrong object id", MailCheckReason.WrongObjectId, "Grant-MailboxAccess -Mailbox {0} -App {1} -Force")]
    [InlineData("no FullAccess", MailCheckReason.FullAccessMissing, "Grant-MailboxAccess -Mailbox {0} -App {1}")]
    [InlineData("IMAP off", MailCheckReason.ImapDisabled, "Set-MailboxSetting -Mailbox {0} -ImapEnabled $true")]
    [InlineData("no permission", MailCheckReason.PermissionMissing, "Grant-MailAppConsent -App {1} -ApplicationPermission Exchange/IMAP.AccessAsApp")]
    public async Task AUTHENTICATE_failed_has_one_cause(string wrong, MailCheckReason reason, string remedy)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { TrustsObjectIds = true });
        var app = await road.RegisterAsync(wrong == "no permission" ? "Graph/Mail.Read" : "Exchange/IMAP.AccessAsApp");
        if (wrong != "never registered")
        {
            await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new()
            {
                ["AppId"] = app.ClientId,
                ["ObjectId"] = wrong == "wrong object id" ? app.ApplicationObjectId : app.ServicePrincipalObjectId,
            }, Token);
        }

        if (wrong is "IMAP off" or "no permission")
        {
            road.Tenant.GrantImap(app.ClientId, road.Mailbox);
        }

        road.Tenant.State.Mailboxes.Find(road.Mailbox)!.IsImapEnabled = wrong != "IMAP off";
        var test = await TestAsync(MailboxConnections.As(app, road.Mailbox, MailProtocol.Imap));
        Assert.Equal((Verdict.Failed, reason), (test.Verdict, test.Reason));
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, remedy, road.Mailbox, app.ClientId), test.Remedy?.CommandLine);
        Assert.NotNull(test.Remedy!.RequiredRole);
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task A_person_without_permission_on_a_shared_mailbox(MailProtocol protocol)
    {
        using var road = await EndToEnd.StartAsync(Person.MayConsent);
        var connection = (await road.Tenant.ConnectAsync(road.Admin, Person.Alice, protocol, Person.Bob))[0];
        var test = await TestAsync(connection);
        Assert.Equal((Verdict.Failed, MailCheckReason.FullAccessMissing), (test.Verdict, test.Reason));
        Assert.Equal($"Grant-MailboxAccess -Mailbox {Person.Bob} -User {Person.Alice}", test.Remedy?.CommandLine);
        await new MailboxAccessGrants(road.Admin).GrantUserAsync(Person.Alice, Person.Bob, [MailboxAccessRight.FullAccess], false, Token);
        Assert.Equal(Verdict.Passed, (await TestAsync(connection)).Verdict);
    }

    [Theory]
    [InlineData("mailbox", "Set-MailboxSetting -Mailbox {0} -SmtpAuth Enabled")]
    [InlineData("tenant", "Set-MailboxSetting -Mailbox {0} -SmtpAuth Enabled")]
    public async Task SMTP_with_the_role_and_SMTP_AUTH_disabled(string where, string remedy)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Send");
        road.Tenant.GrantSmtp(app.ClientId, road.Mailbox);
        await road.Admin.Exchange.ChangeAsync(
            "New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application SMTP.SendAsApp", ["Name"] = "Smtp" }, Token);
        road.Tenant.State.Mailboxes.Find(road.Mailbox)!.IsSmtpAuthDisabled = where == "mailbox" ? true : null;
        var test = await new SmtpTester(MailboxConnections.As(app, road.Mailbox, MailProtocol.Smtp), sends: false).RunAsync(Token);
        Assert.Equal((Verdict.Failed, MailCheckReason.SmtpAuthDisabled), (test.Verdict, test.Reason));
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, remedy, road.Mailbox), test.Remedy?.CommandLine);
        var access = await AccessAsync(road, app, MailProtocol.Smtp);
        Assert.Equal((MailCheckReason.SmtpAuthDisabled, test.Remedy), (access.Reason, access.Remedy));
    }

    [Fact]
    public async Task AutoMapping_for_a_person_is_off_unless_asked()
    {
        var bodies = new List<string>();
        using var road = await EndToEnd.StartAsync(null, inner => new Relay(inner)
        {
            Before = async (request, _) =>
            {
                if (request.Content is { } content && await content.ReadAsStringAsync(Token) is var text && text.Contains("\"CmdletName\":\"Add-MailboxPermission\"", StringComparison.Ordinal))
                {
                    bodies.Add(text);
                }

                return null;
            },
        });
        var grants = new MailboxAccessGrants(road.Admin);
        await grants.GrantUserAsync(road.Tenant.Mailboxes[2].Address, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        await grants.GrantUserAsync(road.Tenant.Mailboxes[2].Address, road.Tenant.Mailboxes[1].Address, [MailboxAccessRight.FullAccess], true, Token);
        Assert.Equal(2, bodies.Count);
        Assert.Contains("\"AutoMapping\":false", bodies[0], StringComparison.Ordinal);
        Assert.Contains("\"AutoMapping\":true", bodies[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MailboxKind.OnPremises, MailCheckReason.MailboxOnPremises)]
    [InlineData(MailboxKind.None, MailCheckReason.LicenseMissing)]
    public async Task A_user_without_a_mailbox_here(object kind, MailCheckReason reason)
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.Add(new TenantDescription { Mailboxes = [new MailboxDescription("half") { Kind = (MailboxKind)kind }] });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var test = await TestAsync(MailboxConnections.As(app, "half@contoso.onmicrosoft.com"));
        Assert.Equal((Verdict.Failed, reason), (test.Verdict, test.Reason));
        Assert.NotNull(test.Advice);
    }

    [Fact]
    public async Task An_app_or_a_service_that_was_disabled()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        Assert.Equal(ChangeKind.Updated, await AppSwitch.SetAsync(road.Admin, app, false, Token));
        var test = await TestAsync(MailboxConnections.As(app, road.Mailbox));
        Assert.Equal((MailCheckReason.AppDisabled, $"Set-MailAppRegistration -App {app.ClientId} -Enabled $true"), (test.Reason, test.Remedy?.CommandLine));
        Assert.Equal(MailCheckReason.AppDisabled, (await new EffectiveAccess(road.Admin) { Deep = true }.TestAsync(app, road.Mailbox, MailProtocol.Graph, Token)).Reason);
        Assert.Equal(ChangeKind.Updated, await AppSwitch.SetAsync(road.Admin, app, true, Token));
        Assert.Equal(ChangeKind.Unchanged, await AppSwitch.SetAsync(road.Admin, app, true, Token));
        Assert.Equal(Verdict.Passed, (await TestAsync(MailboxConnections.As(app, road.Mailbox))).Verdict);
    }

    private static Task<MailboxConnectionTest> TestAsync(MailboxConnection connection, bool compares = false) =>
        new MailboxTester(connection, "Inbox") { Compares = compares }.RunAsync(Token);

    private static Task<MailAppAccessTest> AccessAsync(EndToEnd road, MailAppRegistration app, MailProtocol protocol) =>
        new EffectiveAccess(road.Admin).TestAsync(app, road.Mailbox, protocol, Token);
}
