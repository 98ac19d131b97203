using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Mail.Graph;

/// <summary>A mailbox of a tenant with a sender over a wire that notes what goes over it, and that a test can cut.</summary>
internal sealed class Outbox
{
    private const string UploadHost = "outlook.office.com";

    private readonly SandboxTenant _tenant;
    private readonly TenantClock _clock;
    private readonly Session _session;
    private readonly MailboxConnection _connection;

    private Outbox(SandboxTenant tenant, TenantClock clock, Session session, MailboxConnection connection) =>
        (_tenant, _clock, _session, _connection) = (tenant, clock, session, connection);

    public string Mailbox => _connection.Mailbox;

    /// <summary>Requests about mail in their order, as "POST sendMail" or "PUT 0-99".</summary>
    public List<string> Seen { get; } = [];

    /// <summary>Slices of uploads, those that failed among them.</summary>
    public List<HttpRequestMessage> Slices { get; } = [];

    /// <summary>Requests that arrive and whose answer does not come back; each only once.</summary>
    public Func<HttpRequestMessage, bool> LoseAnswer { get; set; } = _ => false;

    /// <summary>Requests that are answered with a status without arriving; null for those that arrive.</summary>
    public Func<HttpRequestMessage, System.Net.HttpStatusCode?> Refuse { get; set; } = _ => null;

    public static async Task<Outbox> OpenAsync(TenantClock clock)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send");
        Outbox? outbox = null;
        var relay = new Relay(road.Tenant.Wire.Http)
        {
            Before = (request, _) => Task.FromResult(outbox?.Meet(request)),
            After = (request, answer) => Task.FromResult(outbox?.IsLost(request) == true ? throw Relay.Lost() : answer),
        };
        var session = await Session.SignInAsync(
            new Wire(relay, road.Tenant.Wire.OpenStream, clock), Cloud.Of(MailEnvironment.Global), road.Tenant.Domain, app.ClientId,
            new AppCredential.ClientSecret(app.ClientSecret!), TestContext.Current.CancellationToken);
        var connection = MailboxConnections.With(
            app.TenantId, app.ClientId, road.Mailbox, MailProtocol.Graph, null, session, app.ClientSecret, null);
        return outbox = new Outbox(road.Tenant, clock, session, connection);
    }

    public async Task<SentMessage> SendAsync(OutgoingMessage message, CancellationToken? cancellationToken = null)
    {
        await using var sender = MailboxAccess.OpenSender(_connection);
        return await sender.SendAsync(message, cancellationToken ?? TestContext.Current.CancellationToken);
    }

    /// <summary>The same where the sender has to wait; its time passes at once.</summary>
    public Task<SentMessage> SendPatientlyAsync(OutgoingMessage message) => ManualTime.RunAsync(_clock, SendAsync(message));

    /// <summary>Counts bytes as uploaded by this sender.</summary>
    public void CountUpload(long bytes) => _tenant.GraphState.Quotas.CountUpload(_connection.ClientId, Mailbox, bytes);

    public IEnumerable<TenantMessage> Messages(string mailbox, string folder) => _tenant.GetMessages(mailbox, folder);

    public async Task<MailboxMessage> ReadNewestAsync(string mailbox)
    {
        await using var store = MailboxAccess.Open(MailboxConnections.With(
            _connection.TenantId, _connection.ClientId, mailbox, MailProtocol.Graph, null, _session, _connection.ClientSecret, null));
        var id = _tenant.GetMessages(mailbox, "Inbox").Last().Id;
        return (await store.FindMessageAsync(null, id, MessageDetail.Body | MessageDetail.Attachments, TestContext.Current.CancellationToken))!;
    }

    public async Task<byte[]> ContentAsync(MailboxMessage message, int attachment)
    {
        using var http = new HttpClient(new BearerHandler(_tenant.Wire.Http, _session.Tokens, _session.Cloud.GraphScope), disposeHandler: false);
        return await http.GetByteArrayAsync(
            $"https://graph.microsoft.com/v1.0/users/{message.Mailbox}/messages/{message.Id}/attachments/{message.Attachment![attachment].Id}/$value",
            TestContext.Current.CancellationToken);
    }

    private HttpResponseMessage? Meet(HttpRequestMessage request)
    {
        Note(request);
        return Refuse(request) is { } status ? new HttpResponseMessage(status) : null;
    }

    private bool IsLost(HttpRequestMessage request)
    {
        if (!LoseAnswer(request))
        {
            return false;
        }

        LoseAnswer = _ => false;
        return true;
    }

    private void Note(HttpRequestMessage request)
    {
        if (request.RequestUri!.Host == UploadHost)
        {
            if (request.Method == HttpMethod.Put)
            {
                Slices.Add(request);
            }

            Seen.Add(request.Content?.Headers.ContentRange is { } range ? $"PUT {range.From}-{range.To}" : $"{request.Method} upload");
        }
        else if (request.Method == HttpMethod.Post && request.RequestUri.Host.StartsWith("graph.", StringComparison.Ordinal))
        {
            Seen.Add($"POST {request.RequestUri.Segments[^1]}");
        }
    }
}
