using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// Represents an object of the directory, in Graph's form. https://learn.microsoft.com/graph/api/resources/directoryobject
/// </summary>
internal sealed class DirectoryObject
{
    private readonly Lazy<JsonObject> _json;
    private readonly string? _id;

    public DirectoryObject(JsonObject json, DateTimeOffset createdAt) => (_json, CreatedAt) = (new(json), createdAt);

    /// <summary>Creates an object whose properties are created on first use.</summary>
    public DirectoryObject(string id, Func<JsonObject> write, DateTimeOffset createdAt) =>
        (_id, _json, CreatedAt) = (id, new(write, LazyThreadSafetyMode.None), createdAt);

    /// <summary>Graph's representation, without secrets.</summary>
    public JsonObject Json => _json.Value;

    /// <summary>The time of its creation. It replicates after a delay.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>The time of its soft deletion; null if it isn't deleted.</summary>
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
