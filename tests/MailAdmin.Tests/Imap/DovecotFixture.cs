namespace MailAdmin.Tests.Imap;

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
}

[CollectionDefinition(Name)]
public sealed class DovecotCollection : ICollectionFixture<DovecotFixture>
{
    public const string Name = "Dovecot";
}
