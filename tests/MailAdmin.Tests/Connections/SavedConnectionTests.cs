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

    [Fact]
    public void The_secret_of_another_program_is_none() => Assert.False((Own with { VaultSecret = "Backup password" }).IsBound);
}
