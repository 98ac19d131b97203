using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// A rule of an Inbox: https://learn.microsoft.com/powershell/module/exchange/new-inboxrule. Of its conditions, the sandbox has the
/// sender and words of the subject.
/// </summary>
internal sealed record InboxRule(string Name)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public bool IsEnabled { get; init; } = true;

    /// <summary>The sender's address; null for any.</summary>
    public string? From { get; init; }

    /// <summary>Words of which the subject contains one; empty for any subject.</summary>
    public string[] SubjectContains { get; init; } = [];

    /// <summary>Path of the folder that messages are moved to; null if they stay.</summary>
    public string? MoveToFolder { get; init; }

    public bool DeletesMessage { get; init; }

    /// <summary>An address that messages are forwarded to; they stay, too.</summary>
    public string? ForwardTo { get; init; }

    /// <summary>Whether the rule applies to a message.</summary>
    public bool Matches(ItemContent content) => IsEnabled
        && (From is null || Same(From, (content.Property("from")?["emailAddress"] as JsonObject)?.Text("address")))
        && (SubjectContains.Length == 0 || SubjectContains.Any(
            w => ((string?)content.Property("subject") ?? "").Contains(w, StringComparison.OrdinalIgnoreCase)));

    private static bool Same(string left, string? right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
