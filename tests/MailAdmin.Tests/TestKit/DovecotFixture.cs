using MailAdmin.Tests.Mail.Imap;
using System.Text;
using MailAdmin.Tenant.Imap;

namespace MailAdmin.Tests.TestKit;

/// <summary>One Dovecot for all tests that need no special one; each test has users of its own.</summary>
public sealed class DovecotFixture : IAsyncLifetime
{
    private DovecotServer? _server;

    internal DovecotServer Server
    {
        get
        {
            SkipIfMissing();
            return _server!;
        }
    }

    public static void SkipIfMissing()
    {
        if (!File.Exists(DovecotServer.Binary))
        {
            Assert.Skip("dovecot is not installed");
        }
    }

    public async ValueTask InitializeAsync() => _server = File.Exists(DovecotServer.Binary) ? await DovecotServer.StartAsync() : null;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A connection that a user is signed in on.</summary>
    internal Task<RawSession> ConnectAsync(string user) => RawSession.OpenAsync(Server, user);

    /// <summary>Stores a message by IMAP.</summary>
    internal async Task AppendAsync(string user, string folder, string message)
    {
        await using var connection = await ConnectAsync(user);
        await connection.AppendAsync(string.Join('/', folder.Split('/').Select(ModifiedUtf7.Encode)), Encoding.UTF8.GetBytes(message));
    }
}

[CollectionDefinition(Name)]
public sealed class DovecotCollection : ICollectionFixture<DovecotFixture>
{
    public const string Name = "Dovecot";
}
