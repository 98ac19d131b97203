using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Base;

/// <summary>
/// A proxy, a captive portal or a gateway answers in the service's place: whatever was asked for, the error is ours, names host and status,
/// and nothing is reported as done.
/// </summary>
public sealed class UnexpectedResponseTests
{
    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 5, 6, 7, 8, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Calls of each service and each kind of change: method, end of the path, whether the service itself answers with no content, and the call.</summary>
    private static readonly Dictionary<string, (string Method, string Path, bool IsSilent, Func<Scene, Task> Call)> Calls = new()
    {
        ["create an app"] = ("POST", "/applications", false, s => Make(s.EndToEnd)),
        ["create a service principal"] = ("POST", "/servicePrincipals", false, s => Make(s.EndToEnd)),
        ["create a secret"] = ("POST", "/addPassword", false, s => Make(s.EndToEnd)),
        ["grant"] = ("POST", "/appRoleAssignments", false, s => Make(s.EndToEnd)),
        ["remove an app"] = ("DELETE", "/applications/*", true, s => new AppDirectory(s.EndToEnd.Admin).RemoveAsync(s.App, [], Token)),
        ["revoke"] = ("DELETE", "/appRoleAssignments/*", true, s => new AppConsent(s.EndToEnd.Admin).RevokeAsync(s.App, null, null, Token)),
        ["list apps"] = ("GET", "/applications", false, s => Make(s.EndToEnd)),
        ["list folders"] = ("GET", "/mailFolders", false, s => s.Store.GetFoldersAsync(null, false, Token).ToArrayAsync().AsTask()),
        ["find a folder"] = ("GET", "/mailFolders/inbox", false, s => s.Store.FindFolderAsync("Inbox", Token)),
        ["create a folder"] = ("POST", "/mailFolders", false, s => s.Store.CreateFolderAsync("New", Token)),
        ["list messages"] = ("GET", "/messages", false, s => s.Store.GetMessagesAsync(s.Inbox, new MessageQuery(), Token).ToArrayAsync().AsTask()),
        ["read a message"] = ("GET", "/messages/*", false, s => s.Store.FindMessageAsync(s.Inbox, s.Message.Id, MessageDetail.Body, Token)),
        ["move"] = ("POST", "/$batch", false, s => s.Store.ProcessAsync(s.Inbox, [s.Message], AfterProcessing.Move, s.Inbox with { Id = "archive" }, Token)),
        ["delete"] = ("POST", "/$batch", false, s => s.Store.ProcessAsync(s.Inbox, [s.Message], AfterProcessing.Delete, null, Token)),
        ["mark as read"] = ("POST", "/$batch", false, s => s.Store.ProcessAsync(s.Inbox, [s.Message], AfterProcessing.MarkRead, null, Token)),
        ["copy"] = ("POST", "/$batch", false, s => s.Store.CopyAsync(s.Inbox, [s.Message], s.Inbox, Token)),
        ["send"] = ("POST", "/sendMail", false, s => s.Sender.SendAsync(s.Outgoing, Token)),
        ["get a token"] = ("POST", "/token", false, s => s.EndToEnd.Admin.Tokens.GetAsync(s.EndToEnd.Admin.Cloud.GraphScope, fresh: true, Token).AsTask()),
        ["run Get-Mailbox"] = ("POST", "/InvokeCommand", false, s => s.EndToEnd.Admin.Exchange.GetAsync("Get-Mailbox", [], Token)),
        ["run Get-Mailbox in a batch"] = ("POST", "/adminapi/beta/*/$batch", false, s => s.EndToEnd.Admin.Exchange.GetManyAsync("Get-Mailbox", [[], []], Token)),
        ["ask Exchange what is allowed"] = ("GET", "/EXOModuleFile", false, s => s.EndToEnd.Admin.Exchange.MayRunAsync("Get-Mailbox", Token)),
        // Exchange may answer a cmdlet that changes something with no content.
        ["run Set-CASMailbox"] = ("POST", "/InvokeCommand", true, s => s.EndToEnd.Admin.Exchange.ChangeAsync("Set-CASMailbox", new JsonObject { ["Identity"] = s.EndToEnd.Mailbox, ["ImapEnabled"] = true }, Token)),
    };

    public static TheoryData<string, string> Bent => new(
        from call in Calls
        from way in Bend.Ways
        where !(call.Value.IsSilent && way is "204" or "200 empty" && call.Key.StartsWith("run", StringComparison.Ordinal))
        select (call.Key, way));

    [Theory]
    [MemberData(nameof(Bent))]
    public async Task What_is_not_the_services_is_an_error_of_ours(string call, string way)
    {
        using var scene = await Scene.OpenAsync(_clock);
        var (method, path, _, act) = Calls[call];
        var mailbox = Mails(scene.EndToEnd);
        scene.Bend.Way = way;
        scene.Bend.Which = r => r.Method.Method == method && Ends(r.RequestUri!, path);

        var e = await Assert.ThrowsAnyAsync<Exception>(() => ManualTime.RunAsync(_clock, Whole(act(scene))));

        Assert.True(scene.Bend.Count > 0);
        if (way is "length" or "cut" or "reset")
        {
            // Where a status without content is due, the status alone says enough.
            Assert.Contains(Errors.Describe(e).Id, new[] { "ConnectionLost", "UnexpectedResponse" });
        }
        else
        {
            var ours = Assert.IsType<UnexpectedResponseException>(e);
            var host = call == "get a token" ? "login.microsoftonline.com" : call.StartsWith("run", StringComparison.Ordinal) || call.StartsWith("ask", StringComparison.Ordinal) ? "outlook.office365.com" : "graph.microsoft.com";
            Assert.Equal((host, way == "truncated" ? 200 : int.Parse(way[..3], System.Globalization.CultureInfo.InvariantCulture)), (ours.Endpoint, ours.HttpStatus));
            Assert.Contains(host, ours.Message, StringComparison.Ordinal);
            Assert.Contains($"status {ours.HttpStatus}", ours.Message, StringComparison.Ordinal);
            Assert.NotNull(ours.Advice);
            Assert.True(ours.IsTransient);
            Assert.DoesNotContain("hidden", ours.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(mailbox, Mails(scene.EndToEnd));
        Assert.DoesNotContain("portal.hotel.example", scene.Bend.Bearers);
    }

    /// <summary>Items of a batch follow the rules of the request that they are.</summary>
    [Theory]
    [InlineData(AfterProcessing.Move, 204, null)]
    [InlineData(AfterProcessing.Move, 201, "{}")]
    [InlineData(AfterProcessing.Move, 201, "\"<html>\"")]
    [InlineData(AfterProcessing.Move, 302, null)]
    [InlineData(AfterProcessing.Move, 404, null)]
    [InlineData(AfterProcessing.Move, 0, null)]
    [InlineData(AfterProcessing.MarkRead, 204, null)]
    [InlineData(AfterProcessing.MarkRead, 200, "{}")]
    [InlineData(AfterProcessing.Delete, 200, "{}")]
    [InlineData(AfterProcessing.Delete, 202, null)]
    public async Task An_item_of_a_batch_is_believed_when_it_is_Graphs(AfterProcessing action, int status, string? body)
    {
        using var scene = await Scene.OpenAsync(_clock);
        scene.Tap.Item = (method, _) => method == "GET" ? null : (status, body);

        var e = await Assert.ThrowsAsync<UnexpectedResponseException>(() => ManualTime.RunAsync(
            _clock, scene.Store.ProcessAsync(scene.Inbox, [scene.Message], action, scene.Inbox with { Id = "archive" }, Token)));

        Assert.Contains("graph.microsoft.com", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/v1.0/users/a/messages")]
    [InlineData("http://graph.microsoft.com/v1.0/users/a/messages")]
    public async Task A_token_never_goes_to_another_host(string next)
    {
        using var scene = await Scene.OpenAsync(_clock);
        using var http = new HttpMessageInvoker(new BearerHandler(scene.Bend, scene.EndToEnd.Admin.Tokens, scene.EndToEnd.Admin.Cloud.GraphScope), disposeHandler: false);

        var e = await Assert.ThrowsAsync<UnexpectedResponseException>(() => http.SendAsync(new HttpRequestMessage(HttpMethod.Get, next), Token));

        Assert.Contains(new Uri(next).Host, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", scene.Bend.Bearers);
    }

    [Fact]
    public async Task What_may_have_been_sent_is_said()
    {
        using var scene = await Scene.OpenAsync(_clock);
        scene.Bend.Way = "502 HTML";
        scene.Bend.Which = r => Ends(r.RequestUri!, "/sendMail");

        var e = await Assert.ThrowsAsync<UnexpectedResponseException>(() => ManualTime.RunAsync(_clock, scene.Sender.SendAsync(scene.Outgoing, Token)));

        Assert.Contains("might have been sent", e.Message, StringComparison.Ordinal);
        Assert.Contains("Sent Items", e.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_test_of_a_connection_reports_it_as_a_failed_check(string way)
    {
        using var scene = await Scene.OpenAsync(_clock);
        scene.Bend.Way = way;
        scene.Bend.Which = _ => true;

        var test = await ManualTime.RunAsync(_clock, new MailboxTester(MailboxConnections.As(scene.App, scene.EndToEnd.Mailbox), "Inbox").RunAsync(Token));

        Assert.Equal((Verdict.Failed, CheckStatus.Failed), (test.Verdict, test.Checks[0].Status));
    }

    public static TheoryData<string> Ways => [.. Bend.Ways];

    private static Task Make(EndToEnd road) => new AppProvisioner(road.Admin).EnsureAsync(
        new AppSpecification { Name = "Another", Permissions = [PermissionName.Parse("Graph/Mail.Read", PermissionKind.Application)], TenantWide = true }, Token);

    private static async Task<bool> Whole(Task task)
    {
        await task;
        return true;
    }

    private static bool Ends(Uri uri, string path)
    {
        var (wanted, got) = (path.Split('/', StringSplitOptions.RemoveEmptyEntries), uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return got.Length >= wanted.Length && wanted.Zip(got[^wanted.Length..])
            .All(p => p.First == "*" || p.First.Equals(Uri.UnescapeDataString(p.Second), StringComparison.OrdinalIgnoreCase));
    }

    private static string Mails(EndToEnd road) => string.Join(
        ';', from folder in new[] { "Inbox", "Archive", "Deleted Items", "Sent Items" } from m in road.Tenant.GetMessages(road.Mailbox, folder) select $"{folder} {m.Subject}");

    /// <summary>A tenant with an app, a mailbox and a sender, over a wire that can be bent.</summary>
    private sealed class Scene : IDisposable
    {
        public EndToEnd EndToEnd { get; private init; } = null!;

        public Bend Bend { get; private init; } = null!;

        public BatchTap Tap { get; private init; } = null!;

        public MailAppRegistration App { get; private init; } = null!;

        public IMailStore Store { get; private init; } = null!;

        public MailAdmin.Core.Mail.IMailSender Sender { get; private init; } = null!;

        public MailFolder Inbox { get; private init; } = null!;

        public MailboxMessage Message { get; private init; } = null!;

        public OutgoingMessage Outgoing { get; } = new() { To = [new EmailAddress(null, "alice@contoso.onmicrosoft.com")], Subject = "Bent", Body = "b" };

        public static async Task<Scene> OpenAsync(TenantClock clock)
        {
            Bend bend = null!;
            BatchTap tap = null!;
            var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock }, h => tap = new BatchTap(bend = new Bend(h)));
            var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send"));
            var connection = MailboxConnections.As(app, road.Mailbox);
            var store = MailboxAccess.Open(connection);
            var inbox = await store.GetFolderAsync("Inbox", Token);
            return new Scene
            {
                EndToEnd = road,
                Bend = bend,
                Tap = tap,
                App = app,
                Store = store,
                Sender = MailboxAccess.OpenSender(connection),
                Inbox = inbox,
                Message = await store.GetMessagesAsync(inbox, new MessageQuery { First = 1 }, Token).FirstAsync(),
            };
        }

        public void Dispose()
        {
            Sender.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            EndToEnd.Dispose();
        }
    }

    /// <summary>Answers items of a batch in the service's place.</summary>
    private sealed class BatchTap(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        /// <summary>Called with method and path; gives status and body, a status of 0 for no answer at all, or null for the service's own.</summary>
        public Func<string, string, (int Status, string? Body)?>? Item { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Item is null || !request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal))
            {
                return await base.SendAsync(request, cancellationToken);
            }

            await request.Content!.LoadIntoBufferAsync(cancellationToken);
            var asked = JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!["requests"]!.AsArray()
                .ToDictionary(i => (string)i!["id"]!, i => Item((string)i!["method"]!, (string)i["url"]!));
            var response = await base.SendAsync(request, cancellationToken);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
            var items = answer["responses"]!.AsArray();
            foreach (var item in items.ToArray().Where(i => asked[(string)i!["id"]!] is not null))
            {
                items.Remove(item);
                if (asked[(string)item!["id"]!] is (> 0 and var status, var body))
                {
                    items.Add(new JsonObject { ["id"] = (string)item["id"]!, ["status"] = status, ["body"] = body is null ? null : JsonNode.Parse(body) });
                }
            }

            response.Content = new StringContent(answer.ToJsonString(), new MediaTypeHeaderValue("application/json"));
            return response;
        }
    }
}
