using MailAdmin.Core;
using MailAdmin.Core.Entra;

namespace MailAdmin.Tests.Exchange;

/// <summary>A session whose network ends just before a request that says something, as if the process had been killed there.</summary>
internal sealed class KilledSession : HttpMessageHandler
{
    private readonly HttpMessageInvoker _inner;
    private readonly string _text;
    private bool _killed;

    private KilledSession(Road road, string text) => (_inner, _text) = (new HttpMessageInvoker(road.Tenant.Wire.Http, disposeHandler: false), text);

    public Session Session { get; private set; } = null!;

    /// <summary>Signs in to a tenant; the first request whose method and address, or body, hold the text is not sent, and none after it.</summary>
    public static async Task<KilledSession> StartAsync(Road road, string text)
    {
        var killed = new KilledSession(road, text);
        var wire = new Wire(killed, road.Tenant.Wire.OpenStream, road.Tenant.Wire.Time) { IsSandbox = true, Propagation = road.Tenant.Wire.Propagation };
        killed.Session = await Session.SignInAsync(wire, Cloud.Of(road.Tenant.Environment), road.Tenant.Domain,
            new AppSignIn(road.Tenant.AdminApp.ClientId, new AppCredential.ClientSecret(Secret.Close(road.Tenant.AdminApp.ClientSecret))), road.Admin.Journal, TestContext.Current.CancellationToken);
        return killed;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        _killed |= $"{request.Method} {request.RequestUri} {body}".Contains(_text, StringComparison.Ordinal);
        return _killed ? throw new HttpRequestException(HttpRequestError.SecureConnectionError, "The process is gone.") : await _inner.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        Session.Dispose();
        _inner.Dispose();
        base.Dispose(disposing);
    }
}
