using System.Text.Json;

namespace MailAdmin.Core.Base;

/// <summary>
/// The documented response to a request, as a row of a table. The first row that matches the method and the end of the path
/// applies.
/// </summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The last segments of the path, with "*" for any segment. A name in braces is a group of segments.</param>
/// <param name="Status">The statuses of success.</param>
/// <param name="Body">The type of content.</param>
/// <param name="Properties">Prefixes of property names. The JSON object has at least one of them; empty for any.</param>
internal sealed record ServiceAnswer(string Method, string Path, int[] Status, AnswerBody Body, params string[] Properties)
{
    private static readonly int[] Ok = [200], Made = [200, 201], Taken = [202], Silent = [204];

    /// <summary>Segments of Microsoft Graph that are lists, whose pages have "value".</summary>
    /// <remarks>https://learn.microsoft.com/graph/paging</remarks>
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        "users", "applications", "servicePrincipals", "owners", "oauth2PermissionGrants", "appRoleAssignments",
        "appRoleAssignedTo", "appConsentRequests", "userConsentRequests", "graph.application", "microsoft.graph.application",
        "messages", "mailFolders", "childFolders", "attachments", "delta", "delta()", "appCredentialSignInActivities",
        "servicePrincipalSignInActivities", "federatedIdentityCredentials", "signIns", "records", "messageRules",
    };

    /// <summary>Microsoft Graph. Pages are below https://learn.microsoft.com/graph/.</summary>
    private static readonly ServiceAnswer[] OfGraph =
    [
        new("GET", "messages/*/$value", Ok, AnswerBody.Message),             // outlook-get-mime-message
        new("GET", "{list}", Ok, AnswerBody.Json, "value"),                  // paging
        new("GET", "*", Ok, AnswerBody.Json, "@odata.", "id"),               // api/message-get, api/application-get
        new("POST", "$batch", Ok, AnswerBody.Json, "responses"),             // json-batching
        new("POST", "sendMail", Taken, AnswerBody.None),                     // api/user-sendmail
        new("POST", "messages/*/send", Taken, AnswerBody.None),              // api/message-send
        new("POST", "messages/*/forward", Taken, AnswerBody.None),           // api/message-forward
        new("POST", "messages/*/reply", Taken, AnswerBody.None),             // api/message-reply
        new("POST", "messages/*/replyAll", Taken, AnswerBody.None),          // api/message-replyall
        new("POST", "messages/*/permanentDelete", Silent, AnswerBody.None),  // api/message-permanentdelete
        new("POST", "createUploadSession", Made, AnswerBody.Json, "uploadUrl"), // api/attachment-createuploadsession
        new("POST", "addPassword", Made, AnswerBody.Json, "keyId"),          // api/application-addpassword
        new("POST", "removePassword", Silent, AnswerBody.None),              // api/application-removepassword
        new("POST", "owners/$ref", Silent, AnswerBody.None),                 // api/application-post-owners
        new("POST", "*", Made, AnswerBody.Json, "id"),                       // api/message-move, api/user-post-mailfolders
        new("PATCH", "messages/*", Ok, AnswerBody.Json, "id"),               // api/message-update
        new("PATCH", "*", Silent, AnswerBody.None),                          // api/application-update
        new("PUT", "*", Silent, AnswerBody.None),                            // api/adminconsentrequestpolicy-update
        new("DELETE", "*", Silent, AnswerBody.None),                         // api/message-delete, api/application-delete
    ];

    /// <summary>An upload session. https://learn.microsoft.com/graph/outlook-large-attachments</summary>
    private static readonly ServiceAnswer[] OfUpload =
    [
        new("GET", "*", Ok, AnswerBody.Json, "nextExpectedRanges"),
        new("PUT", "*", Made, AnswerBody.UploadState, "nextExpectedRanges"),
        new("DELETE", "*", Silent, AnswerBody.None),
    ];

    /// <summary>Microsoft Entra.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow, v2-oauth2-device-code,
    /// v2-protocols-oidc.
    /// </remarks>
    private static readonly ServiceAnswer[] OfEntra =
    [
        new("POST", "token", Ok, AnswerBody.Json, "access_token"),
        new("POST", "devicecode", Ok, AnswerBody.Json, "device_code"),
        new("GET", "openid-configuration", Ok, AnswerBody.Json, "issuer"),
        new("*", "*", Ok, AnswerBody.Json),
    ];

    /// <summary>
    /// The admin endpoint of Exchange Online, which isn't documented. The shape of a page of results is that of
    /// https://learn.microsoft.com/exchange/reference/admin-api-get-started. A cmdlet that makes a change can return no
    /// content.
    /// </summary>
    private static readonly ServiceAnswer[] OfExchange =
    [
        new("POST", "$batch", Ok, AnswerBody.Json, "responses"),
        new("*", "*", Ok, AnswerBody.Json, "value", "@odata.", "@adminapi."),
    ];

    private static readonly ServiceAnswer ExchangeChange =
        new("POST", "*", [200, 204], AnswerBody.JsonOrNone, "value", "@odata.", "@adminapi.");

    /// <summary>Returns the row for a request to Microsoft Graph, sent individually or in a batch.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="uri">The address.</param>
    public static ServiceAnswer Graph(string method, Uri uri) => Find(OfGraph, method, uri);

    /// <summary>Returns the row for a request to an upload session.</summary>
    public static ServiceAnswer Upload(HttpRequestMessage request) => Find(OfUpload, request.Method.Method, request.RequestUri!);

    /// <summary>Returns the row for a request to Microsoft Entra.</summary>
    public static ServiceAnswer Entra(HttpRequestMessage request) => Find(OfEntra, request.Method.Method, request.RequestUri!);

    /// <summary>Returns the row for a request to Exchange Online, whose cmdlet is in a header.</summary>
    public static ServiceAnswer Exchange(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.EndsWith("/InvokeCommand", StringComparison.OrdinalIgnoreCase)
        && request.Headers.TryGetValues("X-CmdletName", out var names) && names.First() is var cmdlet
        && !cmdlet.StartsWith("Get-", StringComparison.OrdinalIgnoreCase)
        && !cmdlet.StartsWith("Test-", StringComparison.OrdinalIgnoreCase)
            ? ExchangeChange : Find(OfExchange, request.Method.Method, request.RequestUri!);

    /// <summary>Returns the fault of a successful response; null if it's valid.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="mediaType">The media type; null if missing.</param>
    /// <param name="body">The content.</param>
    public string? Fault(int status, string? mediaType, ReadOnlySpan<byte> body)
    {
        if (!Status.Contains(status))
        {
            return $"{string.Join(" or ", Status)} was expected";
        }

        var mayBeEmpty = Body is AnswerBody.None or AnswerBody.JsonOrNone || (Body == AnswerBody.UploadState && status == 201);
        if (body.Length == 0)
        {
            return mayBeEmpty ? null : "the content is missing";
        }

        if (Body == AnswerBody.None)
        {
            return $"no content was expected, but {mediaType ?? "some"} was returned";
        }

        if (!IsJson(mediaType))
        {
            return $"JSON was expected, but {mediaType ?? "content without a type"} was returned";
        }

        return HasAny(body, status == 201 && Body == AnswerBody.UploadState ? [] : Properties)
            ? null
            : "the JSON is incomplete or has other content";
    }

    /// <summary>Returns the fault in the headers of a response that contains a message; null if they're valid.</summary>
    /// <remarks>Content without a type is treated as bytes: RFC 9110 section 8.3.</remarks>
    public string? FaultOfHead(int status, string? mediaType, long? length)
    {
        if (!Status.Contains(status))
        {
            return $"{string.Join(" or ", Status)} was expected";
        }

        if (length == 0)
        {
            return "the content is missing";
        }

        return mediaType?.ToLowerInvariant() is null or "text/plain" or "message/rfc822" or "application/octet-stream"
            ? null
            : $"a message was expected, but {mediaType} was returned";
    }

    /// <summary>Whether a media type is JSON's: https://www.rfc-editor.org/rfc/rfc6839#section-3.1.</summary>
    public static bool IsJson(string? mediaType) => mediaType is not null
        && (mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether the content is one complete JSON object, with a property whose name begins with one of the prefixes.
    /// </summary>
    public static bool HasAny(ReadOnlySpan<byte> json, params string[] properties)
    {
        try
        {
            var reader = new Utf8JsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var has = false;
            while (reader.Read())
            {
                has |= reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName
                    && reader.GetString() is { } name
                    && (properties.Length == 0 || properties.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)));
            }

            return has;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static ServiceAnswer Find(ServiceAnswer[] table, string method, Uri uri)
    {
        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return table.FirstOrDefault(row =>
                (row.Method == "*" || row.Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && Fits(row.Path, segments))
            ?? throw new InvalidOperationException($"No row was found for {method} {uri.AbsolutePath}.");
    }

    private static bool Fits(string path, string[] segments)
    {
        var wanted = path.Split('/');
        return segments.Length >= wanted.Length
            && wanted.Zip(segments[^wanted.Length..]).All(p => p.First == "*" || (p.First == "{list}" ? Lists.Contains(p.Second)
                : p.First.Equals(Uri.UnescapeDataString(p.Second), StringComparison.OrdinalIgnoreCase)));
    }
}

/// <summary>The type of content of a successful response.</summary>
internal enum AnswerBody
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A JSON object.</summary>
    Json,

    /// <summary>A JSON object, or nothing.</summary>
    JsonOrNone,

    /// <summary>A JSON object, or nothing with status 201 when the upload is complete.</summary>
    UploadState,

    /// <summary>A message in Internet format.</summary>
    Message,
}
