// Longer than 250 lines: the table of commands, and how each kind of value is written.
using System.Management.Automation.Language;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailAdmin.Scripts;

/// <summary>
/// Writes recorded changes as commands of the Microsoft Graph PowerShell SDK and of ExchangeOnlineManagement. IDs become
/// variables and names, so that the script is readable, and correct in the tenant where it runs.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/microsoft.graph.applications/new-mgapplication (-BodyParameter),
/// https://learn.microsoft.com/powershell/exchange/exchange-online-powershell
/// </remarks>
/// <param name="tenant">The tenant that the script is for.</param>
internal sealed partial class ScriptWriter(string tenant)
{
    // The command of a request to Microsoft Graph: the parameter of each ID in the path, in their order.
    private static readonly (string Method, string Path, string Command, string[] Parameters, string? Variable)[] Rows =
    [
        ("POST", "applications", "New-MgApplication", [], "$app"),
        ("PATCH", "applications/*", "Update-MgApplication", ["ApplicationId"], null),
        ("DELETE", "applications/*", "Remove-MgApplication", ["ApplicationId"], null),
        ("POST", "applications/*/addPassword", "Add-MgApplicationPassword", ["ApplicationId"], "$secret"),
        ("POST", "applications/*/removePassword", "Remove-MgApplicationPassword", ["ApplicationId"], null),
        ("POST", "servicePrincipals", "New-MgServicePrincipal", [], "$principal"),
        ("PATCH", "servicePrincipals/*", "Update-MgServicePrincipal", ["ServicePrincipalId"], null),
        ("POST", "servicePrincipals/*/appRoleAssignments", "New-MgServicePrincipalAppRoleAssignment", ["ServicePrincipalId"],
            null),
        ("POST", "servicePrincipals/*/appRoleAssignedTo", "New-MgServicePrincipalAppRoleAssignedTo", ["ServicePrincipalId"],
            null),
        ("POST", "oauth2PermissionGrants", "New-MgOauth2PermissionGrant", [], null),
        ("PATCH", "oauth2PermissionGrants/*", "Update-MgOauth2PermissionGrant", ["OAuth2PermissionGrantId"], null),
        ("POST", "users/*/mailFolders", "New-MgUserMailFolder", ["UserId"], null),
        ("POST", "users/*/mailFolders/*/childFolders", "New-MgUserMailFolderChildFolder", ["UserId", "MailFolderId"], null),
    ];

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string> _expressions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (string Variable, string AppId, Dictionary<string, string> Names)> _resources =
        new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, JsonObject> _assignments = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _mailboxes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _people = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _published = new(StringComparer.OrdinalIgnoreCase);
    private string? _asApp;
    private bool _isExchange;

    /// <summary>The script so far.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Records the expression for an ID of the rehearsal.</summary>
    /// <param name="id">The ID.</param>
    /// <param name="expression">A PowerShell expression: a variable, or a literal in quotes.</param>
    public void Know(string id, string expression) => _expressions[id] = expression;

    /// <summary>Records a mailbox by its GUID in Exchange, which isn't the ID of its user.</summary>
    public void KnowMailbox(string guid, string expression) => _mailboxes[guid] = expression;

    /// <summary>Records a user by ID. An app that can't read users specifies them in addresses of requests.</summary>
    public void KnowUser(string id, string principalName)
    {
        Know(id, $"(Get-MgUser -UserId {Quote(principalName)}).Id");
        _people[id] = principalName;
    }

    /// <summary>Records a resource, whose permissions the script uses by name.</summary>
    /// <param name="id">Object ID of its service principal.</param>
    /// <param name="appId">Its client ID.</param>
    /// <param name="variable">The variable that the script keeps it in.</param>
    /// <param name="names">The names of its permissions by ID.</param>
    public void KnowResource(string id, string appId, string variable, Dictionary<string, string> names)
    {
        Know(id, $"{variable}.Id");
        _resources[id] = _resources[appId] = (variable, appId, names);
    }

    /// <summary>Records a role assignment, which the script can remove.</summary>
    public void KnowAssignment(JsonObject assignment) => _assignments[(string)assignment["id"]!] = assignment;

    /// <summary>Adds lines as they are.</summary>
    public void Line(string line = "") => _text.Append(line).Append('\n');

    /// <summary>Adds a comment of several sentences, a line each.</summary>
    public void Comment(params string[] lines) => Array.ForEach(lines, l => Line($"# {l.ReplaceLineEndings(" ")}"));

    /// <summary>Adds a recorded change.</summary>
    /// <param name="call">The change.</param>
    /// <param name="admin">The client ID of who administers; a call of another app needs its sign-in.</param>
    public void Add(RecordedCall call, string admin)
    {
        _isExchange = call.Cmdlet is not null;
        if (call.Cmdlet is { } cmdlet)
        {
            var parameters = (JsonObject)call.Body["CmdletInput"]!["Parameters"]!;
            Line(string.Join(' ', parameters.Select(p => $"-{p.Key}{Argument(p.Value)}").Prepend(cmdlet)));
            return;
        }

        SignIn(call.ClientId == admin ? null : call.ClientId);
        if (call.Method == "DELETE"
            && call.Path is ["servicePrincipals", var principal, "appRoleAssignments" or "appRoleAssignedTo", var id])
        {
            Line(Removal(principal, _assignments[id]));
            return;
        }

        var row = Array.Find(Rows, r => r.Method == call.Method && Fits(r.Path.Split('/'), call.Path));
        if (row.Command is null)
        {
            throw NotPossible($"{call.Method} {string.Join('/', call.Path)}");
        }

        var ids = call.Path.Where((_, i) => row.Path.Split('/')[i] == "*")
            .Select(i => Uri.UnescapeDataString(i)).Select(i => Text(_people.GetValueOrDefault(i, i)));
        var command = string.Join(' ', row.Parameters.Zip(ids, (p, i) => $"-{p} {i}").Prepend(row.Command));
        var body = call.Body.Count == 0 ? "" : $" -BodyParameter {Value(call.Body, 0)}";
        Line($"{(row.Variable is null ? "$null" : row.Variable)} = {command}{body}");
        Learn(row.Variable, call.Answer);
        if (call.Answer["appRoleId"] is not null)
        {
            KnowAssignment(call.Answer);
        }
    }

    /// <summary>Records the variable from which the script reads a value of the response.</summary>
    private void Learn(string? variable, JsonObject answer)
    {
        foreach (var (name, property) in new[] { ("id", "Id"), ("appId", "AppId"), ("keyId", "KeyId") })
        {
            if (variable is not null && (string?)answer[name] is { } id && !_expressions.ContainsKey(id))
            {
                Know(id, $"{variable}.{property}");
            }
        }
    }

    /// <summary>Signs in as an app, whose secret the script has just created, or as the administrator again.</summary>
    private void SignIn(string? clientId)
    {
        if (clientId == _asApp)
        {
            return;
        }

        _asApp = clientId;
        if (clientId is null)
        {
            Line($"Connect-MgGraph -TenantId {Quote(tenant)} -NoWelcome");
            return;
        }

        Comment("As the app itself. A new secret can take up to 2 minutes to work.");
        Line("$password = ConvertTo-SecureString $secret.SecretText -AsPlainText -Force");
        Line($"$credential = [pscredential]::new({Text(clientId)}, $password)");
        Line($"Connect-MgGraph -TenantId {Quote(tenant)} -ClientSecretCredential $credential -NoWelcome");
    }

    private string Removal(string principal, JsonObject assignment)
    {
        var (resource, role) = ((string)assignment["resourceId"]!, (string)assignment["appRoleId"]!);
        var variable = _resources[resource].Variable;
        return $"$role = {Permission(resource, role, "Role")}\n"
            + $"Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {Text(principal)} -All |\n"
            + $"    Where-Object {{ $_.ResourceId -eq {variable}.Id -and $_.AppRoleId -eq $role }} |\n"
            + "    ForEach-Object { Remove-MgServicePrincipalAppRoleAssignment "
            + $"-ServicePrincipalId {Text(principal)} -AppRoleAssignmentId $_.Id }}";
    }

    private string Permission(string resource, string id, string type)
    {
        var list = type == "Scope" ? "Oauth2PermissionScopes" : "AppRoles";
        return _resources.TryGetValue(resource, out var known) && known.Names.TryGetValue(id, out var name)
            ? $"({known.Variable}.{list} | Where-Object Value -EQ {Quote(name)}).Id"
            : throw NotPossible($"the permission {id}");
    }

    /// <summary>The value of a parameter of an Exchange cmdlet.</summary>
    private string Argument(JsonNode? value) => value switch
    {
        JsonValue when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False =>
            $":{(value.GetValue<bool>() ? "$true" : "$false")}",
        JsonArray many => " " + string.Join(", ", many.Select(v => Text((string?)v ?? ""))),
        _ => " " + Text(value?.ToString() ?? ""),
    };

    /// <summary>JSON as a PowerShell expression.</summary>
    private string Value(JsonNode? value, int depth) => value switch
    {
        null => "$null",
        JsonObject table => Table(table, depth),
        JsonArray many => $"@({string.Join(", ", many.Where(v => !IsMark(v)).Select(v => Value(v, depth)))})",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => "$true",
            JsonValueKind.False => "$false",
            JsonValueKind.Number => value.ToJsonString(),
            _ => Text(value.GetValue<string>()),
        },
    };

    /// <summary>Whether it is the mark by which an interrupted run finds its app again, of which a script has no use.</summary>
    private static bool IsMark(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue(out string? tag)
        && tag.StartsWith("MailAdmin.Made:", StringComparison.Ordinal);

    private string Table(JsonObject table, int depth)
    {
        var resource = (string?)table["resourceAppId"] ?? (string?)table["resourceId"];
        var indent = new string(' ', 4 * (depth + 1));
        var lines = table.Where(p => !p.Key.StartsWith('@') && p.Value is not null).Select(p => $"{indent}{p.Key} = " + p switch
        {
            { Key: "appRoleId" } when resource is not null && (string?)p.Value != Guid.Empty.ToString() =>
                Permission(resource, (string)p.Value!, "Role"),
            { Key: "resourceAccess", Value: JsonArray access } when resource is not null =>
                $"@({string.Join(", ", access.Select(a => Access(resource, (string)a!["id"]!, (string)a["type"]!)))})",
            _ => Value(p.Value, depth + 1),
        });
        return $"@{{\n{string.Join('\n', lines)}\n{new string(' ', 4 * depth)}}}";
    }

    private string Access(string resource, string id, string type) =>
        $"@{{ id = {Permission(resource, id, type)}; type = {Quote(type)} }}";

    /// <summary>Returns a text in quotes, with expressions instead of IDs.</summary>
    private string Text(string text)
    {
        if (Meaning(text) is { } whole)
        {
            return whole;
        }

        var found = Guids().Matches(text);
        if (found.Count == 0)
        {
            return Quote(text);
        }

        var parts = new StringBuilder("\"");
        var at = 0;
        foreach (Match match in found)
        {
            parts.Append(Escape(text[at..match.Index])).Append(Part(match.Value));
            at = match.Index + match.Length;
        }

        parts.Append(Escape(text[at..])).Append('"');
        var written = parts.ToString();
        return written.Contains('$', StringComparison.Ordinal) ? written : Quote(written[1..^1]);
    }

    private string? Meaning(string id) => (_isExchange ? _mailboxes.GetValueOrDefault(id) : null)
        ?? _expressions.GetValueOrDefault(id);

    private string Part(string id) => Meaning(id) is { } expression
        ? expression[0] == '\'' ? expression[1..^1] : $"$({expression})"
        : IsPublished(id) ? id : throw NotPossible($"the ID {id}");

    /// <summary>IDs that mean the same in every tenant: of resources, of a vendor's app, and the default role.</summary>
    private bool IsPublished(string id) => id == Guid.Empty.ToString() || _resources.Values.Any(r => r.AppId == id)
        || _published.Contains(id);

    /// <summary>Keeps an ID unchanged in the script.</summary>
    public void Publish(string id) => _published.Add(id);

    private static string Escape(string text) => text.Replace("`", "``", StringComparison.Ordinal)
        .Replace("$", "`$", StringComparison.Ordinal).Replace("\"", "`\"", StringComparison.Ordinal);

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    private static bool Fits(string[] template, string[] path) => template.Length == path.Length
        && template.Zip(path).All(s => s.First == "*" || s.First.Equals(s.Second, StringComparison.OrdinalIgnoreCase));

    private static InvalidRequestException NotPossible(string what) =>
        new("ScriptNotPossible", $"A script can't express this: {what}.")
        {
            Advice = "Run the command with -WhatIf to see its steps, and without -AsScript to carry them out.",
        };

    [GeneratedRegex(@"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex Guids();
}
