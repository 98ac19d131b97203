using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Application access policies. They restrict what Entra grants, over Graph and EWS, and never IMAP, POP or SMTP; Microsoft names
/// roles for applications as their successor.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy,
/// https://learn.microsoft.com/graph/auth-limit-mailbox-access
/// </remarks>
internal sealed class AccessPolicies
{
    /// <summary>The space for policies is small, and a description takes of it.</summary>
    private const string NoDescription = " ";

    private readonly Session _session;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and Organization Management.</param>
    public AccessPolicies(Session session) => _session = session;

    /// <summary>The policies of the tenant.</summary>
    /// <param name="clientId">Only those about this app; null for all.</param>
    /// <returns>The policies.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<IReadOnlyList<MailAppAccessPolicy>> GetAsync(string? clientId, CancellationToken cancellationToken) =>
        [.. (await _session.Exchange.GetAsync("Get-ApplicationAccessPolicy", [], cancellationToken).ConfigureAwait(false))
            .Where(p => clientId is null || p.Is(clientId, "AppId")).Select(p => Describe(p, null))];

    /// <summary>Creates a policy for an existing group or mailbox.</summary>
    /// <param name="right">Whether the policy restricts or denies access.</param>
    /// <param name="scope">A mail-enabled security group, or a mailbox that a user signs in to.</param>
    /// <param name="description">The description; null for none.</param>
    /// <exception cref="InvalidRequestException">The scope isn't there, or can't be one.</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailAppAccessPolicy> NewAsync(
        MailAppRegistration app, MailAppPolicyRight right, string scope, string? description, CancellationToken cancellationToken)
    {
        var recipient =
            (await _session.Exchange.GetAsync(
                "Get-Recipient", new JsonObject { ["Identity"] = scope }, cancellationToken).ConfigureAwait(false))
                .FirstOrDefault()
            ?? throw new InvalidRequestException("UnknownGroup", $"No group or mailbox '{scope}' was found in Exchange.")
            {
                Target = scope,
                Advice = "Specify an email address, a name, or an ID of a mail-enabled security group.",
            };
        if (recipient.Flag("IsValidSecurityPrincipal") == false)
        {
            throw new InvalidRequestException(
                "NotSecurityPrincipal",
                $"Can't use '{scope}' in a policy because it is a {recipient.Text("RecipientTypeDetails")}.")
            {
                Target = scope,
                Advice = "Add shared mailboxes and members of distribution lists to a mail-enabled security group. "
                    + "-Mailbox creates one.",
            };
        }

        var name = recipient.Text("Name") ?? scope;
        if ((await GetAsync(app.ClientId, cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(p => p.Scope == name && p.AccessRight == right) is { } present)
        {
            return present with { Change = ChangeKind.Unchanged };
        }

        var note = new ChangeNote(JournalAction.NewAccessPolicy, app.ClientId, name, null, right.ToString());
        var made = (await _session.ChangeAsync(note, new JsonObject
        {
            ["AppId"] = new JsonArray(app.ClientId),
            ["PolicyScopeGroupId"] = recipient.Text("PrimarySmtpAddress") ?? name,
            ["AccessRight"] = right.ToString(),
            ["Description"] = description ?? NoDescription,
        }, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        var seen = await Poll.UntilAsync(_session.Wire, "The policy", async ct =>
            (await GetAsync(app.ClientId, ct).ConfigureAwait(false))
                .FirstOrDefault(p => p.Scope == name && p.AccessRight == right), cancellationToken).ConfigureAwait(false);
        return Changed(
            seen ?? (made is null
                ? new MailAppAccessPolicy { Identity = name, ClientId = app.ClientId, AccessRight = right, Scope = name }
                : Describe(made, null)), seen is null ? ChangeKind.Pending : ChangeKind.Created);
    }

    /// <summary>
    /// Creates a mail-enabled security group of mailboxes, and a policy for it. Another run updates the members of the group.
    /// </summary>
    /// <param name="right">Whether the policy restricts or denies access.</param>
    /// <param name="mailboxes">Any address or ID of each mailbox; shared ones, too.</param>
    /// <param name="description">The description of the policy; null for none.</param>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <exception cref="InvalidRequestException">A mailbox wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailAppAccessPolicy> NewAsync(
        MailAppRegistration app, MailAppPolicyRight right, IReadOnlyList<string> mailboxes, string? description,
        CancellationToken cancellationToken)
    {
        var wanted = (await _session.ResolveAllAsync(mailboxes, cancellationToken).ConfigureAwait(false))
            .Select(m => m.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var name = $"MailAdmin {right} {app.ClientId}";
        var group = await EnsureGroupAsync(app, name, wanted, cancellationToken).ConfigureAwait(false);
        var policy = await NewAsync(app, right, name, description, cancellationToken).ConfigureAwait(false);
        return group switch
        {
            ChangeKind.Pending => Changed(policy, ChangeKind.Pending),
            ChangeKind.Updated when policy.Change == ChangeKind.Unchanged => Changed(policy, ChangeKind.Updated),
            _ => policy,
        };
    }

    /// <summary>Removes a policy. Its group isn't removed.</summary>
    /// <returns>The policy: Removed, or Unchanged if it didn't exist anymore.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailAppAccessPolicy> RemoveAsync(MailAppAccessPolicy policy, CancellationToken cancellationToken)
    {
        try
        {
            var note = new ChangeNote(
                JournalAction.RemoveAccessPolicy, policy.ClientId, policy.Scope ?? policy.Identity,
                policy.AccessRight?.ToString());
            await _session.ChangeAsync(
                note, new JsonObject { ["Identity"] = policy.Identity }, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == ExchangeErrors.NotFound)
        {
            return policy with { Change = ChangeKind.Unchanged };
        }

        var isGone = await _session.IsShownAsync("The removal of the policy", async ct =>
            (await GetAsync(policy.ClientId, ct).ConfigureAwait(false)).All(p => p.Identity != policy.Identity),
            cancellationToken).ConfigureAwait(false);
        return Changed(policy, isGone ? ChangeKind.Removed : ChangeKind.Pending);
    }

    private async Task<ChangeKind> EnsureGroupAsync(
        MailAppRegistration app, string name, IReadOnlySet<string> wanted, CancellationToken cancellationToken)
    {
        var identity = new Func<JsonObject>(() => new JsonObject { ["Identity"] = name });
        if ((await _session.Exchange.GetAsync(
            "Get-DistributionGroup", identity(), cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            try
            {
                var note = new ChangeNote(JournalAction.NewGroup, app.ClientId, name, null, string.Join(", ", wanted));
                await _session.ChangeAsync(note, new JsonObject
                {
                    ["Name"] = name,
                    ["Alias"] = name.Replace(" ", "", StringComparison.Ordinal),
                    ["Type"] = "Security",
                    ["IgnoreNamingPolicy"] = true,
                    ["Members"] = new JsonArray([.. wanted.Select(m => (JsonNode)m)]),
                }, cancellationToken).ConfigureAwait(false);
            }
            catch (ServiceRefusedException e) when (ExchangeErrors.IsAlreadyThere(e))
            {
                VerboseLog.Write($"The group '{name}' exists, but isn't returned yet.");
            }

            await Poll.UntilAsync(_session.Wire, "The group", async ct =>
                (await _session.Exchange.GetAsync("Get-DistributionGroup", identity(), ct).ConfigureAwait(false))
                    .FirstOrDefault(), cancellationToken).ConfigureAwait(false);
            return ChangeKind.Updated;
        }

        var members = await MembersAsync(name, cancellationToken).ConfigureAwait(false);
        if (members.SetEquals(wanted))
        {
            return ChangeKind.Unchanged;
        }

        foreach (var (action, member) in wanted.Except(members, StringComparer.OrdinalIgnoreCase)
            .Select(m => (JournalAction.AddGroupMember, m))
            .Concat(members.Except(wanted, StringComparer.OrdinalIgnoreCase).Select(m => (JournalAction.RemoveGroupMember, m))))
        {
            var parameters = identity();
            (parameters["Member"], parameters["BypassSecurityGroupManagerCheck"]) = (member, true);
            var isAdded = action == JournalAction.AddGroupMember;
            await _session.ChangeAsync(
                new ChangeNote(action, app.ClientId, name, isAdded ? null : member, isAdded ? member : null), parameters,
                cancellationToken).ConfigureAwait(false);
        }

        return await _session.IsShownAsync("The members of the group", async ct =>
            (await MembersAsync(name, ct).ConfigureAwait(false)).SetEquals(wanted), cancellationToken).ConfigureAwait(false)
            ? ChangeKind.Updated : ChangeKind.Pending;
    }

    private async Task<HashSet<string>> MembersAsync(string group, CancellationToken cancellationToken) =>
        (await _session.Exchange.GetAsync(
            "Get-DistributionGroupMember",
            new JsonObject { ["Identity"] = group, ["ResultSize"] = ExchangeAdmin.Unlimited },
            cancellationToken).ConfigureAwait(false))
        .Select(m => m.Text("PrimarySmtpAddress")).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);

    private MailAppAccessPolicy Changed(MailAppAccessPolicy policy, ChangeKind change) => policy with
    {
        Change = change,
        EffectiveBy = _session.Wire.Time.GetUtcNow() + _session.Wire.Propagation.Roles,
        Pending = change == ChangeKind.Removed ? [] :
        [
            .. change == ChangeKind.Pending ? new MailAdminPending[] { ReadBack.NotSeenInExchange } : [],
            "Application access policies are legacy. Microsoft has replaced them with RBAC for Applications (Limit-MailApp).",
            "Policies aren't evaluated for IMAP, POP, and SMTP, or for roles in Exchange.",
        ],
    };

    private static MailAppAccessPolicy Describe(ExchangeObject json, ChangeKind? change) => new()
    {
        Identity = json.Text("Identity") ?? "",
        ClientId = json.Text("AppId") ?? "",
        AccessRight = Enum.TryParse<MailAppPolicyRight>(json.Text("AccessRight"), ignoreCase: true, out var right) ? right : null,
        Scope = json.Text("ScopeName"),
        Description = json.Text("Description")?.Trim() is { Length: > 0 } text ? text : null,
        Change = change,
    };
}
