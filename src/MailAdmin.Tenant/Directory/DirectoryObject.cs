using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// One object of the directory, kept in the shape in which Graph shows it.
/// https://learn.microsoft.com/graph/api/resources/directoryobject
/// </summary>
internal sealed class DirectoryObject(JsonObject json, DateTimeOffset createdAt)
{
    /// <summary>What Graph shows. Secrets are not in it.</summary>
    public JsonObject Json { get; } = json;

    /// <summary>When it was made; a while later the rest of the service sees it.</summary>
    public DateTimeOffset CreatedAt { get; } = createdAt;

    /// <summary>When it was soft-deleted; null while it lives.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Object ids of its owners.</summary>
    public List<string> Owners { get; } = [];

    public string Id => Json.Text("id")!;

    public string AppId => Json.Text("appId")!;

    public string DisplayName => Json.Text("displayName") ?? "";
}
