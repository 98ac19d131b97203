using MailAdmin.Core.Access;

namespace MailAdmin.Tests.Access;

public sealed class MailboxSettingsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("W. Europe Standard Time")]
    public async Task A_mailbox_that_nobody_opened_gets_language_and_time_zone_together(string zone)
    {
        using var road = await EndToEnd.StartAsync();
        var settings = new MailboxSettings(road.Admin);
        var before = await settings.GetAsync("billing@contoso.onmicrosoft.com", Token);
        Assert.Equal((road.Mailbox, null, null, true, TimeSpan.FromDays(14)), (before.Mailbox, before.Language, before.TimeZone, before.ImapEnabled, before.RetainDeletedItemsFor));

        foreach (var (language, only) in new[] { ("de-DE", (string?)null), (null, zone) })
        {
            Assert.Equal("LanguageAndTimeZone", (await Assert.ThrowsAsync<InvalidRequestException>(() => settings.SetAsync(road.Mailbox, language, only, null, null, Token))).Id);
        }

        var after = await settings.SetAsync(road.Mailbox, "de-DE", zone, null, null, Token);
        Assert.Equal((ChangeKind.Updated, "de-DE", "W. Europe Standard Time", "Europe/Berlin"), (after.Change, after.Language, after.TimeZone, after.IanaTimeZone));
        Assert.Equal(ChangeKind.Unchanged, (await settings.SetAsync(road.Mailbox, "de-DE", zone, null, null, Token)).Change);
        Assert.Equal("fr-FR", (await settings.SetAsync(road.Mailbox, "fr-FR", null, null, null, Token)).Language);
    }

    [Fact]
    public async Task Protocols_are_switched_and_the_organization_s_setting_is_told_apart()
    {
        using var road = await EndToEnd.StartAsync();
        var settings = new MailboxSettings(road.Admin);
        var before = await settings.GetAsync(road.Mailbox, Token);
        Assert.Equal((false, true), (before.SmtpAuthEnabled, before.SmtpAuthInherited));
        var after = await settings.SetAsync(road.Mailbox, null, null, false, SmtpAuthSetting.Enabled, Token);
        Assert.Equal((ChangeKind.Updated, false, true, false), (after.Change, after.ImapEnabled, after.SmtpAuthEnabled, after.SmtpAuthInherited));
        Assert.Equal(ChangeKind.Unchanged, (await settings.SetAsync(road.Mailbox, null, null, false, SmtpAuthSetting.Enabled, Token)).Change);
        after = await settings.SetAsync(road.Mailbox, null, null, true, SmtpAuthSetting.Organization, Token);
        Assert.Equal((true, false, true), (after.ImapEnabled, after.SmtpAuthEnabled, after.SmtpAuthInherited));
        var change = road.Admin.Journal.Read()[^1];
        Assert.Equal(("Set-CASMailbox", "ImapEnabled False, SmtpClientAuthenticationDisabled False", "ImapEnabled True, SmtpClientAuthenticationDisabled not set"), (change.Action, change.Before, change.After));
    }

    [Theory]
    [InlineData("nobody@example.com", null, "UnknownMailbox")]
    [InlineData("alice@contoso.onmicrosoft.com", "Mars/Olympus", "UnknownTimeZone")]
    public async Task What_is_not_there_is_told(string mailbox, string? zone, string id)
    {
        using var road = await EndToEnd.StartAsync();
        Assert.Equal(id, (await Assert.ThrowsAsync<InvalidRequestException>(() => new MailboxSettings(road.Admin).SetAsync(mailbox, "de-DE", zone, null, null, Token))).Id);
    }

    [Fact]
    public async Task A_recipient_admin_may_set_them_and_does_not_know_the_organization_s_setting()
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "Recipient Management");
        var after = await new MailboxSettings(road.Admin).SetAsync(road.Mailbox, null, null, false, null, Token);
        Assert.Equal((false, null, true), (after.ImapEnabled, after.SmtpAuthEnabled, after.SmtpAuthInherited));
    }
}
