using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Represents a request for the code of an endpoint.</summary>
internal sealed class GraphCall(
    TenantState tenant, GraphState state, TenantRequest request, Caller caller, IReadOnlyDictionary<string, string> keys)
{
    private JsonObject? _body;
    private Query? _query;
    private Mailbox? _mailbox;

    public TenantState Tenant => tenant;

    /// <summary>Graph's state between requests.</summary>
    public GraphState State => state;

    public TenantRequest Request => request;

    public Caller Caller => caller;

    /// <summary>The values for the braces in the endpoint's template.</summary>
    public IReadOnlyDictionary<string, string> Keys => keys;

    /// <summary>The OData options of the URL.</summary>
    public Query Query => _query ??= Query.Parse(request);

    /// <summary>The expanded properties. A caller that reads them handles all of them.</summary>
    public IReadOnlyList<string> Expand
    {
        get
        {
            IsExpandRead = true;
            return Query.Expand;
        }
    }

    /// <summary>Whether the endpoint has looked at $expand.</summary>
    public bool IsExpandRead { get; private set; }

    /// <summary>The body as JSON. An empty body is an empty object.</summary>
    /// <exception cref="GraphRefusal">It isn't a JSON object.</exception>
    public JsonObject Body => _body ??= request.Body.IsEmpty
        ? new JsonObject()
        : Json.Parse(request.Body.Span)
            ?? throw GraphRefusal.BadRequest(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
                    + "JSON format.");

    /// <summary>The user that a "users/{user}" URL names by ID or user principal name; null if there is none.</summary>
    public DirectoryObject? User => UserApi.Find(tenant, keys["user"]);

    /// <summary>The mailbox that the URL is about.</summary>
    /// <exception cref="GraphRefusal">The user wasn't found, or has no mailbox.</exception>
    public Mailbox Mailbox => _mailbox ??= User is { } user
        ? tenant.Mailboxes.OfUser(user.Id) ?? throw GraphRefusal.NoMailbox()
        : throw GraphRefusal.InvalidUser(keys["user"]);

    /// <summary>
    /// Whether the IDs in this response must be immutable: https://learn.microsoft.com/graph/outlook-immutable-id.
    /// </summary>
    public bool ImmutableIds => Prefers("IdType") == "ImmutableId";

    /// <summary>Returns the value of a preference (RFC 7240), unquoted; null if it wasn't sent.</summary>
    public string? Prefers(string name)
    {
        foreach (var part in (request.Header("Prefer") ?? "").Split([',', ';']))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && string.Equals(part[..equals].Trim(), name, StringComparison.OrdinalIgnoreCase))
            {
                return part[(equals + 1)..].Trim().Trim('"');
            }
        }

        return null;
    }

    /// <summary>Whether a preference without a value was sent, such as "create-if-missing".</summary>
    public bool HasPreference(string name) => (request.Header("Prefer") ?? "").Split([',', ';'])
        .Any(p => string.Equals(p.Trim(), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>"v1.0" or "beta".</summary>
    public string Version => request.Uri.Segments[1].TrimEnd('/');

    /// <summary>The URL of the service, up to the version.</summary>
    public string ServiceRoot => $"https://{request.Uri.Host}/{Version}";

    /// <summary>A context URL: https://learn.microsoft.com/graph/traverse-the-graph.</summary>
    public string Context(string fragment) => $"{ServiceRoot}/$metadata#{fragment}";
}
