using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Queries of the unified audit log: https://learn.microsoft.com/graph/api/resources/security-auditcoreroot.
/// </summary>
internal static class AuditQueryApi
{
    private const string Fragment = "security/auditLog/queries";

    private static readonly string[] Filters =
    [
        "displayName", "filterStartDateTime", "filterEndDateTime", "recordTypeFilters", "keywordFilter", "serviceFilter",
        "operationFilters", "userPrincipalNameFilters", "ipAddressFilters", "objectIdFilters", "administrativeUnitIdFilters",
    ];

    private static readonly EntityType<AuditQuery> Type = new("microsoft.graph.security.auditLogQuery", null,
    [
        new("id", (q, _) => q.Id),
        .. Filters.Select(n => new Property<AuditQuery>(n, (q, _) => q.Input[n]?.DeepClone())),
        new("status", (q, call) => q.Status(call.Tenant)),
    ]);

    private static readonly EntityType<JsonObject> RecordType = new("microsoft.graph.security.auditLogRecord", null,
    [
        .. new[]
        {
            "id", "createdDateTime", "auditLogRecordType", "operation", "organizationId", "userType", "userId", "service",
            "objectId", "userPrincipalName", "clientIp", "administrativeUnits", "auditData",
        }.Select(n => new Property<JsonObject>(n, (record, _) => record[n]?.DeepClone())),
    ]);

    /// <summary>security-auditcoreroot-post-auditlogqueries</summary>
    public static TenantAnswer Create(GraphCall call)
    {
        DateTimeOffset? Time(string name) => DateTimeOffset.TryParse(
            call.Body.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        if (call.Body.FirstOrDefault(p => p.Key[0] != '@' && !Filters.Contains(p.Key)) is { Key: { } unknown })
        {
            throw GraphRefusal.BadRequest($"The property '{unknown}' does not exist on type '{Type.Name}'.");
        }

        if (Time("filterStartDateTime") is not { } start || Time("filterEndDateTime") is not { } end || start > end)
        {
            throw GraphRefusal.BadRequest("The filterStartDateTime and filterEndDateTime of an audit log query are required.");
        }

        var query = new AuditQuery((JsonObject)call.Body.DeepClone(), call.Tenant.Now);
        call.State.AuditQueries[query.Id] = query;
        return One(call, 201, query);
    }

    /// <summary>security-auditcoreroot-list-auditlogqueries</summary>
    public static TenantAnswer List(GraphCall call) =>
        new Listing<AuditQuery>(Type, Fragment, Paging.Directory).Answer(call, call.State.AuditQueries.Values);

    /// <summary>security-auditlogquery-get</summary>
    public static TenantAnswer Get(GraphCall call) => One(call, 200, Find(call));

    /// <summary>security-auditlogquery-list-records</summary>
    public static TenantAnswer ListRecords(GraphCall call)
    {
        var query = Find(call);
        return new Listing<JsonObject>(RecordType, $"{Fragment}('{query.Id}')/records", Paging.Directory)
            .Answer(call, query.Status(call.Tenant) == "succeeded" ? query.Records(call.Tenant) : []);
    }

    private static AuditQuery Find(GraphCall call) => call.State.AuditQueries.GetValueOrDefault(call.Keys["query"])
        ?? throw new GraphRefusal(404, "NotFound", "The audit log query was not found.");

    private static TenantAnswer One(GraphCall call, int status, AuditQuery query) =>
        TenantAnswer.OfJson(status, Type.Render(query, call, call.Query.Select)
            .After(("@odata.context", call.Context($"{Fragment}/$entity"))));
}
