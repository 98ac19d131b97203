using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.State;

/// <summary>Represents the options of a sandbox tenant. The defaults are suitable for a first trial.</summary>
internal sealed record SandboxOptions
{
    /// <summary>The tenant's verified domain; every address ends in it.</summary>
    public string Domain { get; init; } = "contoso.onmicrosoft.com";

    /// <summary>The cloud that it pretends to live in.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>The time until changes take effect.</summary>
    public Propagation Propagation { get; init; }

    /// <summary>
    /// A folder of .eml files, read with its subfolders in ordinal order of their paths, that fill the first mailbox's Inbox;
    /// null for the sandbox's own sample mail in two mailboxes.
    /// </summary>
    public string? MailPath { get; init; }

    /// <summary>
    /// The language of the mailboxes: of the names of their default folders, and of their settings. IMAP calls the Inbox INBOX in
    /// each. The environment variable MAILADMIN_SANDBOX_LANGUAGE names another default than English.
    /// </summary>
    public string Language { get; init; } = DefaultLanguage;

    /// <summary>Windows' name of the time zone of the mailboxes; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>
    /// The total number of mailboxes: the described and the sample mailboxes, then generated ones. Null for no generated ones.
    /// </summary>
    public int? MailboxCount { get; init; }

    /// <summary>Whether the sandbox's own users and mail are in it.</summary>
    public bool HasSamples { get; init; } = true;

    /// <summary>The name of its description, for errors.</summary>
    public string Source { get; init; } = "the sandbox";

    /// <summary>Other content.</summary>
    public TenantDescription Contents { get; init; } = new();

    /// <summary>The clock; null for one that runs with real time.</summary>
    public TenantClock? Clock { get; init; }

    /// <summary>
    /// The longest lifetime of a client secret that the tenant's app management policy allows; null for no policy.
    /// </summary>
    public TimeSpan? MaxSecretLifetime { get; init; }

    /// <summary>
    /// Whether Exchange stores the object ID of a service principal without looking it up, as it is reported to have done.
    /// </summary>
    public bool TrustsObjectIds { get; init; }

    /// <summary>Whether the organization was never customized, so that Exchange refuses role assignments and scopes.</summary>
    public bool IsDehydrated { get; init; }

    /// <summary>The delay of each response, on the tenant's clock.</summary>
    public TimeSpan Latency { get; init; }

    private static string DefaultLanguage =>
        System.Environment.GetEnvironmentVariable("MAILADMIN_SANDBOX_LANGUAGE") is { Length: > 0 } name ? name : "en-US";
}
