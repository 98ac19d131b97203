using System.Net;
using System.Text;
using MailAdmin.Core.Connections;

namespace MailAdmin.Tests.Cmdlets;

/// <summary>A list with bodies never leaves out a message without saying so: one that can't be read is an error, and the others come.</summary>
[Trait("Network", "Loopback")] // PowerShell waits for a debugger at a pipe.
public sealed class MessageBodyTests
{
    [Fact]
    public async Task A_message_that_is_gone_when_its_body_is_read_is_the_error_MessageNotFound()
    {
        string? gone = null;
        var list = await StartAsync("ignored", inner => new Relay(inner)
        {
            Before = (request, _) => Task.FromResult(gone is null || !request.RequestUri!.AbsolutePath.Contains(Uri.EscapeDataString(gone), StringComparison.Ordinal) ? null
                : new HttpResponseMessage(HttpStatusCode.NotFound)
                {
                    Content = new StringContent(
                        """{"error":{"code":"ErrorItemNotFound","message":"The specified object was not found in the store."}}""", Encoding.UTF8, "application/json"),
                }),
        });
        using var road = list.Road;
        gone = road.Tenant.GetMessages(road.Mailbox, "Mixed").Single(m => m.Subject == "two").Describe().Id;

        var (subjects, ids) = list.Run(MailProtocol.Graph);

        Assert.Equal(["one", "three"], subjects);
        Assert.Equal(["MessageNotFound"], ids);
    }

    [Fact]
    public async Task A_message_that_Exchange_can_not_convert_is_the_error_MessageUnreadable()
    {
        var list = await StartAsync("calendar", inner => inner);
        using var road = list.Road;
        road.Tenant.SetFault("ImapNotConverted", null);

        var (subjects, ids) = list.Run(MailProtocol.Imap);

        Assert.Equal(["one", "three"], subjects);
        Assert.Equal(["MessageUnreadable"], ids);
    }

    private static async Task<Listing> StartAsync(string kind, Func<HttpMessageHandler, HttpMessageHandler> between)
    {
        var road = await EndToEnd.StartAsync(null, between);
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        road.Tenant.GrantImap(app.ClientId, road.Mailbox);
        foreach (var (subject, type) in new[] { ("one", "plain"), ("two", kind == "calendar" ? kind : "plain"), ("three", "plain") })
        {
            road.Tenant.AddMessage(
                road.Mailbox, "Mixed", Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\nContent-Type: text/{type}\r\n\r\ntext"));
        }

        return new Listing(road, app);
    }

    private sealed record Listing(EndToEnd Road, MailAppRegistration App)
    {
        public (string[] Subjects, string[] Ids) Run(MailProtocol protocol)
        {
            using var host = new CmdletHost();
            var errors = host.Run("Get-MailboxMessage", new Dictionary<string, object>
            {
                ["Connection"] = MailboxConnections.As(App, Road.Mailbox, protocol), ["Folder"] = "Mixed", ["Body"] = true,
            });
            return ([.. host.Output.Select(o => ((MailboxMessage)o.BaseObject).Subject).Order(StringComparer.Ordinal)],
                [.. errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0])]);
        }
    }
}
