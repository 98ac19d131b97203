using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.Base;

/// <summary>A read-only session reads everything, and nothing that changes something leaves it.</summary>
public sealed class ReadOnlyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_reads_the_directory_Exchange_and_mail()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        using var reader = await EndToEnd.SignInAsync(road.Tenant, road.Tenant.Wire.Restrict(isReadOnly: true, isNonInteractive: false));

        Assert.NotNull(await new AppLookup(reader).FindAsync("Invoices", Cancel));
        string[] addresses = [.. road.Tenant.Mailboxes.Select(m => m.Address)];
        Assert.Equal(addresses, (await reader.FindMailboxesAsync(addresses, Cancel)).Select(m => m!.Address));
        var connection = MailboxConnections.With(
            reader.TenantId, app.ClientId, road.Mailbox, MailProtocol.Graph, null, reader, app.ClientSecret, null);
        await using var store = MailboxAccess.Open(connection);
        var inbox = await store.FindFolderAsync("Inbox", Cancel);
        var messages = await store.GetMessagesAsync(inbox!, new MessageQuery(), Cancel).CountAsync(Cancel);
        Assert.Equal(road.Tenant.GetMessages(road.Mailbox, "Inbox").Count(), messages);
    }

    [Fact]
    public async Task It_changes_nothing()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send");
        Relay? seen = null;
        var changes = new List<string>();
        var wire = road.Tenant.Wire.Through(inner => seen = new Relay(inner)
        {
            Before = (request, _) =>
            {
                if (request.Method != HttpMethod.Get && !request.RequestUri!.Host.StartsWith("login.", StringComparison.Ordinal))
                {
                    changes.Add($"{request.Method} {request.RequestUri}");
                }

                return Task.FromResult<HttpResponseMessage?>(null);
            },
        });
        using var reader = await EndToEnd.SignInAsync(road.Tenant, wire.Restrict(isReadOnly: true, isNonInteractive: false));
        var connection = MailboxConnections.With(
            reader.TenantId, app.ClientId, road.Mailbox, MailProtocol.Graph, null, reader, app.ClientSecret, null);
        await using var store = MailboxAccess.Open(connection);
        await using var sender = MailboxAccess.OpenSender(connection);
        await using var submission = MailboxAccess.OpenSender(MailboxConnections.With(
            reader.TenantId, app.ClientId, road.Mailbox, MailProtocol.Smtp, null, reader, app.ClientSecret, null));
        foreach (var change in (Func<Task>[])
        [
            () => new AppProvisioner(reader).EnsureAsync(new AppSpecification { Name = "New" }, Cancel),
            () => reader.Exchange.ChangeAsync("Set-CASMailbox", new JsonObject { ["Identity"] = road.Mailbox }, Cancel),
            () => store.CreateFolderAsync("New", Cancel),
            () => sender.SendAsync(new OutgoingMessage { To = [new(null, road.Mailbox)], Subject = "New" }, Cancel),
            () => submission.SendAsync(new OutgoingMessage { To = [new(null, road.Mailbox)], Subject = "New" }, Cancel),
        ])
        {
            Assert.Equal("ReadOnlyContext", (await Assert.ThrowsAsync<InvalidRequestException>(change)).Id);
        }

        Assert.True(seen!.Count > 0);
        Assert.Empty(changes);
    }

    [Theory]
    [InlineData("""{"requests":[{"id":"1","method":"GET","url":"/a"},{"id":"2","method":"get","url":"/b"}]}""", true)]
    [InlineData("""{"requests":[{"id":"1","method":"GET","url":"/a"},{"id":"2","method":"DELETE","url":"/b"}]}""", false)]
    [InlineData("""{"requests":[{"id":"1","url":"/a"}]}""", false)]
    [InlineData("{}", false)]
    public async Task A_batch_is_what_its_items_are(string batch, bool passes)
    {
        using var client = new HttpClient(new ReadOnlyHandler(new Relay(_ => new HttpResponseMessage())));
        using var content = new StringContent(batch);
        var send = () => client.PostAsync("https://graph.microsoft.com/v1.0/$batch", content, Cancel);
        if (passes)
        {
            using var answer = await send();
            return;
        }

        Assert.Equal("ReadOnlyContext", (await Assert.ThrowsAsync<InvalidRequestException>(send)).Id);
    }

    [Fact]
    public async Task Nobody_is_asked_in_a_non_interactive_session()
    {
        using var road = await EndToEnd.StartAsync();
        var opened = 0;
        var origin = road.Tenant.Wire;
        var wire = new Wire(origin.Http, origin.OpenStream, origin.Time)
        {
            IsSandbox = true,
            OpenBrowser = (_, _) => Task.FromResult(opened++),
        }.Restrict(isReadOnly: false, isNonInteractive: true);
        var scopes = DelegatedScopes.ForAdmin(road.Admin.Cloud);
        foreach (var method in (SignInMethod[])
            [new BrowserSignIn(null, Person.Admin, scopes), new DeviceCodeSignIn(null, Person.Admin, scopes, _ => opened++)])
        {
            var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => Core.Service.Session.SignInAsync(
                wire, road.Admin.Cloud, road.Tenant.Domain, method, Cancel));
            Assert.Equal("InteractionRequired", refused.Id);
        }

        Assert.Equal(0, opened);
    }
}
