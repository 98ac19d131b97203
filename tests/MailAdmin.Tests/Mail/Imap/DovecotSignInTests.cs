using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Signing in to a real server, and what comes before it.</summary>
[Collection(DovecotCollection.Name)]
[Trait("Network", "Loopback")]
public sealed class DovecotSignInTests(DovecotFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DovecotServer Server => fixture.Server;

    [Fact]
    public async Task A_good_token_signs_in_and_the_server_says_who_it_is()
    {
        await using var store = Server.Open("anna@contoso.test");

        var info = await store.ConnectAsync(Cancel);

        Assert.Equal("Dovecot", info.Name);
        Assert.Contains("UIDPLUS", info.Capabilities);
    }

    [Fact]
    public async Task Bad_tokens_are_refused()
    {
        const string user = "anna@contoso.test";
        await Task.WhenAll(
            RefusedAsync(Server.Token(user, lifetime: TimeSpan.FromMinutes(-1))),
            RefusedAsync(Server.Token(user, audience: "https://graph.microsoft.com")),
            RefusedAsync(Server.Token("bert@contoso.test")),
            RefusedAsync("garbage"));

        async Task RefusedAsync(string token)
        {
            var fresh = new List<bool>();
            await using var store = new ImapMailStore(Wire.Real, Server.Endpoint(), user, (renew, _) =>
            {
                fresh.Add(renew);
                return ValueTask.FromResult(token);
            });

            var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.ConnectAsync(Cancel));

            Assert.Equal(("AUTHENTICATIONFAILED", "401"), (refused.Code, refused.SubCode));
            Assert.Equal([false, true], fresh);
        }
    }

    [Fact]
    public async Task A_token_that_is_renewed_is_taken()
    {
        await using var store = new ImapMailStore(Wire.Real, Server.Endpoint(), "anna@contoso.test", (renew, _) => ValueTask.FromResult(
            Server.Token("anna@contoso.test", lifetime: TimeSpan.FromMinutes(renew ? 10 : -1))));

        Assert.NotNull(await store.FindFolderAsync("inbox", Cancel));
    }

    [Fact]
    public async Task STARTTLS_leads_to_the_same()
    {
        await using var store = new ImapMailStore(
            Wire.Real, Server.Endpoint(ImapSecurity.StartTls), "anna@contoso.test", (_, _) => ValueTask.FromResult(Server.Token("anna@contoso.test")));

        Assert.Equal("Dovecot", (await store.ConnectAsync(Cancel)).Name);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        await using var store = new ImapMailStore(
            Wire.Real, Server.Endpoint() with { TrustedCertificate = null }, "anna@contoso.test", (_, _) => ValueTask.FromResult("token"));

        Assert.False((await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel))).IsTransient);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_lost_connection()
    {
        await using var store = new ImapMailStore(
            Wire.Real, Server.Endpoint() with { Port = 1 }, "anna@contoso.test", (_, _) => ValueTask.FromResult("token"));

        Assert.Equal("localhost:1", (await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel))).Endpoint);
    }
}
