namespace MailAdmin;

/// <summary>A header field of a message: RFC 5322 section 2.2.</summary>
/// <param name="Name">Its name as written.</param>
/// <param name="Value">Its value as the server tells it.</param>
public sealed record MailHeader(string Name, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}

/// <summary>How important its sender says a message is.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/message (importance)</remarks>
public enum MailImportance
{
    /// <summary>As any other.</summary>
    Normal,
    /// <summary>Less than others.</summary>
    Low,
    /// <summary>More than others.</summary>
    High,
}
