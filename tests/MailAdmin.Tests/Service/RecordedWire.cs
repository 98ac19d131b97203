using System.Net;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.Service;

/// <summary>A service that keeps what it is sent, and answers from a list; what signs in is answered by a sandbox.</summary>
internal sealed class RecordedWire : HttpMessageHandler
{
    private readonly MailAdmin.Tenant.SandboxTenant _tenant = MailAdmin.Tenant.SandboxTenant.Create(new MailAdmin.Tenant.State.SandboxOptions { Clock = MailAdmin.Tenant.Base.TenantClock.Manual(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) });
    private readonly Queue<HttpResponseMessage> _answers = new();
    private readonly HttpMessageInvoker _inner;

    public RecordedWire()
    {
        _inner = new HttpMessageInvoker(_tenant.Wire.Http, disposeHandler: false);
        var wire = new Wire(this, _tenant.Wire.OpenStream, _tenant.Clock);
        Tokens = new TokenSource(wire, Cloud.Of(_tenant.Environment), _tenant.Domain, _tenant.AdminApp.ClientId, new AppCredential.ClientSecret(Secret.Close(_tenant.AdminApp.ClientSecret)));
        Admin = new ExchangeAdmin(new ExchangeEndpoint(wire, Tokens, "11111111-2222-3333-4444-555555555555"));
    }

    public MailAdmin.Tenant.Base.TenantClock Clock => _tenant.Clock;

    public TokenSource Tokens { get; }

    public ExchangeAdmin Admin { get; }

    public List<(HttpRequestMessage Request, JsonNode? Body)> Sent { get; } = [];

    public RecordedWire Answer(string body, HttpStatusCode status = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) 
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, body.StartsWith('{') || body.StartsWith('[') ? "application/json" : "text/plain"),
        };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        _answers.Enqueue(response);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.RequestUri!.AbsolutePath.StartsWith("/adminapi", StringComparison.Ordinal))
        {
            return await _inner.SendAsync(request, cancellationToken);
        }

        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        Sent.Add((request, body));
        return _answers.Dequeue();
    }

    protected override void Dispose(bool disposing)
    {
        Admin.Dispose();
        Tokens.Dispose();
        _inner.Dispose();
        base.Dispose(disposing);
    }
}
