namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>An example of a page of https://learn.microsoft.com/graph/api.</summary>
/// <param name="Page">The page's name; its source is api-reference/v1.0/api/{Page}.md of microsoftgraph/microsoft-graph-docs-contrib.</param>
/// <param name="Method">The method of the request.</param>
/// <param name="Path">Its path after the version; braces name things of the <see cref="DocumentedWorld"/>.</param>
/// <param name="Body">Its body, as on the page; null for none.</param>
/// <param name="Status">The status of the response.</param>
/// <param name="Response">The body of the response, as on the page, with "*" for what the service generates; null for none.</param>
public sealed record DocumentedExample(string Page, string Method, string Path, string? Body, int Status, string? Response)
{
    /// <summary>The version of Graph; of one in beta, the page's source is in api-reference/beta.</summary>
    public string Version { get; init; } = "v1.0";

    /// <summary>The whole URL.</summary>
    public string Url => $"https://graph.microsoft.com/{Version}/{Path}";

    /// <summary>A header of the request.</summary>
    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>The body of a response in plain text; null for one in JSON, or for none.</summary>
    public string? Plain { get; init; }

    /// <summary>
    /// The same example through the folder in which the message lies, as messages are reached, too; null
    /// for one that is about something else.
    /// </summary>
    public DocumentedExample? ThroughFolder() => Path.Split("/messages/{") is [var mailbox, var rest]
        ? this with { Path = $"{mailbox}/mailFolders/{(rest.StartsWith("draft}", StringComparison.Ordinal) ? "drafts" : "inbox")}/messages/{{{rest}" }
        : null;

    public override string ToString() => $"{Page}: {Method} {Path}";
}
