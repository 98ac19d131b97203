using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Inventory;

/// <summary>
/// An earlier reading of a tenant's apps, in a file: the JSON of a report, or objects of Get-MailAppAccess as ConvertTo-Json
/// writes them. It is data of unknown origin: it is compared, and nothing is ever done because of it.
/// </summary>
internal static class AccessBaseline
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNameCaseInsensitive = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Reads the apps of a tenant from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tenantId">The required tenant, if the file names one.</param>
    /// <exception cref="InvalidRequestException">BaselineNotReadable, BaselineNotFound, or BaselineOfOtherTenant.</exception>
    public static IReadOnlyList<BaselineApp> Read(string path, string tenantId)
    {
        if (!File.Exists(path))
        {
            throw new InvalidRequestException("BaselineNotFound", $"The baseline '{path}' wasn't found.")
            {
                Target = path,
                Advice = "Create it with Export-MailAdminReport, which writes JSON next to the page.",
            };
        }

        try
        {
            using var document = JsonDocument.Parse(TextFile.Read(path));
            var apps = Parts(document.RootElement).SelectMany(AppsOf).ToArray();
            var here = apps.Where(a => tenantId.Equals(a.TenantId ?? tenantId, StringComparison.OrdinalIgnoreCase)).ToArray();
            return apps.Length == 0 || here.Length > 0 ? here : throw OfOther(path, apps[0].TenantId!, tenantId);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException || FileFailure.Is(e))
        {
            throw NotReadable(path, e);
        }
    }

    /// <summary>A report of several tenants has a part for each.</summary>
    private static IEnumerable<JsonElement> Parts(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("tenants", out var tenants)
            ? tenants.EnumerateArray() : [root];

    private static IEnumerable<BaselineApp> AppsOf(JsonElement part)
    {
        var isReport = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("apps", out _);
        var list = isReport ? part.GetProperty("apps") : part;
        var tenant = isReport && part.TryGetProperty("tenantId", out var id) ? id.GetString() : null;
        var apps = list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToArray() : [list];
        return apps.Select(a => Checked(a.Deserialize<BaselineApp>(Format)))
            .Select(a => a with { TenantId = a.TenantId is { Length: > 0 } own ? own : tenant });
    }

    private static BaselineApp Checked(BaselineApp? app) => app is { App: not null, ClientId: not null, Access: not null } ? app
        : throw new JsonException("an entry has no app, client ID, or access.");

    private static InvalidRequestException OfOther(string path, string other, string tenantId) =>
        new("BaselineOfOtherTenant", $"The baseline '{path}' is of tenant {other}, not of {tenantId}.")
        {
            Target = path,
            Advice = "Use a baseline of this tenant, or specify the tenant's sign-in with -Context.",
        };

    private static InvalidRequestException NotReadable(string path, Exception inner) =>
        new("BaselineNotReadable", $"The baseline '{path}' isn't a report or a list of apps in JSON: {inner.Message}", inner)
        {
            Target = path,
            Advice = "Use the JSON of Export-MailAdminReport, or ConvertTo-Json -InputObject @(Get-MailAppAccess) -Depth 6.",
        };
}

/// <summary>An app as a baseline has it: what the comparison needs of <see cref="MailAppAccess"/>.</summary>
internal sealed record BaselineApp
{
    /// <summary>Display name.</summary>
    public required string App { get; init; }

    /// <summary>The app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The reach of the access.</summary>
    public required MailReach Reach { get; init; }

    /// <summary>The permission that granted the access.</summary>
    public required MailAppAccessPath[] Access { get; init; }

    /// <summary>The tenant, if the file names it.</summary>
    public string? TenantId { get; init; }

    /// <summary>The app as an inventory has it.</summary>
    public MailAppAccess ToAccess() => new() { App = App, ClientId = ClientId, Reach = Reach, Access = Access };
}
