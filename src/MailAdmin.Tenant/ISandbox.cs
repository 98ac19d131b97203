using System.Text.Json.Nodes;

namespace MailAdmin.Tenant;

/// <summary>A sandbox from the inside, as its keeper sees it: in this process, or in another one that serves it.</summary>
internal interface ISandbox
{
    /// <summary>Delivers a message.</summary>
    /// <param name="mailbox">Any address of the mailbox, or its user's id.</param>
    /// <param name="folderPath">Well-known name or path from the top; missing folders are created.</param>
    /// <param name="rfc5322">The message; it is kept as it is.</param>
    /// <param name="receivedAt">The time of receipt; null for now.</param>
    /// <param name="isRead">Whether it is marked as read.</param>
    /// <returns>The message in its mailbox.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    Task<SandboxMessage> AddMessageAsync(
        string mailbox, string folderPath, ReadOnlyMemory<byte> rfc5322, DateTimeOffset? receivedAt, bool isRead,
        CancellationToken cancellationToken);

    /// <summary>The messages in it, deleted ones that are still recoverable included, oldest first in each folder.</summary>
    /// <param name="mailbox">Any address of a mailbox, or its user's id; null for all.</param>
    /// <param name="folderPath">Well-known name or path of a folder; null for all.</param>
    /// <returns>The messages as they are now.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    Task<SandboxMessage[]> GetMessagesAsync(string? mailbox, string? folderPath, CancellationToken cancellationToken);

    /// <summary>Changes it: faults first, then access, then time.</summary>
    /// <returns>The names of the faults that are switched on now.</returns>
    /// <exception cref="InvalidRequestException">
    /// A fault, an app, or a mailbox is unknown. Previous changes were made.
    /// </exception>
    Task<string[]> ChangeAsync(SandboxChange change, CancellationToken cancellationToken);
}

/// <summary>Represents changes to a sandbox. A property that is null isn't changed.</summary>
internal sealed record SandboxChange
{
    /// <summary>Whether all faults are switched off first.</summary>
    public bool ClearFaults { get; init; }

    /// <summary>Faults to switch on, by name.</summary>
    public string[] Faults { get; init; } = [];

    /// <summary>The number of requests that each of these faults affects; null for all until it's cleared.</summary>
    public int? FaultCount { get; init; }

    /// <summary>Client IDs of apps with access to mailboxes over IMAP.</summary>
    public string[] ImapAccess { get; init; } = [];

    /// <summary>The mailboxes for that; none for all.</summary>
    public string[] Mailboxes { get; init; } = [];

    /// <summary>Objects to add to the tenant, with the keys of a description; null for none.</summary>
    public JsonObject? Description { get; init; }

    /// <summary>The description's name in errors.</summary>
    public string? DescriptionSource { get; init; }

    /// <summary>The folder that paths in the description are relative to.</summary>
    public string? DescriptionFolder { get; init; }

    /// <summary>Names of apps that a user who is no administrator registers, with a secret of the user's own.</summary>
    public string[] OthersApps { get; init; } = [];

    /// <summary>The role groups of Exchange that the sandbox's admin is in from now on; null to leave them.</summary>
    public string[]? ExchangeRoleGroups { get; init; }

    /// <summary>The time by which the clock is advanced.</summary>
    public TimeSpan? AdvanceTime { get; init; }
}
