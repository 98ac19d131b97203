using System.Net;
using System.Text;

namespace MailAdmin.Tests.TestKit;

/// <summary>Stands on the wire in the service's place, and answers as something else would: a portal, a proxy, a gateway, a broken line.</summary>
internal sealed class Bend(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>The ways to answer.</summary>
    public static readonly string[] Ways = ["302", "204", "200 {}", "200 other", "200 empty", "200 HTML", "403 HTML", "404 HTML", "502 HTML", "truncated", "length", "cut", "reset"];

    private const string Page = "<!DOCTYPE html><html><body>Sign in to the network</body></html>";

    /// <summary>The requests that are bent; null for none.</summary>
    public Func<HttpRequestMessage, bool>? Which { get; set; }

    /// <summary>How.</summary>
    public string Way { get; set; } = "302";

    /// <summary>How many requests were bent.</summary>
    public int Count { get; private set; }

    /// <summary>Hosts that a bearer was sent to.</summary>
    public HashSet<string> Bearers { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization?.Scheme == "Bearer")
        {
            Bearers.Add(request.RequestUri!.Host);
        }

        if (Which?.Invoke(request) != true)
        {
            return base.SendAsync(request, cancellationToken);
        }

        Count++;
        return Task.FromResult(Answer());
    }

    private HttpResponseMessage Answer()
    {
        switch (Way)
        {
            case "302":
                var redirect = Of(302, Page, "text/html");
                redirect.Headers.Location = new Uri("https://portal.hotel.example/login?key=hidden");
                return redirect;
            case "204":
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case "200 {}":
                return Of(200, "{}", "application/json");
            case "200 other":
                return Of(200, """{"message":"The gateway took it."}""", "application/json");
            case "200 empty":
                return Of(200, "", "application/json");
            case "truncated":
                return Of(200, """{"id":"a","keyId":"a","access_token":"a","value":[{"id":"b""", "application/json");
            case "length":
                var longer = Of(200, Whole, "application/json");
                longer.Content.Headers.ContentLength += 10;
                return longer;
            case "cut":
                return new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StreamContent(new Cut(Encoding.UTF8.GetBytes(Whole))) { Headers = { ContentType = new("application/json") } },
                };
            case "reset":
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            default:
                return Of(int.Parse(Way[..3], System.Globalization.CultureInfo.InvariantCulture), Page, "text/html");
        }
    }

    private const string Whole = """{"id":"a","keyId":"a","secretText":"a","uploadUrl":"https://outlook.office.com/x","access_token":"a","expires_in":3599,"issuer":"a","value":[],"responses":[]}""";

    private static HttpResponseMessage Of(int status, string body, string type) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    /// <summary>Some content, and then a lost connection.</summary>
    private sealed class Cut(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The connection was reset.");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("The connection was reset.");

        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("The connection was reset.");
    }
}
