using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>TLS and STARTTLS over a stream that is not known to stay in this process.</summary>
public sealed class ImapTlsTests
{
    private const string Host = "mail.contoso.test";
    private static readonly X509Certificate2 Authority = MakeAuthority();
    private static readonly X509Certificate2 Leaf = MakeLeaf(Host);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, bool> Pins => new()
    {
        { "leaf", Host, true }, { "leaf", "other.contoso.test", true }, { "authority", Host, true }, { "authority", "other.contoso.test", false },
        { "other", Host, false }, { "none", Host, false },
    };

    [Theory]
    [MemberData(nameof(Pins))]
    public async Task Only_the_given_certificate_or_what_it_issued_is_trusted(string pin, string host, bool trusted)
    {
        await using var server = new ScriptedServer { Expose = static s => new OneWayStream(s), Accept = static s => SecureAsync(s) };
        using var other = MakeLeaf(Host);
        var endpoint = new ImapServer
        {
            Host = host,
            TrustedCertificate = pin switch { "leaf" => Leaf, "authority" => Authority, "other" => other, _ => null },
        };

        await using var store = server.Open(endpoint: endpoint);
        if (trusted)
        {
            Assert.Equal("Scripted", (await store.ConnectAsync(Cancel)).Name);
        }
        else
        {
            var lost = await Assert.ThrowsAsync<ConnectionLostException>(
                () => store.ConnectAsync(Cancel));
            Assert.False(lost.IsTransient);
            Assert.Contains("isn't trusted", lost.Message);
        }
    }

    [Theory]
    [InlineData("expired", "leaf", false, false)]
    [InlineData("expired", "leaf", true, true)]
    [InlineData("expired", "authority", false, false)]
    [InlineData("expired", "authority", true, true)]
    [InlineData("client", "authority", false, false)]
    [InlineData("client", "authority", true, false)]
    [InlineData("server", "authority", false, true)]
    public async Task What_a_given_certificate_vouches_for_has_to_be_valid_and_a_servers(
        string shown, string pin, bool allowsExpired, bool trusted)
    {
        using var leaf = MakeLeaf(
            Host, shown == "expired" ? TimeSpan.FromMinutes(-5) : TimeSpan.FromHours(1),
            shown switch { "client" => "1.3.6.1.5.5.7.3.2", "server" => "1.3.6.1.5.5.7.3.1", _ => null });
        await using var server = new ScriptedServer
        {
            Expose = static s => new OneWayStream(s), Accept = s => SecureAsync(s, leaf: leaf),
        };
        await using var store = server.Open(endpoint: new ImapServer
        {
            Host = Host, TrustedCertificate = pin == "leaf" ? leaf : Authority, AllowsExpired = allowsExpired,
        });
        if (trusted)
        {
            Assert.Equal("Scripted", (await store.ConnectAsync(Cancel)).Name);
            return;
        }

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));
        Assert.Contains("isn't trusted", lost.Message);
    }

    [Fact]
    public async Task STARTTLS_comes_before_everything_else()
    {
        await using var server = StartTls("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", "A1 OK go\r\n");

        var info = await OpenAsync(server);

        Assert.Equal("CAPABILITY", server.Received.First());
        Assert.Contains("MOVE", info.Capabilities, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("* OK hi\r\n", "A1 OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")]
    [InlineData("* OK hi\r\n", "A1 OK go\r\nA2 OK [CAPABILITY IMAP4rev1] Logged in\r\n")]
    [InlineData("* OK hi\r\n", "A1 OK go\r\n+")]
    public async Task Fault_34_Clear_text_after_the_STARTTLS_OK_ends_the_connection(string greeting, string answer)
    {
        await using var server = StartTls(greeting, answer);

        await Assert.ThrowsAsync<ConnectionLostException>(() => OpenAsync(server));

        Assert.Empty(server.Received);
    }

    [Theory]
    [InlineData("* OK hi\r\n", "A1 BAD unknown command\r\n")]
    [InlineData("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] no TLS here\r\n", "A1 NO not today\r\n")]
    [InlineData("* PREAUTH you are anna\r\n", "")]
    [InlineData("* OK hi\r\nA1 OK early\r\n", "")]
    [InlineData("* OK hi\r\n* OK more\r\n", "A1 OK go\r\n")]
    [InlineData("* BYE no\r\n", "")]
    public async Task Fault_35_Without_STARTTLS_there_is_no_sign_in(string greeting, string answer)
    {
        var clear = new List<string>();
        await using var server = StartTls(greeting, answer, clear);

        await Assert.ThrowsAsync<ConnectionLostException>(() => OpenAsync(server));

        Assert.DoesNotContain(clear, line => !line.Contains("STARTTLS", StringComparison.Ordinal));
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task Fault_35_PREAUTH_is_no_sign_in_under_TLS_either()
    {
        await using var server = new ScriptedServer { Greeting = "* PREAUTH you are anna\r\n" };
        await using var store = server.Open();

        await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));

        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task An_old_TLS_version_is_refused()
    {
#pragma warning disable SYSLIB0039, CA5397 // That is what is tested.
        await using var server = new ScriptedServer
        {
            Expose = static s => new OneWayStream(s),
            Accept = static s => SecureAsync(s, System.Security.Authentication.SslProtocols.Tls11),
        };
#pragma warning restore SYSLIB0039, CA5397

        await using var store = server.Open(endpoint: new ImapServer { Host = Host, TrustedCertificate = Leaf });

        await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));
    }

    private static async Task<ImapServerInfo> OpenAsync(ScriptedServer server)
    {
        await using var store = server.Open(
            endpoint: new ImapServer { Host = Host, Port = 143, Security = ImapSecurity.StartTls, TrustedCertificate = Leaf });
        return await store.ConnectAsync(Cancel);
    }

    private static ScriptedServer StartTls(string greeting, string answer, List<string>? clear = null) => new()
    {
        Greeting = "",
        Expose = static stream => new OneWayStream(stream),
        Accept = async stream =>
        {
            var plain = new ScriptedServer.Connection(stream, 1);
            await plain.SendAsync(greeting);
            var line = await plain.ReadLineAsync();
            clear?.Add(line);
            await plain.SendAsync(answer);
            return await SecureAsync(stream);
        },
    };

    private static async Task<Stream> SecureAsync(
        Stream stream, System.Security.Authentication.SslProtocols protocols = System.Security.Authentication.SslProtocols.None,
        X509Certificate2? leaf = null)
    {
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = leaf ?? Leaf, EnabledSslProtocols = protocols });
            return tls;
        }
        catch (System.Security.Authentication.AuthenticationException e)
        {
            await tls.DisposeAsync();
            throw new IOException("The handshake failed.", e);
        }
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return Exportable(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1)));
    }

    private static X509Certificate2 MakeLeaf(string name, TimeSpan? lifetime = null, string? purpose = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7f;
        using var issued = request.Create(Authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow + (lifetime ?? TimeSpan.FromHours(1)), serial);
        return Exportable(issued.CopyWithPrivateKey(key));
    }

    private static X509Certificate2 Exportable(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }
}
