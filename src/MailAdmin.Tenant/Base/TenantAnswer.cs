using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Base;

/// <summary>The answer of a service to a <see cref="TenantRequest"/>.</summary>
internal sealed class TenantAnswer(int status)
{
    public int Status => status;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A JSON body; null if there is none, or when it is <see cref="Content"/>.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>Opens a body that isn't JSON; null if there is none.</summary>
    public Func<Stream>? Content { get; init; }

    /// <summary>The media type of <see cref="Content"/>.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    public static TenantAnswer OfJson(int status, JsonNode body) => new(status) { Body = body };

    public HttpResponseMessage ToMessage(HttpRequestMessage request)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            RequestMessage = request,
            Version = HttpVersion.Version11,
        };
        if (Body is not null)
        {
            response.Content = new ByteArrayContent(Json.Bytes(Body));
            response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(
                Headers.Remove("Content-Type", out var type) ? type : "application/json; charset=utf-8");
        }
        else if (Content is not null)
        {
            response.Content = new StreamContent(Content());
            response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }
        else
        {
            response.Content = new ByteArrayContent([]);
        }

        foreach (var (name, value) in Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }
}
