using System.Text.Json.Nodes;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Sets properties of a directory object: complex ones by their parts, collections as a whole.</summary>
internal static class DirectoryPatch
{
    /// <summary>Properties that only the service sets.</summary>
    private static readonly string[] ReadOnly =
    [
        "id", "appId", "appOwnerOrganizationId", "applicationTemplateId", "createdDateTime", "deletedDateTime",
        "disabledByMicrosoftStatus", "publisherDomain",
    ];

    /// <exception cref="GraphRefusal">A property that the type doesn't have, or that can't be set.</exception>
    public static void Apply(JsonObject target, JsonObject change, string type)
    {
        foreach (var (name, value) in change.Where(p => !p.Key.Contains('@', StringComparison.Ordinal)))
        {
            // The name is written as in the type, even if the request used another case.
            var declared = target.Select(p => p.Key)
                .FirstOrDefault(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase))
                ?? throw GraphRefusal.BadRequest(
                    $"Invalid property '{name}'. The property does not exist on type "
                        + $"'microsoft.graph.{char.ToLowerInvariant(type[0])}{type[1..]}'.");
            if (ReadOnly.Contains(declared))
            {
                throw GraphRefusal.Directory($"Property '{declared}' is read-only and cannot be set.");
            }

            if (value is JsonObject part && target[declared] is JsonObject whole)
            {
                Apply(whole, part, type);
            }
            else
            {
                target[declared] = value?.DeepClone();
            }
        }
    }
}
