using System.Text.Json.Nodes;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Connections;

/// <summary>
/// Mail from another address: denied without a right, sent with Send As and Send on Behalf, over both protocols. What the
/// refusal advises makes the next run work.
/// </summary>
/// <remarks>https://learn.microsoft.com/exchange/recipients-in-exchange-online/manage-permissions-for-recipients</remarks>
public sealed class SendingRightsTests
{
    private const string Shared = "support@contoso.onmicrosoft.com", Alice = "alice@contoso.onmicrosoft.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailProtocol.Graph, "the mailbox", "SendAs")]
    [InlineData(MailProtocol.Graph, "the mailbox", "SendOnBehalf")]
    [InlineData(MailProtocol.Graph, "the app", "SendAs")]
    [InlineData(MailProtocol.Smtp, "the mailbox", "SendAs")]
    [InlineData(MailProtocol.Smtp, "the mailbox", "SendOnBehalf")]
    public async Task From_another_mailbox_takes_a_right_on_it(MailProtocol protocol, string who, string right)
    {
        var clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 5, 6, 7, 8, TimeSpan.Zero));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.Send", "Exchange/SMTP.SendAsApp");
        road.Tenant.GrantSmtp(app.ClientId, road.Mailbox);
        var connection = MailboxConnections.As(app, road.Mailbox, protocol);

        var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => SendAsync(connection));
        Assert.Contains("Grant-MailboxAccess -SendAs", e.Advice, StringComparison.Ordinal);
        Assert.Contains("SendAsDenied", e.Code + e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(road.Tenant.GetMessages(Alice, "Inbox"), m => m.Subject == "From support");

        var trustee = who == "the app" ? app.ClientId : road.Mailbox;
        await road.Admin.Exchange.ChangeAsync(
            right == "SendAs" ? "Add-RecipientPermission" : "Set-Mailbox",
            right == "SendAs"
                ? new JsonObject { ["Identity"] = Shared, ["Trustee"] = trustee, ["AccessRights"] = new JsonArray("SendAs") }
                : new JsonObject { ["Identity"] = Shared, ["GrantSendOnBehalfTo"] = new JsonArray(trustee) },
            Token);
        await SendAsync(connection);

        var mime = MimeMessage.Parse(
            Assert.Single(road.Tenant.GetMessages(Alice, "Inbox"), m => m.Subject == "From support").GetContent());
        Assert.Equal([Shared], mime.From.Select(a => a.Address));
        // Who sends as somebody else isn't seen; who sends on behalf is.
        Assert.Equal(right == "SendAs" ? null : road.Mailbox, mime.Sender?.Address == Shared ? null : mime.Sender?.Address);
        Assert.Single(road.Tenant.GetMessages(road.Mailbox, "Sent Items"));
    }

    [Fact]
    public async Task Over_SMTP_a_right_of_the_app_on_the_other_mailbox_does_not_count()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/SMTP.SendAsApp");
        road.Tenant.GrantSmtp(app.ClientId, road.Mailbox);
        road.Tenant.GrantSmtp(app.ClientId, Shared);
        await Assert.ThrowsAsync<ServiceRefusedException>(
            () => SendAsync(MailboxConnections.As(app, road.Mailbox, MailProtocol.Smtp)));
        // The advice's other way: a connection to the mailbox of that address.
        await SendAsync(MailboxConnections.As(app, Shared, MailProtocol.Smtp));
    }

    private static async Task SendAsync(MailboxConnection connection)
    {
        await using var sender = MailboxAccess.OpenSender(connection);
        await sender.SendAsync(
            new OutgoingMessage
            {
                To = [new EmailAddress(null, Alice)], From = new EmailAddress(null, Shared), Subject = "From support", Body = "x",
            },
            Token);
    }
}
