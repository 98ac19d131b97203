using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Sandbox;

/// <summary>The library on a sandbox in another process: the wire to it, and its keeper's requests.</summary>
[Trait("Network", "Loopback")]
public sealed class ServedSandboxTests(ServedProcess server) : IClassFixture<ServedProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task The_whole_road(MailProtocol protocol)
    {
        using var admin = await SignInAsync(server.Wire());
        var app = await new AppProvisioner(admin).EnsureAsync(
            new AppSpecification
            {
                Name = $"Road over {protocol}",
                Permissions = [PermissionName.Parse(protocol == MailProtocol.Imap ? "Exchange/IMAP.AccessAsApp" : "Graph/Mail.ReadWrite", PermissionKind.Application)],
                TenantWide = true,
            },
            Cancel);
        var sandbox = server.Sandbox();
        await sandbox.ChangeAsync(new SandboxChange { ImapAccess = [app.ClientId] }, Cancel);
        var mailbox = server.Mailboxes[protocol == MailProtocol.Imap ? 2 : 3];
        // Longer than any buffer on the way.
        var large = System.Text.Encoding.ASCII.GetBytes($"Subject: Large\r\n\r\n{Convert.ToBase64String(RandomNumberGenerator.GetBytes(15_000_000), Base64FormattingOptions.InsertLineBreaks)}\r\n");
        byte[] small = [.. "Subject: Small\r\n\r\nHello\r\n"u8];
        foreach (var message in new[] { large, small })
        {
            await sandbox.AddMessageAsync(mailbox, "Inbox", message, null, isRead: false, Cancel);
        }

        using var destination = new TempFolder();
        var received = new List<string>();
        await using (var store = MailboxAccess.Open(MailboxConnections.As(app, mailbox, protocol)))
        {
            var receiver = new MailReceiver(store, new ReceiveOptions { Destination = destination.Path, AfterProcessing = AfterProcessing.Move, MoveTo = "Done" });
            await foreach (var delivery in receiver.ReceiveAsync(Cancel))
            {
                received.Add(Hash(await File.ReadAllBytesAsync(delivery.Message.Path!, Cancel)));
                delivery.Acknowledge();
            }
        }

        Assert.Equal([Hash(large), Hash(small)], received);
        Assert.Empty(await sandbox.GetMessagesAsync(mailbox, "Inbox", Cancel));
        Assert.Equal(["Large", "Small"], (await sandbox.GetMessagesAsync(mailbox, "Done", Cancel)).Select(m => m.Subject));
    }

    /// <summary>What stands between, over real TLS and HTTP: no token leaves the host, and nothing is taken for done.</summary>
    [Theory]
    [InlineData("ProxyRedirect")]
    [InlineData("ProxyNoContent")]
    [InlineData("ProxyEmptyObject")]
    [InlineData("ProxyPage")]
    [InlineData("ProxyForbidden")]
    [InlineData("JsonTruncated")]
    [InlineData("LengthWrong")]
    [InlineData("ConnectionCut")]
    public async Task What_a_proxy_answers_is_an_error_of_ours(string fault)
    {
        using var session = await Session.SignInAsync(
            server.Wire(), Cloud.Of(MailEnvironment.Global), server["tenantId"], server["clientId"],
            new AppCredential.ClientSecret(Secret.Close(server["clientSecret"])), Cancel);
        await using var store = MailboxAccess.Open(MailboxConnections.With(
            server["tenantId"], server["clientId"], server.Mailboxes[1], MailProtocol.Graph, null, session, Secret.Close(server["clientSecret"]), null));
        await store.GetFolderAsync("Inbox", Cancel);
        var sandbox = server.Sandbox();
        await sandbox.ChangeAsync(new SandboxChange { Faults = [fault] }, Cancel);
        try
        {
            var e = await Assert.ThrowsAnyAsync<MailAdminException>(() => fault is "LengthWrong" or "ConnectionCut"
                ? store.GetFolderAsync("Inbox", Cancel) : store.CreateFolderAsync($"Behind {fault}", Cancel));
            Assert.Contains(Errors.Describe(e).Id, new[] { "UnexpectedResponse", "ConnectionLost" });
        }
        finally
        {
            await sandbox.ChangeAsync(new SandboxChange { ClearFaults = true }, Cancel);
        }

        Assert.DoesNotContain(await store.GetFoldersAsync(null, false, Cancel).ToListAsync(Cancel), f => f.Path == $"Behind {fault}");
    }

    [Fact]
    public async Task A_large_attachment_goes_up_in_slices()
    {
        var file = Path.GetTempFileName();
        try
        {
            var content = RandomNumberGenerator.GetBytes(20_000_000);
            await File.WriteAllBytesAsync(file, content, Cancel);
            using var session = await Session.SignInAsync(
                server.Wire(), Cloud.Of(MailEnvironment.Global), server["tenantId"], server["clientId"],
                new AppCredential.ClientSecret(Secret.Close(server["clientSecret"])), Cancel);
            var connection = MailboxConnections.With(
                server["tenantId"], server["clientId"], server.Mailboxes[0], MailProtocol.Graph, null, session, Secret.Close(server["clientSecret"]), null);
            await using (var sender = MailboxAccess.OpenSender(connection))
            {
                await sender.SendAsync(
                    new OutgoingMessage { To = [new(null, server.Mailboxes[1])], Subject = "Twenty megabytes", Attachments = [OutgoingAttachment.Of(file)] }, Cancel);
            }

            var delivered = (await server.Sandbox().GetMessagesAsync(server.Mailboxes[1], "Inbox", Cancel)).Single(m => m.Subject == "Twenty megabytes");
            using var message = Core.Mail.Mime.MimeMessage.Parse(delivered.GetContent());
            using var copy = new MemoryStream();
            await Assert.Single(message.Attachments).DecodeToAsync(copy, Cancel);
            Assert.Equal(Hash(content), Hash(copy.ToArray()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Another_certificate_is_refused_though_it_has_the_same_names()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var other = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var wire = server.Wire(other);

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => SignInAsync(wire));
        Assert.False(lost.MayRecover);
        lost = await Assert.ThrowsAsync<ConnectionLostException>(() => new ServedSandbox(wire, server["adminClientSecret"]).GetFactsAsync(Cancel));
        Assert.False(lost.MayRecover);
        Assert.DoesNotContain(server["adminClientSecret"], lost.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_host_but_the_services_own_is_reached()
    {
        using var http = new HttpClient(server.Wire().Http, disposeHandler: false);
        var unknown = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("https://example.com/", Cancel));
        Assert.Equal(SocketError.HostNotFound, Assert.IsType<SocketException>(unknown.InnerException).SocketErrorCode);
        await Assert.ThrowsAsync<SocketException>(async () => await server.Wire().OpenStream("imap.example.com", 993, Cancel));
    }

    [Fact]
    public async Task What_listens_there_must_be_a_sandbox()
    {
        var imap = SandboxWire.To(new Uri($"https://localhost:{server["imapPort"]}"), server.Certificate);
        await Assert.ThrowsAsync<IOException>(async () => await imap.OpenStream("graph.microsoft.com", 443, Cancel));
    }

    [Fact]
    public async Task Its_keeper_sees_and_changes_it()
    {
        var sandbox = server.Sandbox();
        var facts = await sandbox.GetFactsAsync(Cancel);
        Assert.Equal((server["tenantId"], server["domain"], server["adminClientId"]), (facts.TenantId, facts.Domain, facts.ClientId));
        Assert.Equal(server.Mailboxes, facts.Mailboxes);

        byte[] content = [.. "From: Dana <dana@fabrikam.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n"u8, 0xff, 0];
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        var added = await sandbox.AddMessageAsync(server.Mailboxes[0], "Inbox/A & B", content, at, isRead: true, Cancel);
        var seen = Assert.Single(await sandbox.GetMessagesAsync(server.Mailboxes[0], "Inbox/A & B", Cancel));
        Assert.Equal(
            (added.Id, "Grüße", new EmailAddress("Dana", "dana@fabrikam.com"), at, true, content.Length),
            (seen.Id, seen.Subject, seen.From, seen.ReceivedAt, seen.IsRead, seen.Size));
        Assert.Equal(content, seen.GetContent());

        var before = sandbox.Describe(facts).Now;
        Assert.Equal(["MailboxInactive"], await sandbox.ChangeAsync(new SandboxChange { Faults = ["MailboxInactive"], AdvanceTime = TimeSpan.FromDays(2) }, Cancel));
        Assert.InRange(sandbox.Describe(facts).Now - before, TimeSpan.FromDays(2), TimeSpan.FromDays(2.1));
        Assert.Empty(await sandbox.ChangeAsync(new SandboxChange { ClearFaults = true, AdvanceTime = TimeSpan.Zero }, Cancel));
        Assert.Equal(0, sandbox.Describe(facts).ActiveRequests);
    }

    [Fact]
    public async Task Its_refusals_come_back_as_they_are()
    {
        var sandbox = server.Sandbox();
        Assert.Equal("MailboxNotFound", (await Assert.ThrowsAsync<InvalidRequestException>(() => sandbox.GetMessagesAsync("nobody", null, Cancel))).Id);
        Assert.Equal("UnknownFault", (await Assert.ThrowsAsync<InvalidRequestException>(() => sandbox.ChangeAsync(new SandboxChange { Faults = ["None"] }, Cancel))).Id);
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => new ServedSandbox(server.Wire(), server["clientSecret"]).GetFactsAsync(Cancel));
        Assert.Equal(401, refused.HttpStatus);
    }

    private static string Hash(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));

    private Task<Session> SignInAsync(Wire wire) => Session.SignInAsync(
        wire, Cloud.Of(MailEnvironment.Global), server["domain"], server["adminClientId"],
        new AppCredential.ClientSecret(Secret.Close(server["adminClientSecret"])), Cancel);
}
