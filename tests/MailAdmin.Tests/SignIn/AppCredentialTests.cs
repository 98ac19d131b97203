using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.SignIn;

/// <summary>
/// A certificate whose key can't be used: one in LocalMachine that this account may not read, in a TPM that was cleared, on a
/// card that is not there. A disposed one behaves alike.
/// </summary>
public class AppCredentialTests
{
    [Fact]
    public void A_key_that_can_t_be_used_is_told_with_the_way_out()
    {
        var certificate = Make();
        certificate.Dispose();
        AssertUnusable(Assert.Throws<InvalidRequestException>(() => AppCredential.From(certificate)));
    }

    [Fact]
    public async Task So_is_one_that_fails_when_it_signs()
    {
        using var road = await EndToEnd.StartAsync();
        var certificate = Make();
        var credential = AppCredential.From(certificate);
        certificate.Dispose();
        AssertUnusable(await Assert.ThrowsAsync<InvalidRequestException>(() => Core.Service.Session.SignInAsync(
            road.Tenant.Wire, road.Admin.Cloud, road.Tenant.Domain, road.Tenant.AdminApp.ClientId, credential,
            TestContext.Current.CancellationToken)));
    }

    private static void AssertUnusable(InvalidRequestException e)
    {
        Assert.Equal("CertificateKeyNotUsable", e.Id);
        Assert.IsType<CryptographicException>(e.InnerException);
        Assert.Contains("Manage Private Keys", e.Advice, StringComparison.Ordinal);
    }

    private static X509Certificate2 Make()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
