using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;

namespace MailAdmin.Tests.Base;

/// <summary>What companies have between a machine and Microsoft 365.</summary>
[Trait("Network", "Loopback")]
public class ProxyTests
{
    [Fact]
    public async Task A_proxy_that_wants_to_know_who_asks_is_told_apart_and_not_asked_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = 0;
        var serving = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(cancel);
                    asked++;
                    var stream = client.GetStream();
                    _ = await stream.ReadAsync(new byte[4096], cancel);
                    await stream.WriteAsync(
                        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancel);
                }
            },
            cancel);

        using var handler = Wire.NewHandler();
        handler.Proxy = new WebProxy($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        using var http = new HttpClient(new RetryHandler(handler, TimeProvider.System, RetryPolicy.Default));
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("https://graph.microsoft.com/v1.0/me", cancel));

        Assert.Equal(1, asked);
        Assert.True(Unreachable.IsProxySignIn(e));
        Assert.False(Unreachable.MayRecover(e));
        Assert.Contains("DefaultProxy.Credentials", Unreachable.Advice(e, "graph.microsoft.com"), StringComparison.Ordinal);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public void The_account_s_own_credentials_are_offered_and_revocation_is_decided_here()
    {
        using var handler = Wire.NewHandler();
        Assert.Same(CredentialCache.DefaultCredentials, handler.DefaultProxyCredentials);
        Assert.Equal(X509RevocationMode.NoCheck, handler.SslOptions.CertificateRevocationCheckMode);
        Assert.Null(handler.SslOptions.RemoteCertificateValidationCallback);
    }

    [Fact]
    public void Other_failures_get_the_advice_about_the_way()
    {
        var e = new HttpRequestException(HttpRequestError.NameResolutionError, "no such host");
        Assert.True(Unreachable.MayRecover(e));
        Assert.Contains("login.microsoftonline.com:443", Unreachable.Advice(e, "login.microsoftonline.com"), StringComparison.Ordinal);
        Assert.False(Unreachable.MayRecover(new HttpRequestException(HttpRequestError.SecureConnectionError, "no trust")));
    }
}
