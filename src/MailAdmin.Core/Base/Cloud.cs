namespace MailAdmin.Core.Base;

/// <summary>The addresses of one Microsoft 365 cloud.</summary>
/// <remarks>
/// Graph and Entra: https://learn.microsoft.com/graph/deployments. Exchange: the "Base URL" table of
/// https://learn.microsoft.com/exchange/reference/admin-api-get-started.
/// </remarks>
internal sealed record Cloud
{
    private Cloud(MailEnvironment environment, string login, string graph, string exchange, string smtp) =>
        (Environment, LoginHost, GraphHost, ExchangeHost, SmtpHost) = (environment, login, graph, exchange, smtp);

    /// <summary>The cloud.</summary>
    public MailEnvironment Environment { get; }

    /// <summary>The host of the token endpoint.</summary>
    public string LoginHost { get; }

    /// <summary>The host of Microsoft Graph.</summary>
    public string GraphHost { get; }

    /// <summary>The host of Exchange Online: the admin endpoint, and outside China also IMAP.</summary>
    public string ExchangeHost { get; }

    /// <summary>The host for mail submission on port 587.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/pop3-and-imap4/pop3-and-imap4
    /// </remarks>
    public string SmtpHost { get; }

    /// <summary>The host for IMAP on port 993, which is also the audience of tokens for IMAP. 21Vianet has its own.</summary>
    /// <remarks>https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges-21vianet</remarks>
    public string ImapHost => Environment == MailEnvironment.China ? "partner.outlook.cn" : ExchangeHost;

    /// <summary>
    /// Returns whether a token for one of the cloud's hosts can be sent to another host, such as the host of a next-page link.
    /// Graph's tokens are sent only to Graph. A list of Exchange can continue at another host in the same Microsoft domain.
    /// </summary>
    /// <param name="resource">The host that the token is for.</param>
    /// <param name="uri">The destination.</param>
    public bool Admits(string resource, Uri uri) =>
        uri.IsAbsoluteUri && uri.Scheme == Uri.UriSchemeHttps && uri.IsDefaultPort && uri.UserInfo.Length == 0
        && (uri.Host.Equals(resource, StringComparison.OrdinalIgnoreCase)
            || (resource == ExchangeHost
                && uri.Host.EndsWith(ExchangeHost[ExchangeHost.IndexOf('.')..], StringComparison.OrdinalIgnoreCase)));

    /// <summary>The client-credentials scope of Microsoft Graph.</summary>
    public string GraphScope => $"https://{GraphHost}/.default";

    /// <summary>The client-credentials scope of Exchange Online's admin endpoint.</summary>
    public string ExchangeScope => $"https://{ExchangeHost}/.default";

    /// <summary>The client-credentials scope of IMAP and SMTP.</summary>
    public string MailScope => $"https://{ImapHost}/.default";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Cloud> All { get; } =
    [
        new(MailEnvironment.Global, "login.microsoftonline.com", "graph.microsoft.com", "outlook.office365.com",
            "smtp.office365.com"),
        new(MailEnvironment.USGov, "login.microsoftonline.us", "graph.microsoft.us", "outlook.office365.us",
            "smtp.office365.us"),
        new(MailEnvironment.USGovDoD, "login.microsoftonline.us", "dod-graph.microsoft.us", "outlook-dod.office365.us",
            "outlook-dod.office365.us"),
        new(MailEnvironment.China, "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", "outlook.office365.cn",
            "smtp.partner.outlook.cn"),
    ];

    /// <summary>Returns the cloud of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>Its addresses.</returns>
    public static Cloud Of(MailEnvironment environment) => All.First(c => c.Environment == environment);
}
