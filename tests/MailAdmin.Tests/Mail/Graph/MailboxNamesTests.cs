using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Mail.Graph;

/// <summary>A mailbox whose user principal name, primary address, and alias all differ.</summary>
public sealed class MailboxNamesTests
{
    private const string Upn = "cd1042@contoso.onmicrosoft.com", Primary = "carol.diaz@contoso.onmicrosoft.com",
        Alias = "carol.smith@contoso.onmicrosoft.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Upn)]
    [InlineData(Primary)]
    [InlineData(Alias)]
    public async Task Each_name_leads_to_the_mailbox_over_graph_and_is_looked_up_once(string name)
    {
        Recorder? recorder = null;
        using var road = await EndToEnd.StartAsync(new SandboxOptions(), http => recorder = new(http));
        var id = road.Tenant.Mailboxes.Single(m => m.Address == Primary).UserId;
        var app = await road.RegisterAsync("Graph/Mail.Read");
        recorder!.Paths.Clear();

        for (var i = 0; i < 2; i++)
        {
            await using var store = MailboxAccess.Open(MailboxConnections.As(app, name));
            Assert.Equal("Inbox", (await store.GetFolderAsync("Inbox", Token)).Path);
        }

        Assert.Single(recorder.Paths, p => p.Contains("/users?"));
        var mail = recorder.Paths.Where(p => p.Contains("/mailFolders")).ToArray();
        Assert.Equal(2, mail.Length);
        Assert.All(mail, p => Assert.Contains($"/users/{id}/", p));
    }

    [Fact]
    public async Task An_address_of_a_mailbox_comes_before_the_user_principal_name_of_another_user()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions());
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var bob = road.Tenant.Mailboxes.Single(m => m.Address.StartsWith("bob@", StringComparison.Ordinal));
        road.Tenant.State.Directory.Users.Single(u => u.Id == bob.UserId).Json["userPrincipalName"] = Alias;
        road.Tenant.AddMessage(Primary, "Inbox", "Subject: for Carol\r\n\r\nx"u8.ToArray());

        await using var store = MailboxAccess.Open(MailboxConnections.As(app, Alias));

        Assert.Equal(1, (await store.GetFolderAsync("Inbox", Token)).TotalItemCount);
    }

    [Fact]
    public async Task Who_may_not_read_the_directory_asks_graph_for_what_was_given()
    {
        Recorder? recorder = null;
        using var road = await EndToEnd.StartAsync(new SandboxOptions(), http => recorder = new(http));
        var app = await road.RegisterAsync("Graph/Mail.Read");
        using var own = await Session.SignInAsync(
            new Wire(recorder!, road.Tenant.Wire.OpenStream, road.Tenant.Wire.Time), road.Admin.Cloud, road.Tenant.Domain,
            app.ClientId, new AppCredential.ClientSecret(app.ClientSecret!), Token);
        recorder!.Paths.Clear();

        for (var i = 0; i < 2; i++)
        {
            await using var store = MailboxAccess.Open(MailboxConnections.With(
                road.Admin.TenantId, app.ClientId, Upn, MailProtocol.Graph, null, own, app.ClientSecret, null));
            await store.GetFolderAsync("Inbox", Token);
        }

        Assert.Single(recorder.Paths, p => p.Contains("/users?"));
        Assert.Equal(2, recorder.Paths.Count(p => p.Contains($"/users/{Uri.EscapeDataString(Upn)}/mailFolders")));
    }

    [Fact]
    public async Task The_directory_of_another_tenant_is_not_asked()
    {
        Recorder? recorder = null;
        using var road = await EndToEnd.StartAsync(new SandboxOptions(), http => recorder = new(http));
        var app = await road.RegisterAsync("Graph/Mail.Read");
        recorder!.Paths.Clear();

        await using var store = MailboxAccess.Open(MailboxConnections.With(
            "fabrikam.example", app.ClientId, Primary, MailProtocol.Graph, null, road.Admin, app.ClientSecret, null));

        await Assert.ThrowsAsync<ServiceRefusedException>(() => store.GetFolderAsync("Inbox", Token));
        Assert.DoesNotContain(recorder.Paths, p => p.Contains("/users?"));
    }

    [Fact]
    public async Task A_known_id_needs_no_lookup()
    {
        Recorder? recorder = null;
        using var road = await EndToEnd.StartAsync(new SandboxOptions(), http => recorder = new(http));
        var id = road.Tenant.Mailboxes.Single(m => m.Address == Primary).UserId;
        var app = await road.RegisterAsync("Graph/Mail.Read");
        recorder!.Paths.Clear();

        await using var store = MailboxAccess.Open(MailboxConnections.As(app, Upn, mailboxId: id));
        await store.GetFolderAsync("Inbox", Token);

        Assert.DoesNotContain(recorder.Paths, p => p.Contains("/users?"));
        Assert.Contains(recorder.Paths, p => p.Contains($"/users/{id}/mailFolders"));
    }

    [Theory]
    [InlineData(Upn)]
    [InlineData(Alias)]
    public async Task Exchange_takes_each_name_and_its_objects_carry_all_three(string name)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions());
        var id = road.Tenant.Mailboxes.Single(m => m.Address == Primary).UserId;
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");

        var grant = await new MailboxAccessGrants(road.Admin).GrantAsync(app, name, [MailboxAccessRight.FullAccess], false, Token);
        Assert.Equal((Primary, id, Upn, Primary), (grant.Mailbox, grant.MailboxId, grant.UserPrincipalName, grant.PrimarySmtpAddress));

        var setting = await new MailboxSettings(road.Admin).GetAsync(name, Token);
        Assert.Equal((Primary, id, Upn), (setting.Mailbox, setting.MailboxId, setting.UserPrincipalName));
    }

    private sealed class Recorder(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public List<string> Paths { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Paths.Add(request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
