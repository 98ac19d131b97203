using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Transcript;

/// <summary>
/// Records HTTP traffic: a line of JSON for each request with its response. Names, identifiers, and credentials are replaced
/// before they're written; see <see cref="Redaction"/>. For headers and the query, only the names are kept; for bodies, only JSON
/// and forms.
/// </summary>
internal sealed class HttpTranscript : DelegatingHandler
{
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly Redaction _redaction = new();
    private readonly object _gate = new();

    private HttpTranscript(HttpMessageHandler inner, string path) : base(inner) => _path = path;

    /// <summary>Creates the file, and a wire that records its traffic in it.</summary>
    /// <param name="wire">The wire, which isn't changed.</param>
    /// <param name="path">A file that isn't there yet. On Unix only its owner can read it.</param>
    /// <returns>The wire that is recorded.</returns>
    /// <exception cref="InvalidRequestException">The file exists, or can't be created.</exception>
    public static Wire Record(Wire wire, string path)
    {
        try
        {
            OwnFile.WriteNew(path, []);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw NotWritable(path, e);
        }

        return wire.Through(http => new HttpTranscript(http, path));
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        var line = new JsonObject
        {
            ["method"] = request.Method.Method,
            ["host"] = _redaction.Host(uri.Host),
            ["path"] = _redaction.Path(uri.AbsolutePath),
            ["query"] = new JsonArray([.. _redaction.QueryNames(uri.Query)]),
        };
        HttpResponseMessage? response = null;
        try
        {
            line["requestHeaders"] = Names(request.Headers, request.Content?.Headers);
            line["requestBody"] = await BodyAsync(request.Content, cancellationToken).ConfigureAwait(false);
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            line["status"] = (int)response.StatusCode;
            line["responseHeaders"] = Names(response.Headers, response.Content.Headers);
            line["responseBody"] = await BodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (Exception e)
        {
            // The exception's text may name anything; its kind is enough.
            line["failure"] = e is HttpRequestException http ? http.HttpRequestError.ToString() : e.GetType().Name;
            response?.Dispose();
            throw;
        }
        finally
        {
            Write(line);
        }
    }

    private async Task<JsonNode?> BodyAsync(HttpContent? content, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            return null;
        }

        var type = content.Headers.ContentType?.MediaType;
        var isJson = type is not null
            && (type.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
                || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
        var isForm = string.Equals(type, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        if ((!isJson && !isForm) || content.Headers.ContentEncoding.Count > 0)
        {
            // Mail and files aren't recorded: they're streamed.
            return content.Headers.ContentLength is 0 ? null : new JsonObject { ["mediaType"] = type };
        }

        await content.LoadIntoBufferAsync().ConfigureAwait(false);
        var text = await content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return text.Length == 0 ? null : isForm ? _redaction.Form(text) : _redaction.Json(text);
    }

    private static JsonArray Names(HttpHeaders headers, HttpHeaders? ofContent) =>
        [.. headers.Concat(ofContent ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            .Select(h => (JsonNode)h.Key)];

    private void Write(JsonObject line)
    {
        try
        {
            lock (_gate)
            {
                OwnFile.Append(_path, Encoding.UTF8.GetBytes(line.ToJsonString(Format) + "\n"), flush: false);
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw NotWritable(_path, e);
        }
    }

    private static InvalidRequestException NotWritable(string path, Exception e) =>
        new("TranscriptNotWritable", $"The transcript can't be written to '{path}': {e.Message}", e)
    {
        Target = path,
        Advice = "Specify a new file in an existing folder.",
    };
}
