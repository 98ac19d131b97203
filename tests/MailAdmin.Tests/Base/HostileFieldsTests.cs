using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Inventory;
using MailAdmin.Core.Mail;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Base;

/// <summary>
/// What the services return was written by others: every text field of every response takes awkward values, and nothing
/// but the documented requests follow. What fails, fails with an error of ours.
/// </summary>
public sealed class HostileFieldsTests
{
    private static readonly string[] Harmless =
        ["plain", "inbox", "11111111-1111-1111-1111-111111111111", "2026-01-01T00:00:00Z"];

    private static readonly Dictionary<string, Func<EndToEnd, MailAppRegistration, Task>> Operations = new()
    {
        ["folders"] = (road, app) => WithStoreAsync(road, app, async store => await store.GetFoldersAsync(null, true, Cancel).ToListAsync(Cancel)),
        ["messages"] = (road, app) => WithStoreAsync(road, app, async store =>
        {
            var inbox = await store.GetFolderAsync("Inbox", Cancel);
            await foreach (var message in store.GetMessagesAsync(inbox, new MessageQuery { First = 3 }, Cancel))
            {
                await store.FindMessageAsync(inbox, message.Id, MessageDetail.Body | MessageDetail.Attachments | MessageDetail.InternetHeaders, Cancel);
            }
        }),
        ["receive"] = (road, app) => WithStoreAsync(road, app, async store =>
        {
            var query = new MessageQuery { First = 3, Cursor = new FolderCursor(null) };
            await foreach (var fetched in store.FetchAsync(await store.GetFolderAsync("Inbox", Cancel), query, _ => new MemoryStream(), Cancel))
            {
                _ = fetched;
            }
        }),
        ["apps"] = async (road, _) => await new AppDirectory(road.Admin).FindAsync("*", Cancel).ToListAsync(Cancel),
        ["app by name"] = (road, app) => new AppLookup(road.Admin).FindAsync(app.Name, Cancel),
        ["app by id"] = (road, app) => new AppDirectory(road.Admin).GetAsync(app.ClientId, Cancel),
        ["identity"] = (road, app) => new AppIdentity(road.Admin, new AppDirectory(road.Admin)).FindAsync(app.Name, null, Cancel),
        ["permissions"] = (road, app) => new AppConsent(road.Admin).CompareAsync(app, Cancel),
        ["credentials"] = async (road, _) => await new AppCredentials(road.Admin).ListAsync(null, Cancel).ToListAsync(Cancel),
        ["consent policy"] = (road, _) => new ConsentPolicy(road.Admin).GetAsync(Cancel),
        ["inventory"] = (road, _) => new MailAppInventory(road.Admin).ReadAsync(null, true, Cancel),
        ["mailbox permissions"] = async (road, app) => await new MailboxAccessGrants(road.Admin).GetAsync([road.Mailbox], app, Cancel).ToListAsync(Cancel),
        ["policies"] = (road, _) => new AccessPolicies(road.Admin).GetAsync(null, Cancel),
        ["settings"] = (road, _) => new MailboxSettings(road.Admin).GetAsync(road.Mailbox, Cancel),
    };

    /// <summary>It reads all that the other operations read, so each of its fields takes a share of the texts.</summary>
    private const string Whole = "inventory";

    private const int Together = 40, Share = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_field_of_a_response_asks_for_no_other_resource(string name)
    {
        var service = new Changed();
        using var road = await EndToEnd.StartAsync(
            new SandboxOptions { Clock = TenantClock.Manual(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) }, service.Over);
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        await new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Cancel);
        await road.Admin.Exchange.ChangeAsync(
            "New-ManagementScope", new() { ["Name"] = "S", ["RecipientRestrictionFilter"] = $"PrimarySmtpAddress -eq '{road.Mailbox}'" }, Cancel);
        await road.Admin.Exchange.ChangeAsync(
            "New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read", ["CustomResourceScope"] = "S" }, Cancel);
        await new AccessPolicies(road.Admin).NewAsync(app, MailAppPolicyRight.RestrictAccess, Person.Alice, null, Cancel);

        service.IsClosed = true;
        service.All.Clear();
        service.Clock = road.Tenant.Clock;
        await service.RunAsync(null, [], () => Operations[name](road, app));
        var expected = service.Shapes().ToHashSet(StringComparer.Ordinal);
        var fields = service.Fields.ToArray();
        Assert.NotEmpty(fields);
        // Two apps of a name are told apart by their owners.
        expected.Add("GET graph.microsoft.com/v1.0/applications/{id}/owners");
        // The SDK leaves blanks out of an address.
        expected.Add("GET graph.microsoft.com/v1.0/servicePrincipals(appId='')?$select=id,appId,displayName,appRoles,oauth2PermissionScopes");
        var faults = new List<string>();
        foreach (var field in fields)
        {
            foreach (var text in Harmless)
            {
                if (await service.RunAsync(field, [text], () => Operations[name](road, app)) is { } error)
                {
                    faults.Add($"{field} {text}: {error.Message}");
                }

                expected.UnionWith(service.Shapes());
            }
        }

        var first = 0;
        foreach (var field in fields)
        {
            // What stands in an answer several times takes several texts at once.
            var all = name == Whole ? HostileNames.All : HostileNames.For($"{name} {field}", HostileNames.All);
            var count = name == Whole ? Share : all.Count;
            for (int at = 0, used; at < count && faults.Count < 20; at += used)
            {
                string[] texts = [.. Enumerable.Range(first + at, Math.Min(Together, count - at)).Select(i => all[i % all.Count])];
                var error = await service.RunAsync(field, texts, () => Operations[name](road, app));
                used = name == Whole ? Together : Math.Clamp(service.Used.Count, 1, Together);
                if (error is not null)
                {
                    faults.Add($"{field}: {error}");
                }

                faults.AddRange(service.Shapes(expected).Select(s => $"{field} asks for {s}"));
            }

            first += name == Whole ? Share : 0;
        }

        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults)}\nexpected:\n{string.Join('\n', expected)}");
    }

    private static async Task WithStoreAsync(EndToEnd road, MailAppRegistration app, Func<IMailStore, Task> work)
    {
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox));
        await work(store);
    }

    /// <summary>The services, with one field of each of their responses changed.</summary>
    private sealed class Changed
    {
        private readonly ConcurrentQueue<string> _requests = [];
        private string? _field;
        private string[] _texts = [];
        private AnswerMemo? _memo;

        /// <summary>The clock on which the services are waited for.</summary>
        public TenantClock? Clock { get; set; }

        /// <summary>Each text field that came.</summary>
        public ConcurrentDictionary<string, bool> All { get; } = new(StringComparer.Ordinal);

        public IEnumerable<string> Fields => All.Keys.Order(StringComparer.Ordinal);

        /// <summary>The texts that stood in a response.</summary>
        public ConcurrentQueue<string> Used { get; } = [];

        /// <summary>Whether the tenant's answers are remembered, and changes are stopped.</summary>
        public bool IsClosed { set => _memo!.IsClosed = value; }

        public HttpMessageHandler Over(HttpMessageHandler inner) => new Relay(_memo = new AnswerMemo(inner))
        {
            Before = async (request, token) =>
            {
                if (!IsSignIn(request))
                {
                    _requests.Enqueue($"{request.Method} {request.RequestUri!.Host}{request.RequestUri.PathAndQuery}");
                    Inner(JsonNode.Parse(request.Content is null ? "{}" : await request.Content.ReadAsStringAsync(token) is { Length: > 0 } text ? text : "{}"));
                }

                return null;
            },
            After = async (request, answer) =>
            {
                if (!IsSignIn(request) && answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == "application/json")
                {
                    var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
                    Change(body);
                    answer.Content = new StringContent(body!.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
                }

                return answer;
            },
        };

        /// <summary>Does it with a field changed.</summary>
        /// <returns>An exception that is none of ours; null for none.</returns>
        public async Task<Exception?> RunAsync(string? field, string[] texts, Func<Task> work)
        {
            (_field, _texts) = (field, texts);
            _requests.Clear();
            Used.Clear();
            try
            {
                // What isn't visible yet is waited for.
                await ManualTime.RunAsync(Clock!, DoneAsync());
                return null;
            }
            catch (MailAdminException)
            {
                // Refused, by us or by the service.
                return null;
            }
            catch (Exception e)
            {
                return e;
            }
            finally
            {
                _field = null;
            }

            async Task<bool> DoneAsync()
            {
                await work();
                return true;
            }
        }

        /// <summary>Requests of a kind that isn't expected, whether what looks like a name in them is one or not ($value).</summary>
        public IEnumerable<string> Shapes(HashSet<string> expected)
        {
            var names = Names();
            return _requests.Distinct().Where(r => !expected.Contains(RequestShape.Of(r)) && !expected.Contains(RequestShape.Of(r, names)))
                .Select(r => RequestShape.Of(r, names)).Distinct().ToArray();
        }

        public IEnumerable<string> Shapes()
        {
            var names = Names();
            return _requests.Select(r => RequestShape.Of(r, names)).Distinct().ToArray();
        }

        /// <summary>The texts that stood in a response. Half of a surrogate pair can't be written in JSON.</summary>
        private string[] Names() => [.. Used.Select(n => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(n))).Distinct()];

        private static bool IsSignIn(HttpRequestMessage request) => request.RequestUri!.Host.StartsWith("login.", StringComparison.Ordinal);

        /// <summary>The requests within a batch, and the cmdlets.</summary>
        private void Inner(JsonNode? node)
        {
            foreach (var (name, value) in (node as JsonObject ?? []).ToArray())
            {
                if (name is "url" or "CmdletName" && value is JsonValue text)
                {
                    _requests.Enqueue($"{name} {(string?)text}");
                }

                Inner(value);
            }

            foreach (var item in node as JsonArray ?? [])
            {
                Inner(item);
            }
        }

        private void Change(JsonNode? node)
        {
            foreach (var (name, value) in (node as JsonObject ?? []).ToArray())
            {
                if (value is JsonValue one && one.TryGetValue<string>(out _))
                {
                    node![name] = Next(name, one);
                }
                else if (value is JsonArray many && many.Count > 0 && many.All(v => v is JsonValue item && item.TryGetValue<string>(out _)))
                {
                    node![name] = new JsonArray([.. many.Select(v => Next(name, v!.AsValue()))]);
                }
                else
                {
                    Change(value);
                }
            }

            foreach (var item in node as JsonArray ?? [])
            {
                Change(item);
            }
        }

        private JsonValue Next(string field, JsonValue value)
        {
            All[field] = true;
            if (field != _field)
            {
                return JsonValue.Create((string)value!);
            }

            var text = _texts[Used.Count % _texts.Length];
            Used.Enqueue(text);
            return JsonValue.Create(text);
        }
    }
}
