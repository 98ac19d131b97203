using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Tenant;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MailAdmin.Sandbox;

/// <summary>
/// Serves the tenant's hosts over HTTPS at one port of the loopback address. The request names the host (Host or :authority), as
/// with the service. Bodies are streamed in both directions.
/// </summary>
internal sealed class HttpsListener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpsListener(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HttpsListener> StartAsync(
        SandboxTenant tenant, int port, (int Imap, int Smtp) mail, X509Certificate2 certificate,
        CancellationToken cancellationToken)
    {
        var hosts = new HashSet<string>([.. SandboxTenant.Hosts, ServedSandbox.Host], StringComparer.Ordinal);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            // Slowness is for the client to judge.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Use(next => new Tunnel(hosts, mail.Imap, mail.Smtp, next).RunAsync);
                listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate });
                listen.Protocols = HttpProtocols.Http1AndHttp2;
            });
        });
        var app = builder.Build();
        var services = new HttpMessageInvoker(tenant.Wire.Http, disposeHandler: false);
        var control = new ControlApi(tenant);
        app.Run(context =>
        {
            // By the tenant's clock, not the computer's, so that every client can read the tenant's time.
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.Date = tenant.Clock.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
            return context.Request.Host.Host switch
            {
                ServedSandbox.Host => control.AnswerAsync(context),
                var host when hosts.Contains(host) => AnswerAsync(services, context),
                _ => ExplainAsync(context),
            };
        });
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return new HttpsListener(app);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A request that a fault lets hang isn't waited for.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(timeout.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task AnswerAsync(HttpMessageInvoker services, HttpContext context)
    {
        try
        {
            using var request = RequestOf(context);
            using var answer = await services.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
            await SendAsync(answer, context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // A fault of the sandbox broke the connection, or the client did.
            context.Abort();
        }
    }

    private static HttpRequestMessage RequestOf(HttpContext context)
    {
        // As it was sent: escaped characters in an ID must stay escaped.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri($"https://{context.Request.Host.Host}{target}"));
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return request;
    }

    private static async Task SendAsync(HttpResponseMessage answer, HttpContext context)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        context.Response.ContentLength = answer.Content.Headers.ContentLength;
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static Task ExplainAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsync($"""
            This is a sandbox of MailAdmin. It answers for {string.Join(", ", SandboxTenant.Hosts.Take(4))} and their like:
            use this port as the proxy for them, or connect to it under their names.

            """);
    }
}
