using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Transcript;

/// <summary>
/// Selects the parts of a request or a response that can be recorded: the structure, and the words of the protocol. It lists what
/// to keep, not what to hide: any other text is replaced with its pseudonym.
/// </summary>
internal sealed partial class Redaction
{
    /// <summary>Properties whose values are words of the protocol, if they look like one.</summary>
    private static readonly FrozenSet<string> Words = new[]
    {
        "code", "error", "suberror", "@odata.type", "token_type", "grant_type", "client_assertion_type", "response_type",
        "method", "CmdletName",
        "contentType", "consentType", "signInAudience",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>In a form that requests a token, "code" is one.</summary>
    private static readonly FrozenSet<string> FormWords =
        new[] { "grant_type", "client_assertion_type", "response_type" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Hosts =
        Cloud.All.SelectMany(c => new[] { c.LoginHost, c.GraphHost, c.ExchangeHost, c.ImapHost })
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly Pseudonyms _pseudonyms = new();

    /// <summary>A host of Microsoft's clouds as it is, another one by its pseudonym.</summary>
    public string Host(string host) => Hosts.Contains(host) ? host : _pseudonyms.Of(host);

    /// <summary>A path with its words, and pseudonyms for what they are about.</summary>
    public string Path(string path)
    {
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            // The segment after "users" can be a name that looks like a word.
            var isKey = i > 0 && segments[i - 1].Equals("users", StringComparison.OrdinalIgnoreCase);
            segments[i] = Segment(Uri.UnescapeDataString(segments[i]), isKey);
        }

        return string.Join('/', segments);
    }

    public IEnumerable<JsonNode> QueryNames(string query) =>
        query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => Uri.UnescapeDataString(pair.Split('=')[0]))
        .Select(name => (JsonNode)(Word().IsMatch(name) ? name : _pseudonyms.Of(name)));

    /// <summary>A form as an object.</summary>
    public JsonObject Form(string text)
    {
        var form = new JsonObject();
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = Decode(parts[0]);
            form[PropertyName(name)] = Text(name, parts.Length > 1 ? Decode(parts[1]) : "", FormWords, isSentence: false);
        }

        return form;

        static string Decode(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));
    }

    /// <summary>JSON in the same shape.</summary>
    public JsonNode? Json(string text)
    {
        try
        {
            return Redacted("", JsonNode.Parse(text), isSentence: false);
        }
        catch (JsonException)
        {
            return new JsonObject { ["unreadable"] = true };
        }
    }

    private JsonNode? Redacted(string name, JsonNode? node, bool isSentence)
    {
        switch (node)
        {
            case JsonObject source:
                var copy = new JsonObject();
                // Next to a code, a message is the service's. Elsewhere, it can be private.
                var isError = source.ContainsKey("code") || source.ContainsKey("error");
                foreach (var (key, value) in source)
                {
                    copy[PropertyName(key)] = Redacted(key, value, isError && key is "message" or "error_description");
                }

                return copy;
            case JsonArray source:
                return new JsonArray([.. source.Select(item => Redacted(name, item, isSentence: false))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return Text(name, value.GetValue<string>(), Words, isSentence);
            default:
                return node?.DeepClone();
        }
    }

    private string Text(string name, string value, FrozenSet<string> words, bool isSentence)
    {
        if (isSentence)
        {
            return _pseudonyms.InText(value);
        }

        if (words.Contains(name) && ProtocolWord().IsMatch(value) && !Guid.TryParse(value, out _))
        {
            return value;
        }

        return name == "url" && value.StartsWith('/') ? Path(value.Split('?')[0]) : _pseudonyms.Of(value);
    }

    /// <summary>Properties can be named after the object that they describe.</summary>
    private string PropertyName(string name) =>
        Property().IsMatch(name) && !Guid.TryParse(name, out _) ? name : _pseudonyms.Of(name);

    private string Segment(string segment, bool isKey)
    {
        if (Call().Match(segment) is { Success: true } call)
        {
            var keys = Quoted().Replace(call.Groups[2].Value, key => $"'{_pseudonyms.Of(key.Groups[1].Value)}'");
            return $"{call.Groups[1].Value}({keys})";
        }

        return segment.Length == 0 || (!isKey && PathWord().IsMatch(segment)) ? segment : _pseudonyms.Of(segment);
    }

    [GeneratedRegex(
        @"^(?:\$?[A-Za-z]{1,40}|v\d\.\d|oauth2|oauth2PermissionGrants|\.well-known|openid-configuration"
        + @"|(?:microsoft\.)?graph\.[A-Za-z]{1,40})$", RegexOptions.NonBacktracking)]
    private static partial Regex PathWord();

    /// <summary>A function or an alternate key: its name, and keys in quotation marks or plain words.</summary>
    [GeneratedRegex(
        @"^([A-Za-z.]{1,60})\(((?:[A-Za-z]{0,40}=?(?:'[^']*'|true|false|[0-9]{0,6}),?)*)\)$", RegexOptions.NonBacktracking)]
    private static partial Regex Call();

    [GeneratedRegex("'([^']*)'", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[$@]?[A-Za-z][A-Za-z_.-]{0,40}$", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"^#?[A-Za-z_][A-Za-z0-9_.:-]{0,79}$", RegexOptions.NonBacktracking)]
    private static partial Regex ProtocolWord();

    [GeneratedRegex(
        @"^(?:[A-Za-z0-9_.-]{0,80}@(?:odata|microsoft|removed|adminapi|data)[A-Za-z.]{0,40}|[A-Za-z_#][A-Za-z0-9_.#-]{0,80})$",
        RegexOptions.NonBacktracking)]
    private static partial Regex Property();
}
