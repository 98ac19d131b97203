using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>signInAudience: https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation.</summary>
internal static class Audiences
{
    private static readonly string[] Known =
        ["AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"];

    public static void Check(JsonObject change)
    {
        if (change.Text("signInAudience") is { } audience && !Known.Contains(audience, StringComparer.Ordinal))
        {
            throw GraphRefusal.Directory($"Invalid value specified for property 'signInAudience' of resource 'Application'.");
        }
    }
}
