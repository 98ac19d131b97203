using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace MailAdmin.Tenant.Base;

/// <summary>
/// Simulates intermediaries that respond instead of a service, or damage its response: proxies, gateways, sign-in pages of
/// networks, interrupted connections. Such a request doesn't reach the service.
/// </summary>
internal static class ProxyFaults
{
    private const string Page = "<!DOCTYPE html><html><body>Sign in to the network.</body></html>", Html = "text/html";

    public static Fault[] All { get; } =
    [
        Answer("ProxyRedirect", "302 to a sign-in page on another host.", () =>
        {
            var redirect = Of(302, Page, Html);
            redirect.Headers.Location = new Uri("https://signin.network.invalid/");
            return redirect;
        }),
        Answer("ProxyNoContent", "204 without content, for all requests.", () => new(HttpStatusCode.NoContent)),
        Answer("ProxyEmptyObject", "200 with the JSON {}.", () => Of(200, "{}", "application/json")),
        Answer("ProxyPage", "200 with a web page.", () => Of(200, Page, Html)),
        Answer("ProxyForbidden", "403 with a web page.", () => Of(403, Page, Html)),
        Answer("ProxyBadGateway", "502 with a web page.", () => Of(502, Page, Html)),
        Answer("ProxyPageAsMessage", "A web page instead of a message's content, labeled as plain text.",
            () => Of(200, Page, "text/plain"), "$value"),
        Damage("JsonTruncated", "JSON that ends in the middle, with the length that it has.", (content, type) =>
            new ByteArrayContent(content[..(content.Length / 2)]) { Headers = { ContentType = type } }),
        Damage("MessageTruncated", "A message's content that ends before the announced length.", Shorter, "$value"),
        Damage("LengthWrong", "Less content than Content-Length announces.", Shorter),
        Damage("ConnectionCut", "The connection is lost in the middle of the content.", (content, type) =>
            new StreamContent(new CutStream(content[..(content.Length / 2)])) { Headers = { ContentType = type } }),
    ];

    private static StreamContent Shorter(byte[] content, MediaTypeHeaderValue? type) =>
        new(new MemoryStream(content, writable: false))
        {
            Headers = { ContentType = type, ContentLength = content.Length + 10 },
        };

    private static Fault Answer(string name, string summary, Func<HttpResponseMessage> answer, string? segment = null) =>
        new(name, summary, FaultPoint.Proxy) { Answer = answer, Segment = segment };

    private static Fault Damage(
        string name, string summary, Func<byte[], MediaTypeHeaderValue?, HttpContent> damage, string? segment = null) =>
        new(name, summary, FaultPoint.Proxy)
        {
            Segment = segment,
            Change = async response =>
            {
                var content = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                if (content.Length > 1)
                {
                    response.Content = damage(content, response.Content.Headers.ContentType);
                }

                return response;
            },
        };

    private static HttpResponseMessage Of(int status, string body, string type) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    /// <summary>Some content, and then a lost connection.</summary>
    private sealed class CutStream(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => Checked(base.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Checked(base.Read(buffer));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Checked(await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            await base.CopyToAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
            _ = Checked(0);
        }

        private static int Checked(int read) => read > 0 ? read : throw new IOException("Connection reset by peer");
    }
}
