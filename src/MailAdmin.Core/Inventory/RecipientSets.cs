using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Inventory;

/// <summary>
/// Resolves filters and groups to mailboxes. Repeated queries are answered from a cache, and queries are sent in batches of ten.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/get-recipient (-Filter), .../get-distributiongroupmember
/// </remarks>
internal sealed class RecipientSets
{
    private static readonly string[] Names =
    [
        "Guid", "ExternalDirectoryObjectId", "Name", "Identity", "DistinguishedName", "UserPrincipalName",
    ];

    private readonly Session _session;
    private readonly Dictionary<string, string> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IReadOnlyList<ExchangeObject>> _filters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IReadOnlyList<ExchangeObject>> _groups = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="mailboxes">Every mailbox of the tenant.</param>
    public RecipientSets(Session session, IReadOnlyList<ExchangeObject> mailboxes)
    {
        _session = session;
        foreach (var mailbox in mailboxes)
        {
            if (mailbox.Text("PrimarySmtpAddress") is { } address)
            {
                All.Add(address);
                foreach (var name in Names.Select(mailbox.Text).OfType<string>()
                    .Concat(mailbox.Texts("EmailAddresses").Select(WithoutPrefix)).Append(address))
                {
                    _addresses.TryAdd(name, address);
                }
            }
        }
    }

    /// <summary>The data that couldn't be read, one sentence each.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>The addresses of all mailboxes.</summary>
    public List<string> All { get; } = [];

    /// <summary>The address of a mailbox by any name of it; null if it isn't one.</summary>
    public string? AddressOf(string name) => _addresses.GetValueOrDefault(name);

    /// <summary>Reads everything that will be looked up, in batches.</summary>
    /// <param name="filters">Filters of management scopes.</param>
    /// <param name="groups">Groups whose direct members count.</param>
    /// <param name="nested">Groups whose members' members count, too.</param>
    public async Task LoadAsync(
        IEnumerable<string> filters, IEnumerable<string> groups, IEnumerable<string> nested, CancellationToken cancellationToken)
    {
        string[] unread = [.. filters.Where(f => RecipientFilterText.MailboxesIn(f) is null)
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        await AskAsync(_filters, "Get-Recipient", "Filter", unread, cancellationToken).ConfigureAwait(false);
        await AskAsync(_groups, "Get-DistributionGroupMember", "Identity", [.. groups], cancellationToken).ConfigureAwait(false);
        // Level by level: a group's groups are known only when its members are.
        for (string[] level = [.. nested]; level.Length > 0;)
        {
            await AskAsync(_groups, "Get-DistributionGroupMember", "Identity", level, cancellationToken).ConfigureAwait(false);
            level = [.. level.SelectMany(g => _groups.GetValueOrDefault(g, [])).Where(IsGroup).Select(NameOf)
                .Where(n => !_groups.ContainsKey(n)).Distinct(StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <summary>The mailboxes that a filter means; null when that couldn't be read.</summary>
    public string[]? OfFilter(string filter)
    {
        if (RecipientFilterText.MailboxesIn(filter) is { } guids)
        {
            return Sorted(guids.Select(AddressOf).OfType<string>());
        }

        return _filters.TryGetValue(filter, out var found) ? Mailboxes(found) : null;
    }

    /// <summary>The mailboxes that are direct members of a group; null when that couldn't be read.</summary>
    public string[]? OfGroup(string group) => _groups.TryGetValue(group, out var found) ? Mailboxes(found) : null;

    /// <summary>The mailboxes that are members of a group, through other groups too; null when that couldn't be read.</summary>
    public string[]? OfNestedGroup(string group)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        IEnumerable<ExchangeObject> Members(string name) => !seen.Add(name) ? []
            : _groups.GetValueOrDefault(name, []).SelectMany(m => IsGroup(m) ? Members(NameOf(m)) : [m]);
        return _groups.ContainsKey(group) ? Mailboxes(Members(group)) : null;
    }

    private async Task AskAsync(
        Dictionary<string, IReadOnlyList<ExchangeObject>> known, string cmdlet, string parameter, IReadOnlyList<string> names,
        CancellationToken cancellationToken)
    {
        string[] missing = [.. names.Where(n => !known.ContainsKey(n)).Distinct(StringComparer.OrdinalIgnoreCase)];
        try
        {
            var asked = missing.Select(n => new JsonObject { [parameter] = n, ["ResultSize"] = ExchangeAdmin.Unlimited });
            var answers = await _session.Exchange.GetManyAsync(
                cmdlet, [.. asked], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < missing.Length; i++)
            {
                known[missing[i]] = answers[i];
            }
        }
        catch (ServiceRefusedException e)
        {
            // The names are returned anyway, without the mailboxes.
            Unknown.Add($"Unknown: the mailboxes of {string.Join(", ", missing)}. {e.Message}");
        }
    }

    private string[] Mailboxes(IEnumerable<ExchangeObject> recipients) =>
        Sorted(recipients.Select(r => r.Text("PrimarySmtpAddress")).OfType<string>().Select(AddressOf).OfType<string>());

    private static string[] Sorted(IEnumerable<string> addresses) =>
        [.. addresses.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>A proxy address is written with its kind: "smtp:invoices@contoso.com".</summary>
    private static string WithoutPrefix(string proxy) => proxy[(proxy.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static bool IsGroup(ExchangeObject recipient) =>
        recipient.Text("RecipientType")?.Contains("Group", StringComparison.OrdinalIgnoreCase) == true;

    private static string NameOf(ExchangeObject group) => group.Text("PrimarySmtpAddress") ?? group.Text("Identity") ?? "";
}
