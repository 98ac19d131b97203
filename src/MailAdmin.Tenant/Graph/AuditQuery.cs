using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// A query of the unified audit log: https://learn.microsoft.com/graph/api/resources/security-auditlogquery. It runs in the
/// background; its records can be listed when it has succeeded.
/// </summary>
/// <param name="Input">The request's body.</param>
/// <param name="CreatedAt">When.</param>
internal sealed record AuditQuery(JsonObject Input, DateTimeOffset CreatedAt)
{
    /// <summary>The time of a query in a tenant with realistic delays.</summary>
    private static readonly TimeSpan Running = TimeSpan.FromMinutes(3);

    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>The outcome.</summary>
    public string Status(TenantState tenant) =>
        tenant.Delays == PropagationDelays.None || tenant.Now >= CreatedAt + Running ? "succeeded"
        : tenant.Now > CreatedAt ? "running" : "notStarted";

    /// <summary>The records that it finds.</summary>
    public IEnumerable<JsonObject> Records(TenantState tenant) =>
        tenant.Audit.All.Where(e => e.At >= Time("filterStartDateTime") && e.At < Time("filterEndDateTime"))
            .Select(e => Record(tenant, e))
            .Where(r => Has("recordTypeFilters", r, "auditLogRecordType") && Has("operationFilters", r, "operation")
                && Has("userPrincipalNameFilters", r, "userPrincipalName") && Has("ipAddressFilters", r, "clientIp")
                && (Input.Text("serviceFilter") is null or "" or "Exchange")
                && (Input.Text("keywordFilter") is not { Length: > 0 } keyword
                    || r["auditData"]!.ToJsonString().Contains(keyword, StringComparison.OrdinalIgnoreCase)));

    private DateTimeOffset Time(string name) => DateTimeOffset.Parse(
        Input.Text(name)!, System.Globalization.CultureInfo.InvariantCulture,
        System.Globalization.DateTimeStyles.AssumeUniversal);

    private bool Has(string filter, JsonObject record, string property) =>
        Input[filter] is not JsonArray { Count: > 0 } values
        || values.Any(v => string.Equals((string?)v, record.Text(property), StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// A record: https://learn.microsoft.com/graph/api/resources/security-auditlogrecord, and its data:
    /// https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#exchange-mailbox-schema,
    /// https://learn.microsoft.com/purview/audit-log-exchange-properties.
    /// </summary>
    private static JsonObject Record(TenantState tenant, AuditEntry entry)
    {
        var isAccess = entry.Operation == MailboxAudit.Accessed;
        var user = entry.IsPerson
            ? tenant.Directory.Users.FirstOrDefault(u => u.Id == entry.ActorId)?.Json.Text("userPrincipalName") : null;
        var data = new JsonObject
        {
            ["@odata.type"] = "#microsoft.graph.security.defaultAuditData",
            ["CreationTime"] = entry.At.UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture),
            ["Id"] = entry.Id,
            ["Operation"] = entry.Operation,
            ["OrganizationId"] = tenant.TenantId,
            ["RecordType"] = isAccess ? 50 : 2,
            ["ResultStatus"] = "Succeeded",
            ["UserId"] = user ?? entry.AppId,
            ["UserKey"] = entry.ActorId,
            ["UserType"] = entry.IsPerson ? 0 : 5,
            ["Version"] = 1,
            ["Workload"] = "Exchange",
            ["AppId"] = entry.AppId,
            ["ClientAppId"] = entry.AppId,
            ["ClientIPAddress"] = entry.ClientIp,
            ["ExternalAccess"] = false,
            ["LogonType"] = entry.IsPerson ? 0 : 1,
            ["MailboxGuid"] = entry.Mailbox.UserId,
            ["MailboxOwnerUPN"] = entry.Mailbox.UserPrincipalName,
            ["OrganizationName"] = tenant.Domain,
        };
        if (isAccess)
        {
            data["OperationCount"] = entry.Count;
            data["OperationProperties"] = new JsonArray(new JsonObject { ["Name"] = "MailAccessType", ["Value"] = "Bind" });
        }

        return new JsonObject
        {
            ["id"] = entry.Id,
            ["createdDateTime"] = Json.Seconds(entry.At),
            ["auditLogRecordType"] = isAccess ? "exchangeItemAggregated" : "exchangeItem",
            ["operation"] = entry.Operation,
            ["organizationId"] = tenant.TenantId,
            ["userType"] = entry.IsPerson ? "regular" : "application",
            ["userId"] = entry.ActorId,
            ["service"] = "Exchange",
            ["objectId"] = null,
            ["userPrincipalName"] = user ?? entry.AppId,
            ["clientIp"] = entry.ClientIp,
            ["administrativeUnits"] = new JsonArray(),
            ["auditData"] = data,
        };
    }
}
