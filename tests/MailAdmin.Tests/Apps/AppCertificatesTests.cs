using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Files;

namespace MailAdmin.Tests.Apps;

public sealed class AppCertificatesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_is_made_added_to_those_that_are_there_and_signs_in()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var certificates = new AppCertificates(road.Admin);
        using var first = certificates.Make(app, 12, 3072);
        using var second = certificates.Make(app, 6, 3072);
        using var key = first.GetRSAPrivateKey();
        Assert.Equal(("CN=Invoices", 3072, "sha256RSA"), (first.Subject, key!.KeySize, first.SignatureAlgorithm.FriendlyName));

        var once = await certificates.AddAsync(app, first, Token);
        var twice = await certificates.AddAsync(once, second, Token);

        Assert.Equal((ChangeKind.Updated, ChangeKind.Updated), (once.Change, twice.Change));
        Assert.Equal([first.Thumbprint, second.Thumbprint], twice.CertificateThumbprint);
        foreach (var certificate in new[] { first, second })
        {
            await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, certificate: certificate));
            Assert.NotNull(await store.FindFolderAsync("Inbox", Token));
        }

        Assert.Equal(ChangeKind.Unchanged, (await certificates.AddAsync(app, first, Token)).Change);
        var listed = await new AppCredentials(road.Admin).ListAsync(app, Token).Where(c => c.Kind == CredentialKind.Certificate).ToListAsync(Token);
        Assert.Equal([second.Thumbprint, first.Thumbprint], listed.Select(c => c.Thumbprint));
        Assert.All(listed, c => Assert.NotNull(c.LastUsedAt));
        Assert.Equal(listed[1].KeyId, await certificates.KeyIdAsync(app, first, Token));

        var removal = new CredentialRemoval(road.Admin);
        var (found, _) = await removal.FindAsync(app, new CredentialChoice { KeyIds = [listed[0].KeyId] }, Token);
        await removal.RemoveAsync(app, Assert.Single(found), Token);
        await using var still = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, certificate: first));
        Assert.NotNull(await still.FindFolderAsync("Inbox", Token));
        await using var gone = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, certificate: second));
        await Assert.ThrowsAsync<ServiceRefusedException>(() => gone.FindFolderAsync("Inbox", Token));
    }

    [Fact]
    public async Task A_certificate_whose_key_lies_elsewhere_is_taken_and_not_tried()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var certificates = new AppCertificates(road.Admin);
        using var whole = certificates.Make(app, 1, 3072);
        using var publicPart = X509CertificateLoader.LoadCertificate(whole.RawData);

        var result = await certificates.AddAsync(app, publicPart, Token);

        Assert.Contains("wasn't tested", Assert.Single(result.Pending).ToString(), StringComparison.Ordinal);
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, certificate: whole));
        Assert.NotNull(await store.FindFolderAsync("Inbox", Token));
    }

    [Fact]
    public async Task What_Entra_cannot_use_is_refused_before_it_is_sent()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var certificates = new AppCertificates(road.Admin);
        using var rsa = RSA.Create(2048);
        using var ended = new CertificateRequest("CN=Old", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(-1));
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=Curve", curve, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(9));

        Assert.Equal("CertificateExpired", (await Assert.ThrowsAsync<InvalidRequestException>(() => certificates.AddAsync(app, ended, Token))).Id);
        Assert.Equal("CertificateNotRsa", (await Assert.ThrowsAsync<InvalidRequestException>(() => certificates.AddAsync(app, other, Token))).Id);
    }

    [Fact]
    public async Task A_policy_that_caps_certificates_is_reported_with_the_cap()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await road.PatchAsync("policies/defaultAppManagementPolicy", """
            {"isEnabled":true,"applicationRestrictions":{"keyCredentials":[{"restrictionType":"asymmetricKeyLifetime","maxLifetime":"P90D","restrictForAppsCreatedAfterDateTime":"2019-01-01T00:00:00Z"}]}}
            """);
        var certificates = new AppCertificates(road.Admin);
        using var certificate = certificates.Make(app, 12, 3072);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => certificates.AddAsync(app, certificate, Token));

        Assert.Equal("CertificateLifetimeCapped", e.Id);
        Assert.Contains("90 days", e.Message, StringComparison.Ordinal);
        Assert.Contains("-Lifetime 2", e.Advice, StringComparison.Ordinal);
        using var shorter = certificates.Make(app, 2, 3072);
        Assert.Equal(ChangeKind.Updated, (await certificates.AddAsync(app, shorter, Token)).Change);
    }

    [Fact]
    public async Task A_private_key_is_written_for_its_owner_alone_and_never_over_another()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        using var certificate = new AppCertificates(road.Admin).Make(app, 12, 3072);
        using var folder = new TempFolder();
        var path = Path.Combine(folder, "app.pfx");
        PrivateKeyFile.Write(path, certificate, Secret.Close("pass phrase"));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        using var read = X509CertificateLoader.LoadPkcs12FromFile(path, "pass phrase");
        Assert.Equal((certificate.Thumbprint, true), (read.Thumbprint, read.HasPrivateKey));
        Assert.ThrowsAny<CryptographicException>(() => X509CertificateLoader.LoadPkcs12FromFile(path, "wrong"));
        var before = await File.ReadAllBytesAsync(path, Token);
        Assert.Equal("CertificateFileNotWritable", Assert.Throws<InvalidRequestException>(() => PrivateKeyFile.Write(path, certificate, Secret.Close("x"))).Id);
        Assert.Equal(before, await File.ReadAllBytesAsync(path, Token));
    }
}
