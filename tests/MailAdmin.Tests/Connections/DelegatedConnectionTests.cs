using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Connections;

/// <summary>A person's connection to the person's own mailbox, or to one that the person may open.</summary>
public sealed class DelegatedConnectionTests
{
    private readonly SandboxTenant _tenant = SandboxTenant.Create(Person.MayConsent);

    private string Shared => _tenant.Mailboxes[0].Address;

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task A_person_reads_the_own_mailbox_and_a_shared_one_and_no_other(MailProtocol protocol)
    {
        using var admin = await AdminAsync();
        var alice = await _tenant.ConnectAsync(admin, Person.Alice, protocol, Person.Alice, Shared, Person.Bob);

        Assert.Equal(5, await CountAsync(alice[0]));
        Assert.Equal(5, await CountAsync(alice[1]));
        var denied = await Assert.ThrowsAsync<ServiceRefusedException>(() => CountAsync(alice[2]));
        Assert.True(denied is { Code: "ErrorAccessDenied", HttpStatus: 403 } or { Code: "NOTCONNECTED" }, denied.ToString());
        Assert.All(alice, c => Assert.Equal(("Delegated", Person.Alice), (c.CredentialType, c.UserPrincipalName)));
    }

    [Theory]
    [InlineData(MailProtocol.Graph, false, "Mail.ReadWrite Mail.Send")]
    [InlineData(MailProtocol.Graph, true, "Mail.ReadWrite.Shared Mail.Send.Shared")]
    [InlineData(MailProtocol.Imap, false, "IMAP.AccessAsUser.All")]
    [InlineData(MailProtocol.Imap, true, "IMAP.AccessAsUser.All")]
    public async Task It_asks_for_what_the_case_needs_and_no_more(MailProtocol protocol, bool isShared, string scopes)
    {
        using var admin = await AdminAsync();
        var connection = (await _tenant.ConnectAsync(admin, Person.Alice, protocol, isShared ? Shared : Person.Alice))[0];

        using var tokens = MailboxAccess.Tokens(connection);
        var token = await tokens.GetAsync(protocol == MailProtocol.Graph ? admin.Cloud.GraphScope : admin.Cloud.ExchangeScope, fresh: true, Cancel);

        Assert.Equal(scopes, string.Join(' ', token.Scopes));
        Assert.Equal(Person.Alice, token.User);
    }

    /// <summary>People can't consent to mail by themselves; so what an administrator granted is what is asked for (MC1163922).</summary>
    [Theory]
    [Trait("Network", "Loopback")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_of_the_tenants_own_is_asked_for_what_was_granted(bool isSaved)
    {
        var tenant = SandboxTenant.Create(new SandboxOptions());
        using var admin = await tenant.SignInAsync(
            new AppSignIn(tenant.AdminApp.ClientId, new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret))));
        var client = await new Core.Apps.AppProvisioner(admin).EnsureAsync(
            new Core.Apps.AppSpecification
            {
                Name = "For people", Permissions = Core.Permissions.PermissionName.ParseAll([], ["Graph/Mail.Read"]), IsPublicClient = true,
                AllowsDeviceCode = true, RedirectUris = [new MailAppRedirectUri("http://localhost", RedirectPlatform.PublicClient)],
            },
            Cancel);
        await new Core.Apps.AppConsent(admin).GrantAsync(client, null, null, false, Cancel);

        var connection = (await MailboxConnections.ForPersonAsync(
            tenant.Domain, [Person.Alice], MailProtocol.Graph, null, admin, client.ClientId,
            scopes => new DeviceCodeSignIn(client.ClientId, Person.Alice, scopes, _ => { }), Person.Alice, Cancel))[0];
        connection = isSaved ? SavedConnection.Of("Alice", connection).Open(admin, null, null) : connection;

        Assert.Equal(5, await CountAsync(connection));
        using var tokens = MailboxAccess.Tokens(connection);
        var scopes = (await tokens.GetAsync(admin.Cloud.GraphScope, fresh: true, Cancel)).Scopes;
        Assert.Equal(["Mail.Read"], scopes.Where(s => s.StartsWith("Mail.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(MailEnvironment.Global, "outlook.office365.com")]
    [InlineData(MailEnvironment.China, "partner.outlook.cn")]
    public async Task IMAP_has_the_host_of_its_cloud_and_tokens_are_named_after_it(MailEnvironment environment, string host)
    {
        var tenant = SandboxTenant.Create(new SandboxOptions { Environment = environment });
        var (hosts, inner) = (new List<string>(), tenant.Wire);
        var wire = new Wire(inner.Http, (name, port, token) => { hosts.Add(name); return inner.OpenStream(name, port, token); }, inner.Time) { IsSandbox = true };
        using var admin = await EndToEnd.SignInAsync(tenant, wire);
        var app = await new Core.Apps.AppProvisioner(admin).EnsureAsync(
            new Core.Apps.AppSpecification { Name = "Imap", Permissions = Core.Permissions.PermissionName.ParseAll(["Exchange/IMAP.AccessAsApp"], []), TenantWide = true },
            Cancel);
        tenant.GrantImap(app.ClientId, tenant.Mailboxes[0].Address);

        Assert.Equal(5, await CountAsync(MailboxConnections.As(app, tenant.Mailboxes[0].Address, MailProtocol.Imap, admin)));
        Assert.Equal([host], hosts.Distinct());
        Assert.Equal($"https://{host}/.default", admin.Cloud.MailScope);
    }

    [Fact]
    public async Task A_person_sends_from_the_own_mailbox()
    {
        using var admin = await AdminAsync();
        await using var sender = MailboxAccess.OpenSender((await _tenant.ConnectAsync(admin, Person.Alice, MailProtocol.Graph, Person.Alice))[0]);

        await sender.SendAsync(new OutgoingMessage { To = [new EmailAddress(null, Person.Bob)], Subject = "From Alice herself" }, Cancel);

        Assert.Single(_tenant.GetMessages(Person.Bob, "inbox"), m => m.Subject == "From Alice herself");
    }

    [Theory]
    [InlineData(MailProtocol.Graph, false)]
    [InlineData(MailProtocol.Graph, true)]
    [InlineData(MailProtocol.Imap, false)]
    [InlineData(MailProtocol.Imap, true)]
    public async Task A_token_that_ends_in_the_middle_of_receiving_is_renewed_without_a_lost_or_repeated_message(MailProtocol protocol, bool isShared)
    {
        const int Count = 300;
        var mailbox = isShared ? Shared : Person.Alice;
        for (var i = 0; i < Count; i++)
        {
            _tenant.AddMessage(mailbox, "Many", Encoding.ASCII.GetBytes($"Message-ID: <{i}@many.example>\r\nSubject: Number {i}\r\n\r\nText {i}\r\n"), _tenant.Clock.GetUtcNow().AddMinutes(-i));
        }

        using var admin = await AdminAsync();
        var connection = (await _tenant.ConnectAsync(admin, Person.Alice, protocol, mailbox))[0];
        using var destination = new Destination();
        await using var store = MailboxAccess.Open(connection);
        var subjects = new List<string?>();

        var all = await destination.ReceiveAsync(
            store, new ReceiveOptions { Folders = ["Many"], AfterProcessing = AfterProcessing.Move, MoveTo = "Done" }, message =>
            {
                subjects.Add(message.Subject);
                if (subjects.Count % 70 == 0)
                {
                    _tenant.Clock.Advance(TimeSpan.FromMinutes(70));
                }

                return true;
            }, _tenant.Clock);

        Assert.Equal((Count, Count), (subjects.Count, subjects.Distinct().Count()));
        Assert.All(all, d => Assert.Null(d.Error));
        Assert.Equal(Count, destination.Files.Count);
        Assert.Empty(_tenant.GetMessages(mailbox, "Many"));
        Assert.Equal(Count, _tenant.GetMessages(mailbox, "Done").Count());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<Session> AdminAsync() => _tenant.SignInAsync(
        new AppSignIn(_tenant.AdminApp.ClientId, new AppCredential.ClientSecret(Secret.Close(_tenant.AdminApp.ClientSecret))));

    private static async Task<int> CountAsync(MailboxConnection connection)
    {
        await using var store = MailboxAccess.Open(connection);
        return (int)(await store.FindFolderAsync("Inbox", Cancel))!.TotalItemCount!;
    }
}
