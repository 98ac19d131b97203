using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Imap;

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
    internal async Task<ImapConnection> ConnectAsync(string user)
    {
        var connection = await ImapConnection.OpenAsync(Wire.Real, Server.Endpoint(), new ImapOptions(), TestContext.Current.CancellationToken);
        await ImapSignIn.RunAsync(connection, user, Server.Token(user), TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Stores a message by IMAP.</summary>
    internal async Task AppendAsync(string user, MailboxName folder, string message)
    {
        await using var connection = await ConnectAsync(user);
        var octets = Encoding.UTF8.GetBytes(message);
        var completion = await connection.ExecuteAsync(
            ImapCommands.Append(folder, SystemFlags.None, DateTimeOffset.UtcNow, octets.Length, new MemoryStream(octets)), null, TestContext.Current.CancellationToken);
        Assert.Equal(1, completion.Code!.CopiedUids(ImapQuirks.None)!.Value.Target.Count);
    }
}

[CollectionDefinition(Name)]
public sealed class DovecotCollection : ICollectionFixture<DovecotFixture>
{
    public const string Name = "Dovecot";
}
