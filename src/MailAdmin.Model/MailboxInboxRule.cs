namespace MailAdmin;

/// <summary>Represents an enabled inbox rule that takes messages out of the Inbox.</summary>
/// <param name="Name">The name of the rule.</param>
/// <param name="Action">The action of the rule.</param>
/// <param name="Target">The folder or address; null if the rule deletes messages.</param>
public sealed record MailboxInboxRule(string Name, MailboxRuleAction Action, string? Target)
{
    /// <inheritdoc/>
    public override string ToString() => Target is null ? $"{Name}: {Action}" : $"{Name}: {Action} to {Target}";
}

/// <summary>Specifies the action of an inbox rule on a message.</summary>
public enum MailboxRuleAction
{
    /// <summary>Moves it to a folder.</summary>
    Move,
    /// <summary>Deletes it.</summary>
    Delete,
    /// <summary>Sends it to another recipient instead.</summary>
    Redirect,
}
