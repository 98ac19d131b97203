using System.Text.Json.Nodes;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Represents a property of an entity, which is created on request.</summary>
/// <param name="Get">Its value now.</param>
/// <param name="OnSelect">Whether it's returned only with $select.</param>
internal sealed record Property<T>(string Name, Func<T, GraphCall, JsonNode?> Get, bool OnSelect = false)
{
    /// <summary>The derived type that has the property, and that is its prefix in $select; null for all types.</summary>
    public string? Of { get; init; }

    /// <summary>Whether an entity has it; null for every one.</summary>
    public Func<T, bool>? When { get; init; }

    /// <summary>The name in a query.</summary>
    public string Path => Of is null ? Name : $"{Of}/{Name}";
}

/// <summary>A type of Graph: which properties it has, and how they are read from <typeparamref name="T"/>.</summary>
/// <param name="Name">Its name in error messages, such as "microsoft.graph.application".</param>
/// <param name="Annotations">@odata.etag and similar, which are first with any selection.</param>
/// <param name="Properties">Its properties in the order in which they are written.</param>
internal sealed record EntityType<T>(
    string Name, Func<T, GraphCall, IEnumerable<KeyValuePair<string, JsonNode?>>>? Annotations, params Property<T>[] Properties)
{
    private readonly Dictionary<string, Property<T>> _byName = Properties.ToDictionary(
        p => p.Path, StringComparer.OrdinalIgnoreCase);

    /// <summary>Renders instead of this type; null for a type that renders its own objects.</summary>
    public Func<GraphCall, T, IReadOnlyList<string>, JsonObject>? RenderAs { get; init; }

    /// <summary>Whether there is a property of this name.</summary>
    public bool Has(string name) => _byName.ContainsKey(name.Split('/')[0]) || _byName.ContainsKey(name);

    /// <summary>Properties that every response contains, such as a message's ID.</summary>
    public string[] Always { get; init; } = [];

    /// <summary>Returns the JSON of an object: the selected properties, or the default ones.</summary>
    public JsonObject Render(T entity, GraphCall call, IReadOnlyList<string> select)
    {
        if (RenderAs is not null)
        {
            return RenderAs(call, entity, select);
        }

        var json = new JsonObject();
        foreach (var (name, value) in Annotations?.Invoke(entity, call) ?? [])
        {
            json[name] = value;
        }

        foreach (var property in Chosen(select).Where(p => p.When?.Invoke(entity) ?? true))
        {
            json[property.Name] = property.Get(entity, call);
        }

        return json;
    }

    /// <summary>The value at a path, for filters and sorting.</summary>
    public JsonNode? Read(T entity, GraphCall call, string path)
    {
        var property = Find(path);
        var node = property.Get(entity, call);
        return path.Length <= property.Path.Length ? node : JsonPath.Walk(node, path[(property.Path.Length + 1)..]);
    }

    /// <summary>Returns the selected properties in a context URL, such as "(id,subject)"; empty for all.</summary>
    public string ContextOf(IReadOnlyList<string> select) =>
        select.Count == 0 ? "" : "(" + string.Join(',', select.Select(s => s == "*" ? s : Find(s).Path)) + ")";

    private IEnumerable<Property<T>> Chosen(IReadOnlyList<string> select)
    {
        if (select.Count == 0)
        {
            return Properties.Where(p => !p.OnSelect);
        }

        var wanted = select.Where(s => s != "*").Select(Find).ToHashSet();
        return Properties.Where(p => wanted.Contains(p) || Always.Contains(p.Name) || (select.Contains("*") && !p.OnSelect));
    }

    /// <summary>By the path of a property, or of a part of a complex one.</summary>
    private Property<T> Find(string path) => _byName.GetValueOrDefault(path) ?? _byName.GetValueOrDefault(path.Split('/')[0])
        ?? throw GraphRefusal.BadRequest(
            $"Could not find a property named '{path}' on type '{Name}'.", "RequestBroker--ParseUri");
}
