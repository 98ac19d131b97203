using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// The tenant's admin consent workflow:
/// https://learn.microsoft.com/entra/identity/enterprise-apps/configure-admin-consent-workflow.
/// </summary>
internal sealed class ConsentWorkflow
{
    /// <summary>The policy, in the shape in which Graph shows it.</summary>
    public JsonObject Policy { get; } = new()
    {
        ["isEnabled"] = false,
        ["notifyReviewers"] = false,
        ["remindersEnabled"] = false,
        ["requestDurationInDays"] = 0,
        ["version"] = 0,
        ["reviewers"] = new JsonArray(),
    };

    /// <summary>The users' requests.</summary>
    public List<ConsentRequest> Requests { get; } = [];

    /// <summary>Applications of other organizations for which a service principal can be created, by client ID.</summary>
    public Dictionary<string, PublishedApp> Published { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Records a user's request for admin consent to an app, if users can request consent.</summary>
    public void Ask(string appId, string appName, DirectoryObject user, string[] scopes, DateTimeOffset now)
    {
        if (Policy.Flag("isEnabled") != true)
        {
            return;
        }

        var request = Requests.Find(r => DirectoryStore.Same(r.AppId, appId)
            && scopes.All(s => r.Scopes.Contains(s, StringComparer.OrdinalIgnoreCase)));
        if (request is null)
        {
            Requests.Add(request = new ConsentRequest(appId, appName, scopes));
        }

        if (!request.Askers.Exists(a => a.User == user && a.Status == "InProgress"))
        {
            request.Askers.Add(new ConsentAsker(user, "Requested at sign-in.", now));
        }
    }

    /// <summary>Completes requests that were granted in the meantime, and expires old ones.</summary>
    public void Refresh(DirectoryStore directory, DateTimeOffset now)
    {
        var duration = TimeSpan.FromDays((int?)Policy["requestDurationInDays"] ?? 0);
        foreach (var (request, asker) in Requests.SelectMany(r => r.Askers.Select(a => (r, a)))
            .Where(p => p.a.Status == "InProgress"))
        {
            if (IsGranted(directory, request, asker))
            {
                (asker.Status, asker.CompletedAt) = ("Completed", now);
            }
            else if (asker.CreatedAt + duration <= now)
            {
                asker.Status = "Expired";
            }
        }
    }

    private static bool IsGranted(DirectoryStore directory, ConsentRequest request, ConsentAsker asker)
    {
        if (directory.PrincipalOf(request.AppId) is not { } principal)
        {
            return false;
        }

        var granted = directory.PermissionGrants
            .Where(g => g.Json.Text("clientId") == principal.Id && g.Json.Text("principalId") is var user
                && (user is null || user == asker.User.Id))
            .SelectMany(g => (g.Json.Text("scope") ?? "").Split(' ')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return granted.IsSupersetOf(request.Scopes);
    }
}

/// <summary>An application that another organization registered for all tenants.</summary>
internal sealed record PublishedApp(string DisplayName, string OwnerTenant);

/// <summary>Represents an app that users requested: https://learn.microsoft.com/graph/api/resources/appconsentrequest.</summary>
internal sealed record ConsentRequest(string AppId, string AppName, string[] Scopes)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public List<ConsentAsker> Askers { get; } = [];
}

/// <summary>Represents the request of one user: https://learn.microsoft.com/graph/api/resources/userconsentrequest.</summary>
internal sealed record ConsentAsker(DirectoryObject User, string Reason, DateTimeOffset CreatedAt)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public string Status { get; set; } = "InProgress";

    public DateTimeOffset? CompletedAt { get; set; }
}
