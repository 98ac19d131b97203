using MailAdmin.Core.Connections;

namespace MailAdmin.Tests.Connections;

/// <summary>A file of connections may come from a repository: it can't lead a secret where it wasn't saved for.</summary>
public sealed class SavedConnectionTests
{
    private static readonly SavedConnection Own = new()
    {
        Name = "Own", Mailbox = "anna", TenantId = "contoso.com", ClientId = "11111111-2222-3333-4444-555555555555",
        Protocol = MailProtocol.Imap, Server = "imap.contoso.com", Credential = "AccessToken", Vault = "Production",
    };

    public static TheoryData<string> Changes => [.. Changed.Keys];

    private static Dictionary<string, Func<SavedConnection, SavedConnection>> Changed { get; } = new()
    {
        ["another server"] = c => c with { Server = "imap.evil.example" },
        ["no server"] = c => c with { Server = null },
        ["another port"] = c => c with { Port = 1993 },
        ["STARTTLS"] = c => c with { Security = ImapSecurity.StartTls },
        ["another certificate"] = c => c with { TrustedCertificate = "AAAA" },
        ["an expired certificate"] = c => c with { AllowExpiredCertificate = true },
        ["another tenant"] = c => c with { TenantId = "evil.example" },
        ["another app"] = c => c with { ClientId = "99999999-2222-3333-4444-555555555555" },
        ["another cloud"] = c => c with { Environment = MailEnvironment.China },
        ["another name"] = c => c with { Name = "Other" },
    };

    [Fact]
    public void A_secret_is_bound_to_where_it_goes()
    {
        var saved = Own with { VaultSecret = Own.SecretName };
        Assert.True(saved.IsBound);
        Assert.True((saved with { Mailbox = "other", Folder = ["Scans"], Server = "IMAP.contoso.com" }).IsBound);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void With_something_else_it_is_another_secret(string change) =>
        Assert.False(Changed[change](Own with { VaultSecret = Own.SecretName }).IsBound);

    /// <summary>A file could name a certificate in the store, or a sign-in in the token cache, and a server of its author's.</summary>
    [Theory]
    [InlineData("Certificate")]
    [InlineData("Delegated")]
    public void No_token_for_Exchange_goes_to_another_server(string credential)
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=app", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        var planted = (Own with
        {
            Credential = credential, UserPrincipalName = Person.Alice, CertificateThumbprint = certificate.Thumbprint, TokenCache = "Unprotected",
            Server = "imap.evil.example", Vault = null,
        }).Open(null, null, certificate);

        Assert.Equal((null, null), (planted.Certificate, planted.Person));
        var refused = Assert.Throws<InvalidRequestException>(() => MailboxAccess.OpenImap(planted));
        Assert.Equal("NoCredential", refused.Id);
        var made = new MailboxConnection
        {
            TenantId = planted.TenantId, ClientId = planted.ClientId, Mailbox = "anna", Protocol = MailProtocol.Imap, Server = planted.Server,
            Certificate = certificate,
        };
        Assert.Throws<InvalidRequestException>(() => MailboxAccess.OpenImap(made));
    }

    [Fact]
    public void A_file_is_trusted_with_the_content_that_was_trusted()
    {
        using var folder = new TempFolder();
        var files = new TrustedFiles(folder["own/trusted.json"]);
        files.Add("/a/connections.json", "one");
        files.Add("/b/connections.json", "two");

        Assert.True(new TrustedFiles(folder["own/trusted.json"]).Contains("/a/connections.json", "one"));
        Assert.False(files.Contains("/a/connections.json", "two"));
        Assert.False(files.Contains("/c/connections.json", "one"));

        File.WriteAllText(folder["own/trusted.json"], "nonsense");
        Assert.False(files.Contains("/a/connections.json", "one"));
    }

    [Fact]
    public async Task What_this_user_saves_is_trusted_unless_somebody_else_wrote_beside_it()
    {
        using var folder = new TempFolder();
        var path = folder["connections.json"];
        var files = new TrustedFiles(folder["trusted.json"]);
        await new ConnectionFile(path, files).SaveAsync(Own, TestContext.Current.CancellationToken);
        Assert.True(IsTrusted());

        File.AppendAllText(path, " ");
        Assert.False(IsTrusted());
        await new ConnectionFile(path, files).SaveAsync(Own with { Name = "Other" }, TestContext.Current.CancellationToken);
        Assert.False(IsTrusted());

        var read = new ConnectionFile(path, files);
        read.Read();
        read.Trust();
        Assert.True(IsTrusted());
        await new ConnectionFile(path, files).RemoveAsync("Other", TestContext.Current.CancellationToken);
        Assert.True(IsTrusted());

        bool IsTrusted()
        {
            var file = new ConnectionFile(path, files);
            file.Read();
            return file.IsTrusted;
        }
    }

    [Fact]
    public void The_secret_of_another_program_is_none() => Assert.False((Own with { VaultSecret = "Backup password" }).IsBound);
}
