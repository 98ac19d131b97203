using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Transcript;

namespace MailAdmin.Tests.Transcript;

public sealed partial class HttpTranscriptTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mailadmin-transcript-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Nothing_that_names_or_opens_something_is_written()
    {
        var tap = new Tap();
        using var road = await EndToEnd.StartAsync(null, wire => HttpTranscript.Record(wire.Through(http => tap.Over(http)), _path));
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send");
        var connection = MailboxConnections.As(app, road.Mailbox);
        await using var store = MailboxAccess.Open(connection);
        await store.CreateFolderAsync("Canary folder/Geheim", TestContext.Current.CancellationToken);
        await using (var sender = MailboxAccess.OpenSender(connection))
        {
            await sender.SendAsync(
                new OutgoingMessage { To = [new EmailAddress("Canary Person", road.Mailbox)], Subject = "Canary subject", Body = "Canary body" },
                TestContext.Current.CancellationToken);
        }

        var inbox = await store.GetFolderAsync("Inbox", TestContext.Current.CancellationToken);
        await foreach (var message in store.GetMessagesAsync(inbox, new MessageQuery(), TestContext.Current.CancellationToken))
        {
            await store.FindMessageAsync(inbox, message.Id, MessageDetail.Body | MessageDetail.Attachments, TestContext.Current.CancellationToken);
        }

        await using var none = MailboxAccess.Open(MailboxConnections.As(app, $"canary@{road.Tenant.Domain}"));
        await Assert.ThrowsAsync<ServiceRefusedException>(() => none.GetFolderAsync("Inbox", TestContext.Current.CancellationToken));

        var written = await File.ReadAllTextAsync(_path, TestContext.Current.CancellationToken);
        string[] canaries =
        [
            Secret.Reveal(app.ClientSecret!), road.Tenant.AdminApp.ClientSecret, road.Tenant.AdminApp.ClientId, app.ClientId, app.ApplicationObjectId!,
            app.TenantId, road.Tenant.Domain, road.Mailbox, road.Mailbox.Split('@')[0] + "@", "Canary", "Geheim", "eyJ",
        ];
        Assert.DoesNotContain(canaries, c => written.Contains(c, StringComparison.OrdinalIgnoreCase));
        Assert.True(tap.Values.Count > 200, $"{tap.Values.Count} values went over the wire.");
        Assert.DoesNotContain(tap.Values, v => written.Contains(v, StringComparison.Ordinal));
        Assert.Contains("client_credentials", written, StringComparison.Ordinal);
        Assert.Contains("/v1.0/users/{address-", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_value_has_the_same_name_wherever_it_stands()
    {
        var lines = await RecordAsync(
            (Post("https://graph.microsoft.com/v1.0/applications", """{"displayName":"Invoices"}"""), Answer(201, """{"id":"9d0c1d25-0a7b-4f5e-9f2f-0c7c3b1f7a11","displayName":"Invoices"}""")),
            (new(HttpMethod.Get, "https://graph.microsoft.com/v1.0/applications/9D0C1D25-0a7b-4f5e-9f2f-0c7c3b1f7a11?$select=id&$expand=owners"), Answer(200, "{}")),
            (new(HttpMethod.Get, "https://graph.microsoft.com/v1.0/applications(appId='9d0c1d25-0a7b-4f5e-9f2f-0c7c3b1f7a11')/owners"), Answer(200, "{}")),
            (new(HttpMethod.Get, "https://graph.microsoft.com/v1.0/directory/deletedItems/graph.application"), Answer(200, "{}")));

        Assert.Equal("{guid-1}", (string?)lines[0]["responseBody"]!["id"]);
        Assert.Equal((string?)lines[0]["requestBody"]!["displayName"], (string?)lines[0]["responseBody"]!["displayName"]);
        Assert.Equal("/v1.0/applications/{guid-1}", (string?)lines[1]["path"]);
        Assert.Equal(["$select", "$expand"], lines[1]["query"]!.AsArray().Select(n => (string)n!));
        Assert.Equal("/v1.0/applications(appId='{guid-1}')/owners", (string?)lines[2]["path"]);
        Assert.Equal("/v1.0/directory/deletedItems/graph.application", (string?)lines[3]["path"]);
    }

    [Fact]
    public async Task A_refusal_keeps_its_code_and_its_sentence_without_the_names_in_it()
    {
        var lines = await RecordAsync((
            new(HttpMethod.Get, "https://graph.microsoft.com/v1.0/users/alice/messages/AAMkAGI2canary="),
            Answer(404, """
                {"error":{"code":"ErrorItemNotFound","message":"The object AAMkAGI2canary= of 'Alice Canary' <alice@contoso.com> was not found at 2026-01-02T03:04:05Z.",
                "innerError":{"request-id":"9d0c1d25-0a7b-4f5e-9f2f-0c7c3b1f7a11","message":"somebody's"}}}
                """)));

        var error = lines[0]["responseBody"]!["error"]!;
        Assert.Equal(404, (int)lines[0]["status"]!);
        Assert.Equal("/v1.0/users/{text-1}/messages/{text-2}", (string?)lines[0]["path"]);
        Assert.Equal("ErrorItemNotFound", (string?)error["code"]);
        Assert.Equal("The object {text-2} of '{text-3}' <{address-1}> was not found at {time}.", (string?)error["message"]);
        Assert.Equal("{guid-1}", (string?)error["innerError"]!["request-id"]);
        Assert.Equal("{text-4}", (string?)error["innerError"]!["message"]);
    }

    [Fact]
    public async Task A_form_keeps_how_a_token_is_asked_for_and_no_value()
    {
        var form = new FormUrlEncodedContent([new("grant_type", "authorization_code"), new("code", "CanaryCode"), new("client_secret", "canary+secret")]);
        var lines = await RecordAsync((
            new(HttpMethod.Post, "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token") { Content = form },
            Answer(200, """{"token_type":"Bearer","access_token":"canarytoken","expires_in":3599}""")));

        Assert.Equal("/{domain-1}/oauth2/v2.0/token", (string?)lines[0]["path"]);
        Assert.Equal("""{"grant_type":"authorization_code","code":"{text-1}","client_secret":"{text-2}"}""", lines[0]["requestBody"]!.ToJsonString());
        Assert.Equal("""{"token_type":"Bearer","access_token":"{text-3}","expires_in":3599}""", lines[0]["responseBody"]!.ToJsonString());
    }

    [Fact]
    public async Task Mail_goes_by_unread()
    {
        var content = new StreamContent(new Untouchable());
        content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        var lines = await RecordAsync((
            new(HttpMethod.Get, "https://graph.microsoft.com/v1.0/users/a@b.c/messages/1/$value"), new HttpResponseMessage(HttpStatusCode.OK) { Content = content }));

        Assert.Equal("""{"mediaType":"message/rfc822"}""", lines[0]["responseBody"]!.ToJsonString());
    }

    [Fact]
    public async Task A_body_that_was_written_down_can_still_be_read()
    {
        var wire = HttpTranscript.Record(new Wire(Scripted(Answer(200, """{"id":"x"}""")), null!, TimeProvider.System), _path);
        using var http = new HttpClient(wire.Http, disposeHandler: false);

        Assert.Equal("""{"id":"x"}""", await http.GetStringAsync("https://graph.microsoft.com/v1.0/me", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_lost_connection_is_told_by_its_kind_alone()
    {
        var wire = HttpTranscript.Record(new Wire(Scripted(), null!, TimeProvider.System), _path);
        using var http = new HttpClient(wire.Http, disposeHandler: false);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("https://canary.contoso.com/secret1/x", TestContext.Current.CancellationToken));

        var line = Lines().Single();
        Assert.Equal("ConnectionError", (string?)line["failure"]);
        Assert.Equal("{domain-1}", (string?)line["host"]);
        Assert.Equal("/{text-1}/x", (string?)line["path"]);
        Assert.False(line.AsObject().ContainsKey("status"));
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_written_over()
    {
        await File.WriteAllTextAsync(_path, "mine", TestContext.Current.CancellationToken);

        var refused = Assert.Throws<InvalidRequestException>(() => HttpTranscript.Record(new Wire(Scripted(), null!, TimeProvider.System), _path));

        Assert.Equal("TranscriptNotWritable", refused.Id);
        Assert.Equal("mine", await File.ReadAllTextAsync(_path, TestContext.Current.CancellationToken));
    }

    [FactOn(TestSystem.Unix)]
    [UnsupportedOSPlatform("windows")]
    public void Only_its_owner_can_read_the_file()
    {
        HttpTranscript.Record(new Wire(Scripted(), null!, TimeProvider.System), _path);

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private async Task<JsonNode[]> RecordAsync(params (HttpRequestMessage Request, HttpResponseMessage Response)[] exchanges)
    {
        var wire = HttpTranscript.Record(new Wire(Scripted([.. exchanges.Select(e => e.Response)]), null!, TimeProvider.System), _path);
        using var http = new HttpMessageInvoker(wire.Http, disposeHandler: false);
        foreach (var (request, _) in exchanges)
        {
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        }

        return Lines();
    }

    private JsonNode[] Lines() => [.. File.ReadLines(_path).Select(l => JsonNode.Parse(l)!)];

    private static HttpRequestMessage Post(string uri, string json) =>
        new(HttpMethod.Post, uri) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Answer(int status, string json) =>
        new((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    /// <summary>Answers these, one after the other, and is away then.</summary>
    private static Relay Scripted(params HttpResponseMessage[] answers)
    {
        var left = new Queue<HttpResponseMessage>(answers);
        return new Relay(_ => left.TryDequeue(out var answer) ? answer : throw new HttpRequestException(HttpRequestError.ConnectionError, "canary.contoso.com is away"));
    }

    private sealed class Untouchable : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("It was read.");

        public override int Read(Span<byte> buffer) => throw new InvalidOperationException("It was read.");
    }

    /// <summary>Collects, below the transcript, every value that goes over the wire in a JSON body and is more than a word.</summary>
    private sealed partial class Tap
    {
        private readonly ConcurrentDictionary<string, bool> _values = new();

        public ICollection<string> Values => _values.Keys;

        public HttpMessageHandler Over(HttpMessageHandler inner) => new Relay(inner) { Before = NoteAsync, After = NoteAsync };

        private async Task<HttpResponseMessage?> NoteAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await NoteAsync(request.Content);
            return null;
        }

        private async Task<HttpResponseMessage> NoteAsync(HttpRequestMessage request, HttpResponseMessage answer)
        {
            await NoteAsync(answer.Content);
            return answer;
        }

        private async Task NoteAsync(HttpContent? content)
        {
            if (content?.Headers.ContentType?.MediaType == "application/json")
            {
                await content.LoadIntoBufferAsync();
                if (await content.ReadAsStringAsync() is { Length: > 0 } text)
                {
                    Note("", JsonNode.Parse(text));
                }
            }
        }

        private void Note(string name, JsonNode? node)
        {
            if (node is JsonObject o)
            {
                foreach (var (key, value) in o)
                {
                    Note(key, value);
                }
            }
            else if (node is JsonArray a)
            {
                foreach (var item in a)
                {
                    Note(name, item);
                }
            }
            // The service's sentences stay, and words of letters alone may be the protocol's.
            else if (node is not null && node.GetValueKind() == JsonValueKind.String && name is not ("message" or "error_description")
                && node.GetValue<string>() is { Length: > 7 } text && !Word().IsMatch(text))
            {
                _values[text] = true;
            }
        }

        [GeneratedRegex("^[#A-Za-z._]+$")]
        private static partial Regex Word();
    }
}
