using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.State;

/// <summary>What a sandbox tenant is made of. Every property has a value that suits a first try.</summary>
internal sealed record SandboxOptions
{
    /// <summary>The tenant's verified domain; every address ends in it.</summary>
    public string Domain { get; init; } = "contoso.onmicrosoft.com";

    /// <summary>The cloud that it pretends to live in.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>How quickly changes take effect.</summary>
    public Propagation Propagation { get; init; }

    /// <summary>
    /// A folder of .eml files, read with its subfolders in ordinal order of their paths, that fill the first mailbox's Inbox;
    /// null for the sandbox's own sample mail in two mailboxes.
    /// </summary>
    public string? MailPath { get; init; }

    /// <summary>The language of the default folders: "en", "de" or "fr". IMAP calls the Inbox INBOX in each.</summary>
    public string FolderLanguage { get; init; } = "en";

    /// <summary>The clock; null for one that runs with real time.</summary>
    public TenantClock? Clock { get; init; }

    /// <summary>
    /// The longest lifetime of a client secret that the tenant's app management policy allows; null for no policy.
    /// </summary>
    public TimeSpan? MaxSecretLifetime { get; init; }

    /// <summary>
    /// Whether Exchange stores the object id of a service principal without looking it up, as it is reported to have done.
    /// </summary>
    public bool TrustsObjectIds { get; init; }

    /// <summary>Whether the organization was never customized, so that Exchange refuses role assignments and scopes.</summary>
    public bool IsDehydrated { get; init; }

    /// <summary>Whether one more mailbox exists whose user principal name, primary address, and alias all differ.</summary>
    public bool HasDistinctNames { get; init; }

    /// <summary>How long the tenant takes to answer a request, on its own clock.</summary>
    public TimeSpan Latency { get; init; }
}
