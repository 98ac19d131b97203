namespace MailAdmin;

/// <summary>A header field of a message: RFC 5322 section 2.2.</summary>
/// <param name="Name">Its name as written.</param>
/// <param name="Value">Its value as the server returns it.</param>
public sealed record MailHeader(string Name, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}

/// <summary>The importance of a message.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/message (importance)</remarks>
public enum MailImportance
{
    /// <summary>Normal importance.</summary>
    Normal,
    /// <summary>Low importance.</summary>
    Low,
    /// <summary>High importance.</summary>
    High,
}
