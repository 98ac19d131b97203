using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.TestKit;

/// <summary>A session whose network ends at a request, as if the process had been killed there: before it was sent, or before its answer came.</summary>
internal sealed class KilledSession : HttpMessageHandler
{
    private readonly HttpMessageInvoker _inner;
    private readonly Func<string, bool> _isLast;
    private readonly bool _isSent;
    private bool _killed;

    private KilledSession(EndToEnd road, Func<string, bool> isLast, bool isSent) =>
        (_inner, _isLast, _isSent) = (new HttpMessageInvoker(road.Tenant.Wire.Http, disposeHandler: false), isLast, isSent);

    public Session Session { get; private set; } = null!;

    /// <summary>Signs in to a tenant; the first request whose method and address, or body, hold the text is not sent, and none after it.</summary>
    public static Task<KilledSession> StartAsync(EndToEnd road, string text) => StartAsync(road, said => said.Contains(text, StringComparison.Ordinal), isSent: false);

    /// <summary>Signs in to a tenant; a request of which this is true is the last one.</summary>
    /// <param name="road">The tenant.</param>
    /// <param name="isLast">Looks at method, address and body.</param>
    /// <param name="isSent">Whether the service carries the last one out, and only the answer is lost.</param>
    public static async Task<KilledSession> StartAsync(EndToEnd road, Func<string, bool> isLast, bool isSent)
    {
        var killed = new KilledSession(road, isLast, isSent);
        var wire = new Wire(killed, road.Tenant.Wire.OpenStream, road.Tenant.Wire.Time) { IsSandbox = true, Propagation = road.Tenant.Wire.Propagation };
        killed.Session = await Session.SignInAsync(wire, Cloud.Of(road.Tenant.Environment), road.Tenant.Domain,
            new AppSignIn(road.Tenant.AdminApp.ClientId, new AppCredential.ClientSecret(Secret.Close(road.Tenant.AdminApp.ClientSecret))), road.Admin.Journal, TestContext.Current.CancellationToken);
        return killed;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        if (!_killed && _isLast($"{request.Method} {request.RequestUri} {body}"))
        {
            _killed = true;
            if (_isSent)
            {
                (await _inner.SendAsync(request, cancellationToken)).Dispose();
            }
        }

        return _killed ? throw new HttpRequestException(HttpRequestError.SecureConnectionError, "The process is gone.") : await _inner.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        Session.Dispose();
        _inner.Dispose();
        base.Dispose(disposing);
    }
}
