using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.State;

/// <summary>
/// The licenses with a mailbox, by their common names:
/// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference.
/// </summary>
internal static class Licenses
{
    public const string None = "None";

    public static IReadOnlyDictionary<string, string> Skus { get; } = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["ExchangeOnlinePlan1"] = "4b9405b0-7788-4568-add1-99614e613b69",
        ["ExchangeOnlinePlan2"] = "19ec0d23-8335-4cbd-94ac-6050e30712fa",
        ["BusinessBasic"] = "3b555118-da6a-4418-894f-7df1e2096870",
        ["E3"] = "05e9a617-0261-4cee-bb44-138d3ef5d965",
        ["E5"] = "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
    };

    /// <summary>The Exchange plan in a license: https://learn.microsoft.com/graph/api/resources/assignedplan.</summary>
    public static JsonObject ExchangePlan(string license, DateTimeOffset since) => new()
    {
        ["assignedDateTime"] = Json.Seconds(since),
        ["capabilityStatus"] = "Enabled",
        ["service"] = "exchange",
        // EXCHANGE_S_ENTERPRISE and EXCHANGE_S_STANDARD.
        ["servicePlanId"] = license is "ExchangeOnlinePlan2" or "E3" or "E5"
            ? "efb87545-963c-4e0d-99df-69c6916d9eb0" : "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
    };

    /// <summary>All values that a description can have.</summary>
    public static IReadOnlyList<string> All { get; } = [None, .. Skus.Keys];
}
