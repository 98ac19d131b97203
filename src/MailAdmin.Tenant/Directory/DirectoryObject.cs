using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// One object of the directory, kept in the shape in which Graph shows it.
/// https://learn.microsoft.com/graph/api/resources/directoryobject
/// </summary>
internal sealed class DirectoryObject
{
    private readonly Lazy<JsonObject> _json;
    private readonly string? _id;

    public DirectoryObject(JsonObject json, DateTimeOffset createdAt) => (_json, CreatedAt) = (new(json), createdAt);

    /// <summary>Makes one whose properties are written down when somebody first looks at them.</summary>
    public DirectoryObject(string id, Func<JsonObject> write, DateTimeOffset createdAt) =>
        (_id, _json, CreatedAt) = (id, new(write, LazyThreadSafetyMode.None), createdAt);

    /// <summary>What Graph shows. Secrets aren't in it.</summary>
    public JsonObject Json => _json.Value;

    /// <summary>When it was made; a while later the rest of the service sees it.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When it was soft-deleted; null while it lives.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Object IDs of its owners.</summary>
    public List<string> Owners { get; } = [];

    /// <summary>
    /// Workloads that may sign in as an application, in the shape in which Graph shows them:
    /// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential.
    /// </summary>
    public List<JsonObject> FederatedCredentials { get; } = [];

    public string Id => _id ?? Json.Text("id")!;

    public string AppId => Json.Text("appId")!;

    public string DisplayName => Json.Text("displayName") ?? "";
}
