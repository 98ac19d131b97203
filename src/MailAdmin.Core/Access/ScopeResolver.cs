using System.Text.Json.Nodes;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Represents a resolved scope request: a filter, or an administrative unit.</summary>
/// <param name="Filter">The filter of the management scope; null for an administrative unit.</param>
/// <param name="Unit">The administrative unit; null for a filter.</param>
/// <param name="Mailboxes">The mailboxes, as far as they are known, by address.</param>
/// <param name="Remarks">Recipients that the scope doesn't include although you might expect them.</param>
internal sealed record ResolvedScope(
    string? Filter, string? Unit, IReadOnlyList<ExchangeMailbox> Mailboxes, IReadOnlyList<string> Remarks);

/// <summary>Resolves a scope request before any change.</summary>
/// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
/// <param name="known">Mailboxes that were found before; others are looked for.</param>
internal sealed class ScopeResolver(Session session, IReadOnlyCollection<ExchangeMailbox> known)
{
    /// <summary>The maximum number of mailboxes in a scope without a remark.</summary>
    private const int MostNamed = 50;

    /// <exception cref="InvalidRequestException">
    /// A mailbox, group or policy isn't there, a unit is no ID (InvalidIdentifier), or nothing would be left.
    /// </exception>
    public Task<ResolvedScope> ResolveAsync(
        string clientId, ScopeRequest request, string? presentFilter, CancellationToken cancellationToken) => request switch
    {
        { AdministrativeUnit: { } unit } => Task.FromResult(new ResolvedScope(null, UnitId(unit), [], [])),
        { RecipientFilter: { } filter } => OfFilterAsync(filter, cancellationToken),
        { Group: { } group } => OfGroupsAsync([group], cancellationToken),
        { FromPolicy: true } => OfPolicyAsync(clientId, cancellationToken),
        _ => OfMailboxesAsync(request, presentFilter, cancellationToken),
    };

    /// <summary>Exchange takes a name, too, but shows the ID, so an assignment couldn't be recognized by the name.</summary>
    private static string UnitId(string unit) => Guid.TryParse(unit, out var id) ? id.ToString()
        : throw new InvalidRequestException("InvalidIdentifier", $"'{unit}' isn't the ID of an administrative unit.")
        {
            Target = unit,
            Advice = "Specify the object ID of the unit, a GUID. The Microsoft Entra admin center shows it.",
        };

    /// <summary>The mailboxes that a filter matches now.</summary>
    /// <exception cref="InvalidRequestException">It matches none (EmptyScope), or isn't a filter (InvalidFilter).</exception>
    /// <remarks>
    /// https://learn.microsoft.com/powershell/exchange/recipientfilter-properties: the properties that can be filtered by, the
    /// same for Get-Recipient and New-ManagementScope.
    /// </remarks>
    public async Task<IReadOnlyList<ExchangeMailbox>> MatchesAsync(string filter, CancellationToken cancellationToken)
    {
        IReadOnlyList<ExchangeObject> found;
        try
        {
            found = await session.Exchange.GetAsync(
                "Get-Recipient", new JsonObject { ["Filter"] = filter, ["ResultSize"] = ExchangeAdmin.Unlimited },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (!e.IsDenied && !e.IsTransient)
        {
            throw new InvalidRequestException("InvalidFilter", $"Exchange doesn't accept the filter '{filter}': {e.Message}", e)
            {
                Target = filter,
                Advice = "Use filterable recipient properties, such as CustomAttribute1, Department, Office, Company, or "
                    + "MemberOfGroup with a distinguished name. Enclose text in single quotation marks.",
            };
        }

        var mailboxes = found.Where(r => r.Text("RecipientType") is "UserMailbox")
            .Select(r => ExchangeMailbox.Read(r)).OfType<ExchangeMailbox>().ToArray();
        return mailboxes.Length > 0 ? Ordered(mailboxes)
            : throw new InvalidRequestException("EmptyScope", $"The filter '{filter}' matches no mailbox.")
            {
                Target = filter,
                Advice = $"Check it with Get-Recipient -Filter. {found.Count} recipients that are no mailboxes match. "
                    + "Nothing was changed.",
            };
    }

    private async Task<ResolvedScope> OfFilterAsync(string filter, CancellationToken cancellationToken)
    {
        var matches = await MatchesAsync(filter, cancellationToken).ConfigureAwait(false);
        return new ResolvedScope(filter, null, matches, []);
    }

    private async Task<ResolvedScope> OfMailboxesAsync(
        ScopeRequest request, string? presentFilter, CancellationToken cancellationToken)
    {
        var named = new Dictionary<string, ExchangeMailbox>(StringComparer.OrdinalIgnoreCase);
        if (request.Mailboxes.Count == 0)
        {
            var present = presentFilter is null ? [] : RecipientFilterText.MailboxesIn(presentFilter)
                ?? throw new InvalidRequestException(
                    "ScopeNotOfMailboxes", "Can't add or remove mailboxes because the scope of the app is "
                        + $"'{presentFilter}', which isn't a list of mailboxes.")
                {
                    Target = presentFilter,
                    Advice = "Specify all mailboxes with -Mailbox, or change the group of the filter.",
                };
            // A removed mailbox is dropped from the scope.
            var found = await FindAsync([.. present], cancellationToken).ConfigureAwait(false);
            foreach (var (guid, mailbox) in present.Zip(found).Where(f => f.Second is not null))
            {
                named[guid] = mailbox!;
            }
        }

        foreach (var mailbox in await ResolveAllAsync(
            [.. request.Mailboxes, .. request.Add], cancellationToken).ConfigureAwait(false))
        {
            named[mailbox.Guid!] = mailbox;
        }

        foreach (var mailbox in await ResolveAllAsync(request.Remove, cancellationToken).ConfigureAwait(false))
        {
            named.Remove(mailbox.Guid!);
        }

        return named.Count > 0
            ? new ResolvedScope(
                RecipientFilterText.OfMailboxes(named.Keys), null, Ordered(named.Values), TooMany(named.Count))
            : throw new InvalidRequestException("EmptyScope", "Can't remove the last mailbox from the scope.")
            {
                Target = string.Join(", ", request.Remove),
                Advice = "To revoke permissions, run Revoke-MailAppConsent. To remove the app, run "
                    + "Remove-MailAppRegistration.",
            };
    }

    /// <summary>The mailboxes with a GUID, which filters use.</summary>
    /// <exception cref="InvalidRequestException">Exchange doesn't have one of them.</exception>
    private async Task<IReadOnlyList<ExchangeMailbox>> ResolveAllAsync(
        IReadOnlyList<string> mailboxes, CancellationToken cancellationToken) =>
        await FindAsync(mailboxes, cancellationToken).ConfigureAwait(false) is var found
            && mailboxes.Where((_, i) => found[i]?.Guid is null).ToArray() is { Length: > 0 } unknown
            ? throw MailboxLookup.Unknown(unknown)
            : [.. found.OfType<ExchangeMailbox>()];

    private async Task<IReadOnlyList<ExchangeMailbox?>> FindAsync(
        IReadOnlyList<string> mailboxes, CancellationToken cancellationToken)
    {
        var at = mailboxes.Select(name => known.FirstOrDefault(m => m.Is(name))).ToArray();
        string[] others = [.. mailboxes.Where((_, i) => at[i] is null)];
        var found = new Queue<ExchangeMailbox?>(
            await session.FindMailboxesAsync(others, cancellationToken).ConfigureAwait(false));
        return [.. at.Select(m => m ?? found.Dequeue())];
    }

    private async Task<ResolvedScope> OfGroupsAsync(IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        var (names, members, notes) = (new List<string>(), new List<ExchangeMailbox>(), new List<string>());
        foreach (var name in groups)
        {
            var group =
                (await session.Exchange.GetAsync(
                    "Get-DistributionGroup", new JsonObject { ["Identity"] = name }, cancellationToken).ConfigureAwait(false))
                    .FirstOrDefault();
            names.Add(group?.Text("DistinguishedName")
                ?? throw new InvalidRequestException("UnknownGroup", $"No distribution or security group '{name}' was "
                    + "found in Exchange.")
            {
                Target = name,
                Advice = "Specify an email address, a name, or an ID of a distribution group or mail-enabled security group.",
            });
            foreach (var member in await session.Exchange.GetAsync(
                "Get-DistributionGroupMember",
                new JsonObject { ["Identity"] = name, ["ResultSize"] = ExchangeAdmin.Unlimited },
                cancellationToken).ConfigureAwait(false))
            {
                if (member.Text("RecipientType")?.Contains("Group", StringComparison.OrdinalIgnoreCase) == true)
                {
                    notes.Add(
                        $"'{member.Text("DisplayName")}' is a group in the group '{group.Text("DisplayName")}'. "
                            + "Members of nested groups aren't in the scope. Make them direct members.");
                }
                else if (ExchangeMailbox.Read(member) is { } mailbox)
                {
                    members.Add(mailbox);
                }
            }
        }

        return new ResolvedScope(
            RecipientFilterText.OfGroups(names), null,
            Ordered(members.DistinctBy(m => m.Address, StringComparer.OrdinalIgnoreCase)), notes);
    }

    private async Task<ResolvedScope> OfPolicyAsync(string clientId, CancellationToken cancellationToken)
    {
        var policies =
            (await session.Exchange.GetAsync("Get-ApplicationAccessPolicy", [], cancellationToken).ConfigureAwait(false))
                .Where(p => p.Is(clientId, "AppId")).ToArray();
        var remarks = policies.Where(p => !p.Is("RestrictAccess", "AccessRight"))
            .Select(p =>
                $"The policy of '{p.Text("ScopeName")}' ({p.Text("AccessRight")}) has no equivalent role. To deny "
                    + "access to its mailboxes, keep them out of scope.").ToList();
        var restricted = policies.Where(p => p.Is("RestrictAccess", "AccessRight")).Select(p => p.Text("ScopeName"))
            .OfType<string>().ToArray();
        if (restricted.Length == 0)
        {
            throw new InvalidRequestException(
                "NoRestrictPolicy", "The app has no application access policy that restricts it to mailboxes.")
            {
                Target = clientId,
                Advice = "Specify the mailboxes with -Mailbox, or a group with -Group.",
            };
        }

        var (groups, guids, mailboxes) = (new List<string>(), new List<string>(), new List<ExchangeMailbox>());
        foreach (var name in restricted)
        {
            if (await session.FindMailboxAsync(name, cancellationToken).ConfigureAwait(false) is { } mailbox)
            {
                guids.Add(mailbox.Guid ?? name);
                mailboxes.Add(mailbox);
            }
            else
            {
                groups.Add(name);
            }
        }

        var ofGroups = groups.Count == 0
            ? new ResolvedScope("", null, [], [])
            : await OfGroupsAsync(groups, cancellationToken).ConfigureAwait(false);
        remarks.AddRange(ofGroups.Remarks);
        remarks.Add("The policies weren't removed. When the app is restricted, they have no effect and can be removed.");
        string[] parts = [.. new[] { ofGroups.Filter ?? "", RecipientFilterText.OfMailboxes(guids) }.Where(f => f.Length > 0)];
        return new ResolvedScope(string.Join(" -or ", parts), null, [.. ofGroups.Mailboxes, .. mailboxes], remarks);
    }

    /// <summary>A filter has a maximum length, and each mailbox adds a GUID to it.</summary>
    private static string[] TooMany(int count) => count <= MostNamed ? [] :
    [
        $"The scope names {count} mailboxes one by one. For more than {MostNamed}, use a group (Limit-MailApp -Group), an "
            + "administrative unit (-AdministrativeUnit), or an attribute of the mailboxes (-RecipientFilter, such as "
            + "CustomAttribute1).",
    ];

    private static ExchangeMailbox[] Ordered(IEnumerable<ExchangeMailbox> mailboxes) =>
        [.. mailboxes.OrderBy(m => m.Address, StringComparer.OrdinalIgnoreCase)];
}
