using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailAdmin.Core.Base;

/// <summary>Logs each HTTP request: one line for -Verbose, and the contents without secrets for -Debug.</summary>
internal static partial class RequestStory
{
    /// <summary>The largest content that is logged. Of larger ones, only the size is logged.</summary>
    private const long MostShown = 64 * 1024;

    private const string Hidden = "***";

    /// <summary>Properties and fields that are secrets or contain one.</summary>
    private static readonly HashSet<string> Secrets = new(
        [
            "access_token", "refresh_token", "id_token", "client_secret", "client_assertion", "assertion", "password",
            "device_code", "code_verifier", "secretText", "key", "proof", "uploadUrl", "refresh_token_data",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Logs a request with its response or failure.</summary>
    /// <param name="request">The request. Its query is omitted, because it can contain a token.</param>
    /// <param name="response">The response; null if none was received.</param>
    /// <param name="elapsed">The duration.</param>
    /// <param name="failure">The reason without a response.</param>
    /// <param name="cancellationToken">Ends the reading of a content.</param>
    public static async Task TellAsync(
        HttpRequestMessage request, HttpResponseMessage? response, TimeSpan elapsed, Exception? failure,
        CancellationToken cancellationToken)
    {
        if (!VerboseLog.HasListener)
        {
            return;
        }

        var outcome = response is null ? failure?.Message
            : $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd() + RequestId(response);
        VerboseLog.Write(
            LogKind.Request,
            $"{request.Method} {request.RequestUri?.GetLeftPart(UriPartial.Path)}: {outcome}, "
                + string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalMilliseconds:0} ms"));
        if (VerboseLog.WantsBodies)
        {
            await TellAsync("Request", request.Content, cancellationToken).ConfigureAwait(false);
            await TellAsync("Response", response?.Content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Removes secrets from JSON or form text. In a form, "code" is a credential. In JSON, it is an error code.
    /// </summary>
    internal static string WithoutSecrets(string text, bool isForm)
    {
        if (isForm)
        {
            text = string.Join('&', text.Split('&').Select(static field =>
                field.Split('=', 2) is [var name, _] && (Secrets.Contains(name) || name == "code") ? $"{name}={Hidden}" : field));
        }
        else
        {
            try
            {
                var json = JsonNode.Parse(text);
                Hide(json);
                text = json?.ToJsonString() ?? text;
            }
            catch (JsonException)
            {
                return $"{text.Length} characters that aren't JSON";
            }
        }

        // A token can occur anywhere: in a property with another name, or in a text.
        return Token().Replace(text, Hidden);
    }

    private static async Task TellAsync(string what, HttpContent? content, CancellationToken cancellationToken)
    {
        if (content?.Headers.ContentType?.MediaType is not { } type)
        {
            return;
        }

        var isForm = type == "application/x-www-form-urlencoded";
        var length = content.Headers.ContentLength;
        if ((!isForm && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase)) || length is null or > MostShown)
        {
            var size = length?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of";
            VerboseLog.Write(LogKind.Body, $"{what}: {size} octets of {type}");
            return;
        }

        await content.LoadIntoBufferAsync(MostShown).ConfigureAwait(false);
        var text = await content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        VerboseLog.Write(LogKind.Body, $"{what}: {WithoutSecrets(text, isForm)}");
    }

    private static void Hide(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject found:
                foreach (var (name, value) in found.ToArray())
                {
                    if (Secrets.Contains(name) && value is JsonValue)
                    {
                        found[name] = Hidden;
                    }
                    else
                    {
                        Hide(value);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Hide(item);
                }

                break;
        }
    }

    private static string RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("request-id", out var ids) || response.Headers.TryGetValues("x-ms-request-id", out ids)
            ? $" (request ID {string.Join(", ", ids)})" : "";

    // https://www.rfc-editor.org/rfc/rfc7519: a JSON Web Token begins with an object in base64url.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)*", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
