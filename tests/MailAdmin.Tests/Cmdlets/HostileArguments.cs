using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Commands;
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Service;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Cmdlets;

/// <summary>A tenant in which each cmdlet finds what it is asked about, and how each parameter is given one text after the other.</summary>
public sealed partial class HostileArguments : IAsyncLifetime
{
    /// <summary>A vault that has one secret, whatever it is called.</summary>
    internal static readonly Dictionary<string, string> Vault = new()
    {
        ["Get-Secret"] = "param([string]$Vault, [string]$Name) ConvertTo-Secret",
        ["ConvertTo-Secret"] = "$s = [securestring]::new(); $s.AppendChar('x'); $s",
        ["Get-SecretVault"] = "[pscustomobject]@{ Name = 'vault'; IsDefault = $true }",
        ["Select-Object"] = "param($First, $ExpandProperty) $input.$ExpandProperty",
        ["Get-SecretInfo"] = "param([string]$Vault, [string]$Name) 'here'",
        ["Set-Secret"] = "param([string]$Vault, [string]$Name, $Secret)",
        ["Remove-Secret"] = "param([string]$Vault, [string]$Name)",
    };

    /// <summary>Sets that open a browser, wait for a person, or go to a server of their own.</summary>
    private static readonly string[] Outside = ["Connect-MailAdmin Browser", "Connect-MailAdmin DeviceCode", "Connect-MailAdmin SandboxUri"];

    private static readonly string[] Paths =
    [
        "Path", "LiteralPath", "Destination", "StatePath", "MailPath", "MimePath", "Attachment", "CertificatePath", "PrivateKeyPath",
        "FederatedTokenFile", "TrustedCertificate", "TranscriptPath", "Baseline", "Plan", "PlanPath", "Reminder", "MoveFailedTo",
    ];

    private readonly Dictionary<string, object> _given = new(StringComparer.Ordinal);
    private EndToEnd _road = null!;
    private AnswerMemo _memo = null!;
    private Wire _wire = null!;

    internal ConcurrentQueue<(string Request, string Body)> Requests { get; } = [];

    internal SandboxTenant Tenant => _road.Tenant;

    /// <summary>Texts as a user gives them: a name, an address, an ID, a wildcard, a number, a long one.</summary>
    internal string[] Harmless { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _road = await EndToEnd.StartAsync(null, wire => _wire = wire.Through(inner => new Relay(_memo = new AnswerMemo(inner) { RemembersTokens = true })
        {
            Before = async (request, token) =>
            {
                Requests.Enqueue((
                    $"{request.Method} {request.RequestUri!.Host}{request.RequestUri.PathAndQuery}",
                    request.Content is null ? "" : await request.Content.ReadAsStringAsync(token)));
                return null;
            },
        }));
        var cancel = TestContext.Current.CancellationToken;
        var app = await _road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send", "Exchange/IMAP.AccessAsApp");
        Tenant.GrantImap(app.ClientId, _road.Mailbox);
        var policy = await new AccessPolicies(_road.Admin).NewAsync(app, MailAppPolicyRight.DenyAccess, Person.Alice, null, cancel);
        var connection = MailboxConnections.As(app, _road.Mailbox);
        await using var store = MailboxAccess.Open(connection);
        var folder = await store.GetFolderAsync("Inbox", cancel);
        var message = await store.GetMessagesAsync(folder, new MessageQuery { First = 1 }, cancel).FirstAsync(cancel);
        var secret = Secret.Close("secret");
        Harmless = ["plain", " ", "*", "p*n", "5", "inbox", "INBOX", _road.Mailbox, "nobody@contoso.onmicrosoft.com", "contoso.onmicrosoft.com", app.Name,
            app.ClientId, "11111111-1111-1111-1111-111111111111", new('x', 300)];
        foreach (var (name, value) in new (string, object)[]
        {
            ("App", app), ("Mailbox", _road.Mailbox), ("Connection", connection), ("MailFolder", folder with { Connection = connection }),
            ("Message", message with { Connection = connection }), ("InReplyTo", message with { Connection = connection }),
            ("User", Person.Alice), ("Group", "a group"), ("AdministrativeUnit", "11111111-1111-1111-1111-111111111111"),
            ("RecipientFilter", "CustomAttribute1 -eq 'x'"), ("FromPolicy", true), ("Policy", policy), ("Id", app.ClientId),
            ("Name", "plain"), ("Recipe", "Jim2"), ("Plan", "plan.json"), ("ClientSecret", secret), ("AccessToken", secret),
            ("Credential", new PSCredential(app.ClientId, secret)), ("SecretName", "kept"), ("TenantId", Tenant.Domain),
            ("ClientId", app.ClientId), ("CertificatePath", "none.pfx"), ("CertificateThumbprint", "A1B2C3"), ("Server", "imap.example"),
            ("FederatedTokenFile", "token"), ("TrustedCertificate", "none.cer"), ("SandboxUri", new Uri("https://127.0.0.1:1")),
            ("Baseline", "baseline.json"), ("Path", "plain"), ("LiteralPath", "plain"), ("Content", "Subject: x\n\nx"), ("Delegated", true), ("Enabled", true), ("Identity", true),
            ("Request", new MailAppConsentRequest { Id = "x", App = "x", ClientId = app.ClientId }), ("InputObject", Tenant.Describe()), ("Sandbox", true),
        })
        {
            _given[name] = value;
        }

        _memo.IsClosed = true;
    }

    public ValueTask DisposeAsync()
    {
        _road.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Task<Session> SignInAsync() => EndToEnd.SignInAsync(Tenant, _wire);

    /// <summary>Every parameter that takes a text, with a parameter set in which it can be given.</summary>
    internal IEnumerable<Call> ParametersOf(string cmdlet)
    {
        var all = CmdletHost.All[cmdlet].GetProperties().Select(p => (Property: p, Sets: p.GetCustomAttributes<ParameterAttribute>().ToArray()))
            .Where(p => p.Sets.Length > 0).ToArray();
        var names = all.SelectMany(p => p.Sets).Select(s => s.ParameterSetName).Where(s => s != ParameterAttribute.AllParameterSets).Distinct().ToArray();
        foreach (var (property, sets) in all.Where(p => TakesText(p.Property.PropertyType)))
        {
            var own = sets.Any(s => s.ParameterSetName == ParameterAttribute.AllParameterSets) ? names : [.. sets.Select(s => s.ParameterSetName)];
            var set = (own.Length == 0 ? [ParameterAttribute.AllParameterSets] : own)
                .OrderBy(s => s == "Sandbox").First(s => !Outside.Contains($"{cmdlet} {s}") || property.Name is "TrustedCertificate" or "SandboxUri");
            var mandatory = all.Where(p => p.Property.Name != property.Name && p.Sets.Any(s => s.Mandatory && IsIn(s, set)))
                .Select(p => p.Property.Name).ToArray();
            var known = all.Where(p => p.Sets.Any(s => IsIn(s, set))).Select(p => p.Property.Name).ToArray();
            yield return new Call(
                cmdlet, property.Name, set, mandatory, known,
                TextsOf(cmdlet, property), property.GetCustomAttribute<ValidateSetAttribute>() is not null || property.PropertyType == typeof(Uri)
                    || (property.PropertyType.GetElementType() ?? property.PropertyType) == typeof(MailAdminContext));
        }

        static bool IsIn(ParameterAttribute attribute, string set) =>
            attribute.ParameterSetName == set || attribute.ParameterSetName == ParameterAttribute.AllParameterSets;
    }

    /// <summary>The arguments of one call.</summary>
    /// <param name="call">Which parameter.</param>
    /// <param name="text">Its text.</param>
    /// <param name="here">The current folder.</param>
    internal IReadOnlyDictionary<string, object> Arguments(Call call, string text, string here)
    {
        var arguments = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var name in call.Mandatory)
        {
            arguments[name] = _given.TryGetValue(name, out var value) ? value
                : throw new InvalidOperationException($"{call.Cmdlet} -{name} is needed in {call.Set}.");
        }

        foreach (var (name, value) in Beside(call).Where(b => b.Name != call.Parameter && call.Known.Contains(b.Name)))
        {
            arguments[name] = value;
        }

        if (CmdletHost.All[call.Cmdlet].GetCustomAttribute<CmdletAttribute>()!.SupportsShouldProcess)
        {
            // Install-MailApp makes the same changes, and what is saved for this user isn't a test's to write.
            arguments[call.Cmdlet is "Repair-MailApp" or "Save-MailboxConnection" ? "WhatIf" : "Confirm"] =
                call.Cmdlet is "Repair-MailApp" or "Save-MailboxConnection";
        }

        // Nothing is written outside of the folder, whoever runs the test.
        arguments[call.Parameter] = Paths.Contains(call.Parameter) && call.Cmdlet != "New-MailFolder"
            && (text.StartsWith('/') || text.StartsWith('\\') || text.Contains("..", StringComparison.Ordinal) || text.StartsWith('~')) ? Path.Combine(here, text.TrimStart('/', '\\'))
            : text;
        return arguments;
    }

    /// <summary>What the parameter is nothing without, and what keeps the call in its folder.</summary>
    private IEnumerable<(string Name, object Value)> Beside(Call call)
    {
        switch (call.Cmdlet)
        {
            case "Receive-MailboxMessage":
                yield return ("AfterProcessing", call.Parameter == "MoveTo" ? AfterProcessing.Move : AfterProcessing.None);
                yield return ("StatePath", "state");
                yield return ("First", 1);
                break;
            case "Send-MailboxMessage":
                yield return ("To", Person.Alice);
                yield return ("Subject", "plain");
                if (call.Parameter is not ("HtmlBody" or "MimePath"))
                {
                    yield return ("Body", "plain");
                }

                break;
            case "Connect-MailAdmin" when call.Set != "Sandbox" && call.Set != "SandboxUri":
                yield return ("InputObject", Tenant.Describe());
                break;
            case "Get-MailboxConnection" or "Save-MailboxConnection" or "Remove-MailboxConnection":
                yield return ("Path", "connections.json");
                yield return ("AfterProcessing", call.Parameter == "MoveTo" ? AfterProcessing.Move : AfterProcessing.None);
                break;
            case "Set-MailSandbox" or "Add-MailSandboxMessage" or "Get-MailSandboxMessage":
                yield return ("Sandbox", Tenant.Describe());
                yield return ("ImapAccess", "*");
                break;
            case "New-MailAppRegistration" when call.Parameter is not "Recipe":
                yield return ("ApplicationPermission", "Graph/Mail.Read");
                yield return ("TenantWide", true);
                yield return ("Adopt", call.Parameter == "Accept");
                break;
            default:
                yield return ("Recipe", "Jim2");
                yield return ("Vault", "vault");
                yield return ("SecretName", "kept");
                yield return ("Adopt", call.Parameter == "Accept");
                break;
        }
    }

    /// <summary>What was asked for, whatever texts are in it.</summary>
    /// <param name="text">The text that was given.</param>
    /// <param name="expected">What may be asked for; null for everything that was.</param>
    internal IReadOnlyCollection<string> Shapes(string text, HashSet<string>? expected = null)
    {
        // A path is several names.
        string[] names = [text, .. text.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        return [.. Requests.Distinct()
            .SelectMany(r => ShapesOf(r.Request, r.Body, names).Zip(ShapesOf(r.Request, r.Body, [])))
            // What looks like the text may be a part of the address of the service: $batch.
            .Where(s => expected is null || (!expected.Contains(s.First) && !expected.Contains(s.Second)))
            .Select(s => s.First).Distinct()];
    }

    private static IEnumerable<string> ShapesOf(string request, string body, string[] names)
    {
        var shape = Ids().Replace(RequestShape.Of(request, names), "{id}");
        return body.StartsWith('{') ? PartsOf(JsonNode.Parse(body), "", names).Select(p => $"{shape} {p}").Prepend(shape) : [shape];
    }

    /// <summary>The properties of a body, and the values of those that say what is done.</summary>
    private static IEnumerable<string> PartsOf(JsonNode? node, string path, string[] names) => node switch
    {
        JsonObject map => map.SelectMany(p => PartsOf(p.Value, $"{path}/{p.Key}", names)),
        JsonArray list => list.SelectMany(i => PartsOf(i, path, names)),
        JsonValue value when path.EndsWith("/url", StringComparison.Ordinal) => [$"{path}={RequestShape.Of((string)value!, names)}"],
        JsonValue value when path.EndsWith("/CmdletName", StringComparison.Ordinal) || path.EndsWith("/method", StringComparison.Ordinal) => [$"{path}={value}"],
        JsonValue value when path.EndsWith("Filter", StringComparison.Ordinal) =>
            [$"{path}={names.Aggregate((string)value!, (filter, name) => filter == name ? "" : RequestShape.Quoted(filter, name))}"],
        _ => [path],
    };

    /// <summary>
    /// All of the texts; of a parameter that is one and the same in several cmdlets, with the same use, a share, so that all of the
    /// texts come by.
    /// </summary>
    private static IReadOnlyList<string> TextsOf(string cmdlet, PropertyInfo property)
    {
        var shared = property.DeclaringType!;
        if (shared != typeof(TenantCmdlet) && shared != typeof(RecipeAppCmdlet))
        {
            return HostileNames.All;
        }

        string[] sharing = [.. CmdletHost.All.Where(c => shared.IsAssignableFrom(c.Value)).Select(c => c.Key).Order(StringComparer.Ordinal)];
        return [.. HostileNames.All.Where((_, i) => i % sharing.Length == Array.IndexOf(sharing, cmdlet))];
    }

    /// <summary>IDs of assignments and grants.</summary>
    [GeneratedRegex(@"\b[\w-]{43}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Ids();

    private static bool TakesText(Type type)
    {
        var one = type.IsArray ? type.GetElementType()! : type;
        return one == typeof(string) || one == typeof(object) || one == typeof(AppReference) || one == typeof(MailboxReference)
            || one == typeof(MailAdminContext) || one == typeof(Uri);
    }

    /// <summary>One parameter, and how it can be given.</summary>
    internal sealed record Call(
        string Cmdlet, string Parameter, string Set, string[] Mandatory, string[] Known, IReadOnlyList<string> Texts, bool IsClosed);
}
