using MailAdmin.Core.Access;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Inventory;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.Report;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Inventory;

/// <summary>What Microsoft retires: read from the tenant's settings, never assumed, with what to do by when.</summary>
public sealed class RetirementTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-09-01", null, null, true, "EwsEnabled of the organization is not set")]
    [InlineData("2026-11-01", null, null, null, "isn't set, so Microsoft can disable it")]
    [InlineData("2026-11-01", true, null, true, "EWSAllowedAppIDs isn't set")]
    [InlineData("2026-11-01", true, "app", true, "the app is on EWSAllowedAppIDs")]
    [InlineData("2026-11-01", true, "other", false, "isn't on the organization's list")]
    [InlineData("2026-11-01", false, "app", false, "EwsEnabled of the organization is False")]
    [InlineData("2027-04-01", true, "app", false, "ended on 2027-04-01")]
    public async Task EWS_works_for_an_app_by_flag_list_and_date(string date, bool? enabled, string? list, bool? works, string why)
    {
        var clock = TenantClock.Manual(DateTimeOffset.Parse(date + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Exchange/full_access_as_app");
        road.Tenant.Add(new TenantDescription
        {
            Organization = o => o with
            {
                IsEwsEnabled = enabled,
                EwsAllowedApps = list is null ? null : [list == "app" ? app.ClientId : "11111111-1111-1111-1111-111111111111"],
            },
        });
        var test = await new EffectiveAccess(road.Admin) { Deep = true }.TestAsync(app, road.Mailbox, MailProtocol.Graph, Token);
        Assert.Equal(works, test.Ews.HasAccess);
        Assert.Contains(why, test.Ews.Checks.Single(c => c.Name == "EwsEnabled").Evidence, StringComparison.Ordinal);
        Assert.Equal(works == false ? MailCheckReason.Retired : null, test.Ews.Reason);

        var reading = await new MailAppInventory(road.Admin).ReadAsync(null, withMailboxRights: false, Token);
        var finding = reading.Apps.Single(a => a.ClientId == app.ClientId).Finding.Single(f => f.Kind == MailAppFindingKind.Retired);
        Assert.Equal(new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero), finding.Deadline);
        Assert.Contains(date == "2027-04-01" ? "ended on 2027-04-01" : why, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EWS_that_is_disabled_for_the_mailbox_doesn_t_work_there()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/full_access_as_app");
        road.Tenant.Add(new TenantDescription { Organization = o => o with { IsEwsEnabled = true } });
        road.Tenant.State.Mailboxes.Find(road.Mailbox)!.IsEwsEnabled = false;
        var access = new EffectiveAccess(road.Admin) { Deep = true };
        Assert.Equal(MailCheckReason.Retired, (await access.TestAsync(app, road.Mailbox, MailProtocol.Graph, Token)).Ews.Reason);
        Assert.Equal(true, (await access.TestAsync(app, road.Tenant.Mailboxes[1].Address, MailProtocol.Graph, Token)).Ews.HasAccess);
    }

    [Fact]
    public async Task The_tenant_s_settings_are_findings_with_a_date_and_ways_out()
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.State.Mailboxes.Find(road.Mailbox)!.IsSmtpAuthDisabled = false;
        var reading = await new MailAppInventory(road.Admin).ReadAsync(null, withMailboxRights: false, Token);
        Assert.Equal(2, reading.Tenant.Count);
        Assert.Contains("EwsEnabled of the organization is not set. EWSAllowedAppIDs isn't set.", reading.Tenant[0].Message, StringComparison.Ordinal);
        var smtp = reading.Tenant[1];
        Assert.Contains($"SMTP AUTH is disabled for the tenant. Mailbox settings enable it for 1 mailbox: {road.Mailbox}.", smtp.Message, StringComparison.Ordinal);
        Assert.All(
            ["also blocks OAuth", "relay connector", "High Volume Email", "Azure Communication Services", "New-MailboxConnection -Protocol Smtp"],
            w => Assert.Contains(w, smtp.Advice, StringComparison.Ordinal));
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero), smtp.Deadline);

        var page = ReportPage.Write(new ReportContent
        {
            TenantId = "t", Tenant = "t", Account = "a", CreatedAt = DateTimeOffset.UnixEpoch, Retirements = reading.Tenant,
        });
        Assert.Contains("Settings of the tenant", page, StringComparison.Ordinal);
        Assert.Contains("2026-12-31", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_Advanced_is_a_finding_for_an_app_that_holds_it_alone()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail-Advanced.ReadWrite.All");
        var finding = (await ReadAsync(road, app)).Single(f => f.Kind == MailAppFindingKind.AdvancedPermission);
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero), finding.Deadline);
        using var other = await EndToEnd.StartAsync();
        Assert.DoesNotContain(
            await ReadAsync(other, await other.RegisterAsync("Graph/Mail.ReadWrite")), f => f.Kind == MailAppFindingKind.AdvancedPermission);
    }

    [Fact]
    public async Task An_app_that_sends_over_SMTP_has_a_finding_for_its_mailboxes_without_SMTP_AUTH()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/SMTP.SendAsApp");
        string[] mailboxes = [.. road.Tenant.Mailboxes.Take(3).Select(m => m.Address)];
        foreach (var mailbox in mailboxes)
        {
            await new MailboxAccessGrants(road.Admin).GrantAsync(app, mailbox, [MailboxAccessRight.SendAs], false, Token);
        }

        road.Tenant.State.Mailboxes.Find(mailboxes[0])!.IsSmtpAuthDisabled = false;
        road.Tenant.State.Mailboxes.Find(mailboxes[1])!.IsSmtpAuthDisabled = true;
        var reading = await new MailAppInventory(road.Admin).ReadAsync(null, withMailboxRights: true, Token);
        var found = reading.Apps.Single(a => a.ClientId == app.ClientId);
        var finding = found.Finding.Single(f => f.Message.Contains("SMTP AUTH", StringComparison.Ordinal));
        string[] off = [.. mailboxes.Skip(1).Order(StringComparer.OrdinalIgnoreCase)];
        Assert.Equal((MailAppFindingKind.NoEffect, $"Set-MailboxSetting -Mailbox {off[0]}, {off[1]} -SmtpAuth Enabled"), (finding.Kind, finding.Remedy?.CommandLine));

        // The settings are in the output of each app.
        Assert.Equal(reading.Tenant, found.TenantFinding);
        Assert.All(found.TenantFinding, f => Assert.NotNull(f.Deadline));
    }

    [Theory]
    [InlineData("Exchange/full_access_as_app", MailAppFindingKind.Retired, "2027-04-01")]
    [InlineData("Exchange/Mail.Read", MailAppFindingKind.Retired, null)]
    [InlineData("Graph/Mail-Advanced.ReadWrite.All", MailAppFindingKind.AdvancedPermission, "2026-12-31")]
    [InlineData("Graph/Mail.ReadWrite", null, null)]
    public async Task Test_MailApp_says_what_the_app_uses_that_Microsoft_retires(string permission, MailAppFindingKind? kind, string? deadline)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync(permission);
        var request = new InstallRequest { Recipe = RecipeFiles.Get("Jim2"), Kind = MailAppRecipeKind.AppOnly, Name = app.Name, Mailboxes = [road.Mailbox] };
        var test = await new RecipeDrift(road.Admin, app, request).RunAsync(Token);
        var finding = test.Finding.SingleOrDefault();
        Assert.Equal((kind, deadline), (finding?.Kind, finding?.Deadline?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(kind is null, finding?.Advice is null);
    }

    [Fact]
    public async Task A_policy_is_a_finding_with_its_command()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await new AccessPolicies(road.Admin).NewAsync(app, MailAppPolicyRight.RestrictAccess, [road.Mailbox], null, Token);
        var finding = (await ReadAsync(road, app)).Single(f => f.Kind == MailAppFindingKind.LegacyPolicy);
        Assert.Equal($"Limit-MailApp -App {app.ClientId} -FromPolicy", finding.Remedy?.CommandLine);
    }

    private static async Task<MailAppFinding[]> ReadAsync(EndToEnd road, MailAppRegistration app) =>
        (await new MailAppInventory(road.Admin).ReadAsync(null, withMailboxRights: false, Token)).Apps.Single(a => a.ClientId == app.ClientId).Finding;
}
