using System.Security.Cryptography;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Represents a change: an existing message, or a removed one.</summary>
internal sealed record DeltaEntry(Item? Item, RemovedItem? Removed);

/// <summary>Represents a client's position in the changes of a folder.</summary>
/// <param name="Query">The options of its first request, which hold for all that follow.</param>
/// <param name="ChangeType">created, updated, deleted; null for all.</param>
/// <param name="UpTo">The version of the mailbox at the end of the round.</param>
/// <param name="Entries">The changes of the round, which all its pages share.</param>
internal sealed record DeltaRound(Query Query, string? ChangeType, long UpTo, IReadOnlyList<DeltaEntry> Entries)
{
    /// <summary>The number of returned changes; all when the round is complete.</summary>
    public int Told { get; init; }
}

/// <summary>Stores the issued state tokens: https://learn.microsoft.com/graph/delta-query-overview#state-tokens.</summary>
internal sealed class DeltaStates(TenantClock clock)
{
    /// <summary>The lifetime of an Outlook token depends on the size of its cache. Administrators report this one.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly Dictionary<string, (DeltaRound Round, Folder Folder, DateTimeOffset Made)> _states = new(
        StringComparer.Ordinal);

    public string Add(DeltaRound round, Folder folder)
    {
        var token = Base64Url.Encode(RandomNumberGenerator.GetBytes(48));
        _states.Add(token, (round, folder, clock.GetUtcNow()));
        return token;
    }

    /// <summary>Returns the position for a token; null if the token is for another folder, or expired.</summary>
    public DeltaRound? Find(string token, Folder folder) =>
        _states.TryGetValue(token, out var state) && state.Folder == folder && state.Made + Lifetime > clock.GetUtcNow()
            ? state.Round
            : null;
}
