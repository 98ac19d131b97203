using System.Security.Cryptography;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.CrashTest;

/// <summary>IMAP: Dovecot with Maildir, looked at from behind.</summary>
internal sealed class Dovecot : IServer
{
    private readonly DovecotServer _server;
    private readonly string _certificate;
    private int _delivered;

    private Dovecot(DovecotServer server, string certificate) => (_server, _certificate) = (server, certificate);

    public string Name => "IMAP";

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where its certificate may be put.</param>
    public static async Task<Dovecot> StartAsync(string folder)
    {
        var server = await DovecotServer.StartAsync();
        var certificate = Path.Combine(folder, "dovecot.pem");
        await File.WriteAllTextAsync(certificate, server.Certificate.ExportCertificatePem());
        return new Dovecot(server, certificate);
    }

    public string MailboxFor(int campaign) => $"crash{campaign}@example.com";

    public MailboxFacts FactsOf(string mailbox) => new()
    {
        Mailbox = mailbox,
        Certificate = _certificate,
        Secret = _server.Token(mailbox),
        ImapPort = _server.TlsPort,
    };

    public async Task DeliverAsync(string mailbox, byte[] message)
    {
        _server.Deliver(mailbox, []); // makes the Maildir
        var name = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.M{Interlocked.Increment(ref _delivered):D6}P2.test";
        var written = Path.Combine(_server.MailRoot, mailbox, "tmp", name);
        await File.WriteAllBytesAsync(written, message);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(written, (UnixFileMode)0b110_110_110);
        }

        // Complete before it is seen: https://cr.yp.to/proto/maildir.html.
        File.Move(written, Path.Combine(_server.MailRoot, mailbox, "new", name));
    }

    public async Task<IReadOnlyList<Held>> GetMessagesAsync(string mailbox, string folder)
    {
        var root = Path.Combine(_server.MailRoot, mailbox, folder == "Inbox" ? "" : $".{folder}");
        var held = new List<Held>();
        foreach (var part in new[] { "new", "cur" }.Select(p => Path.Combine(root, p)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(part))
            {
                var flags = Path.GetFileName(file).Split(":2,")[^1];
                held.Add(new Held(
                    Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))),
                    part.EndsWith("cur", StringComparison.Ordinal) && flags.Contains('S', StringComparison.Ordinal)));
            }
        }

        return held;
    }

    public bool MayBeKilled => true;

    public Task KillAsync() => _server.RestartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
