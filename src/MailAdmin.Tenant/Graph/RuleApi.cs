using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Rules of the Inbox: https://learn.microsoft.com/graph/api/resources/messagerule.</summary>
internal static class RuleApi
{
    private static readonly EntityType<(InboxRule Rule, int Number)> Type = new("microsoft.graph.messageRule", null,
        new("id", (r, _) => r.Rule.Id),
        new("displayName", (r, _) => r.Rule.Name),
        new("sequence", (r, _) => r.Number),
        new("isEnabled", (r, _) => r.Rule.IsEnabled),
        new("hasError", (_, _) => false),
        new("isReadOnly", (_, _) => false),
        new("conditions", (r, _) => Conditions(r.Rule)),
        new("actions", (r, call) => Actions(r.Rule, call)));

    /// <summary>mailfolder-list-messagerules: only the Inbox has rules.</summary>
    public static TenantAnswer List(GraphCall call)
    {
        var folder = FolderApi.Find(call);
        var rules = folder.WellKnownName == "inbox" ? call.Mailbox.Rules : [];
        var fragment = $"users('{Uri.EscapeDataString(call.Keys["user"])}')/mailFolders"
            + $"('{Uri.EscapeDataString(call.Keys["folder"])}')/messageRules";
        return new Listing<(InboxRule Rule, int Number)>(Type, fragment, Paging.Directory)
            .Answer(call, rules.Select((r, i) => (r, i + 1)));
    }

    private static JsonObject Conditions(InboxRule rule)
    {
        var json = new JsonObject();
        if (rule.SubjectContains.Length > 0)
        {
            json["subjectContains"] = Json.Array(rule.SubjectContains);
        }

        if (rule.From is { } from)
        {
            json["fromAddresses"] = new JsonArray(Recipient(from));
        }

        return json;
    }

    private static JsonObject Actions(InboxRule rule, GraphCall call)
    {
        var json = new JsonObject { ["stopProcessingRules"] = true };
        if (rule.MoveToFolder is { } path)
        {
            json["moveToFolder"] = call.Mailbox.AtPath(path).Id;
        }

        if (rule.DeletesMessage)
        {
            json["delete"] = true;
        }

        if (rule.ForwardTo is { } to)
        {
            json["forwardTo"] = new JsonArray(Recipient(to));
        }

        return json;
    }

    private static JsonObject Recipient(string address) => new()
    {
        ["emailAddress"] = new JsonObject { ["name"] = address, ["address"] = address },
    };
}
