using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Receive;

/// <summary>A mailbox of the sandbox, by either protocol, with a tap on each way to it.</summary>
internal sealed class ReceiveEndToEnd : IDisposable
{
    public static readonly ReceiveOptions Move = new() { Folders = ["Many"], AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };

    private readonly List<string> _hashes = [];
    private EndToEnd _road = null!;
    private MailAppRegistration _app = null!;

    public HttpTap Http { get; private set; } = null!;

    public StreamTap Streams { get; private set; } = null!;

    public SandboxTenant Tenant => _road.Tenant;

    public TenantClock Clock => Tenant.Clock;

    public string Mailbox => _road.Mailbox;

    /// <summary>SHA-256 of every message that was delivered.</summary>
    public IEnumerable<string> Hashes => _hashes.Order(StringComparer.Ordinal);

    /// <param name="clock">The tenant's clock; null for one that runs.</param>
    /// <param name="time">The clock of the clients; null for the tenant's.</param>
    /// <param name="latency">How long every answer takes, by the tenant's clock.</param>
    /// <param name="language">The language of the mailboxes' folders.</param>
    public static async Task<ReceiveEndToEnd> StartAsync(
        TenantClock? clock = null, TimeProvider? time = null, TimeSpan latency = default, string? language = null)
    {
        var road = new ReceiveEndToEnd();
        road._road = await EndToEnd.StartAsync(Options(clock, latency, language), wire => new Wire(
            road.Http = new HttpTap(wire.Http), (road.Streams = new StreamTap(wire.OpenStream)).OpenAsync, time ?? wire.Time) { IsSandbox = true });
        road._app = await road._road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        road.Tenant.GrantImap(road._app.ClientId, road._road.Mailbox);
        return road;
    }

    private static SandboxOptions Options(TenantClock? clock, TimeSpan latency, string? language)
    {
        var options = new SandboxOptions { Clock = clock, Latency = latency };
        return options with { Language = language ?? options.Language };
    }

    public IMailStore Open(MailProtocol protocol) => MailboxAccess.Open(MailboxConnections.As(_app, _road.Mailbox, protocol));

    public void Fill(int count, int size = 200)
    {
        for (var i = 0; i < count; i++)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{_hashes.Count}"), size);
        }
    }

    public void Add(string subject, int size = 200)
    {
        var message = Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x.example>\r\n\r\n{new string('x', size)}\r\n");
        _hashes.Add(Convert.ToHexString(SHA256.HashData(message)));
        Tenant.AddMessage(_road.Mailbox, "Many", message, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(_hashes.Count));
    }

    /// <summary>A message that Exchange can be told not to convert for IMAP.</summary>
    public void AddInvitation(string subject) => Tenant.AddMessage(
        _road.Mailbox, "Many",
        Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x.example>\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n"),
        new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddHours(1));

    public string[] Subjects(string folder) => [.. Tenant.GetMessages(_road.Mailbox, folder).Select(m => m.Subject)];

    public void SetFault(string name, int? count = 1) => Tenant.SetFault(name, count);

    /// <summary>Every message is on disk as it was sent, once, and in the target folder, once.</summary>
    public void AssertAllMoved(Destination destination)
    {
        Assert.Equal(Hashes, destination.Files.Values.Order(StringComparer.Ordinal));
        Assert.Empty(destination.Leftovers);
        Assert.Empty(Subjects("Many"));
        Assert.Equal(_hashes.Count, Subjects("Done").Length);
    }

    public void Dispose() => _road.Dispose();
}
