using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// The endpoint of Microsoft's own module, which isn't documented: POST adminapi/{version}/{tenant}/InvokeCommand with
/// CmdletInput, and GET EXOModuleFile, which lists the cmdlets of the caller's roles. Forms as in open-source clients:
/// New-ExoRequest.ps1 of KelvinTegelaar/CIPP-API, Invoke-ExoCommand.ps1 of GreyCorbel/ExoHelper, and azapptoolkit-exchange of
/// tiredithumans/azapptoolkit.
/// </summary>
internal sealed class AdminService(TenantState tenant)
{
    private const int LargestPage = 1000;

    /// <summary>Answers one request. The caller holds the tenant's lock.</summary>
    public TenantAnswer Answer(TenantRequest request)
    {
        TenantAnswer answer;
        try
        {
            answer = Handle(request);
        }
        catch (AdminRefusal refusal)
        {
            answer = refusal.ToAnswer();
        }

        answer.Headers["request-id"] = request.Header("client-request-id") ?? Guid.NewGuid().ToString();
        return answer;
    }

    private TenantAnswer Handle(TenantRequest request)
    {
        if (request is { Method: "POST" } && request.Uri.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal))
        {
            return AdminBatch.Answer(request, Answer);
        }

        string[] path = [.. request.Uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(Uri.UnescapeDataString)];
        if (path is not ["adminapi", "beta" or "v1.0", var name, var endpoint])
        {
            return new TenantAnswer(404);
        }

        var roles = Authenticate(request, name);
        tenant.Faults.Throw(FaultPoint.Exchange);
        return (request.Method, endpoint) switch
        {
            ("POST", "InvokeCommand") => Invoke(request, roles),
            ("GET", "EXOModuleFile") => Exported(request, roles),
            _ => new TenantAnswer(404),
        };
    }

    /// <summary>Returns the management roles of the caller.</summary>
    private IReadOnlySet<string> Authenticate(TenantRequest request, string name)
    {
        var header = request.Header("Authorization") ?? "";
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || !tenant.IsMe(name)
            || ExchangeToken.Read(tenant, header[7..]) is not { } token
            || !(token.Claims.Text("scp") is { } scopes ? scopes.Split(' ').Contains("Exchange.Manage", StringComparer.Ordinal)
                : token.Claims["roles"] is JsonArray roles && roles.Any(r => (string?)r == "Exchange.ManageAsApp")))
        {
            throw AdminRefusal.Unauthorized();
        }

        var groups = tenant.Exchange.RoleGroups.GetValueOrDefault(token.Claims.Text("oid") ?? "") ?? [];
        return groups.Length > 0 ? ManagementRoles.Of(groups) : throw AdminRefusal.NoRole(token.Claims.Text("appid") ?? "");
    }

    private TenantAnswer Invoke(TenantRequest request, IReadOnlySet<string> roles)
    {
        if (Json.Parse(request.Body.Span)?["CmdletInput"] is not JsonObject input || input.Text("CmdletName") is not { } name)
        {
            throw AdminRefusal.Binding("The request body has no CmdletInput.");
        }

        var command = AdminCommands.All.GetValueOrDefault(name) ?? throw new AdminRefusal(400, "BadRequest",
            "System.Management.Automation.CommandNotFoundException",
            $"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program.");
        if (!roles.Overlaps(command.Roles))
        {
            throw AdminRefusal.NotExposed();
        }

        var parameters = input["Parameters"] as JsonObject ?? new JsonObject();
        command.Check(parameters);
        if (command.NeedsCustomization && tenant.Exchange.Current.IsDehydrated)
        {
            throw AdminRefusal.Dehydrated();
        }

        var call = new AdminCall(tenant, parameters);
        return Page(request, [.. command.Limited(call)], call.Warnings);
    }

    /// <summary>Returns a page of the result. A POST of the same body to the link returns the next one.</summary>
    private TenantAnswer Page(TenantRequest request, JsonObject[] all, List<string> warnings)
    {
        int size = PageSize(request),
            from = int.TryParse(request.Query("$skiptoken"), NumberStyles.None, CultureInfo.InvariantCulture, out var skip)
                ? skip
                : 0;
        var root = $"https://{request.Uri.Host}{request.Uri.AbsolutePath}";
        var body = new JsonObject
        {
            ["@odata.context"] = $"{root[..root.LastIndexOf('/')]}/$metadata#Collection(Exchange.GenericHashTable)",
        };
        if (warnings.Count > 0)
        {
            body["@adminapi.warnings"] = Json.Array(warnings);
        }

        var select = (request.Query("$select") ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        body["value"] = new JsonArray([.. all.Skip(from).Take(size).Select(o => Selected(o, select))]);
        if (from + size < all.Length)
        {
            var link = new StringBuilder(root).Append(CultureInfo.InvariantCulture, $"?%24skiptoken={from + size}");
            body["@odata.nextLink"] = (select.Length == 0
                ? link
                : link.Append("&%24select=").Append(Uri.EscapeDataString(string.Join(',', select)))).ToString();
        }

        return TenantAnswer.OfJson(200, body);
    }

    private static TenantAnswer Exported(TenantRequest request, IReadOnlySet<string> roles)
    {
        var commands = AdminCommands.All.Values.Where(c => roles.Overlaps(c.Roles)).Select(c => c.Name)
            .Order(StringComparer.Ordinal);
        return request.Header("CommandName") is null
            ? throw AdminRefusal.Binding("The header CommandName is missing.")
            : TenantAnswer.OfJson(200, new JsonObject
            {
                ["value"] = new JsonArray(new JsonObject { ["exportedCmdlets"] = string.Join(',', commands) }),
            });
    }

    private static JsonObject Selected(JsonObject json, string[] select)
    {
        foreach (var name in json.Select(p => p.Key).ToArray())
        {
            if (select.Length > 0 && !select.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                json.Remove(name);
            }
        }

        return json;
    }

    private static int PageSize(TenantRequest request)
    {
        const string Preference = "odata.maxpagesize=";
        var asked = (request.Header("Prefer") ?? "").Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(p => p.StartsWith(Preference, StringComparison.OrdinalIgnoreCase));
        return int.TryParse(asked?[Preference.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size is > 0 and <= LargestPage
            ? size : LargestPage;
    }
}
