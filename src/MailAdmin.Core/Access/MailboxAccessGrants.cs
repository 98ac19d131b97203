using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Rights on mailboxes, of apps and of people: FullAccess, which IMAP and POP need, and SendAs, which SMTP needs. Each change is
/// read back until Exchange shows it.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth,
/// https://learn.microsoft.com/powershell/module/exchange/add-mailboxpermission,
/// https://learn.microsoft.com/powershell/module/exchange/add-recipientpermission
/// </remarks>
internal sealed class MailboxAccessGrants
{
    private const string Self = @"NT AUTHORITY\SELF";

    /// <summary>How many mailboxes are read together, so that the first ones are shown soon.</summary>
    internal const int Together = 50;

    private readonly Session _session;
    private readonly ServicePrincipalRegistry _registry;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
    public MailboxAccessGrants(Session session) => (_session, _registry) = (session, new ServicePrincipalRegistry(session));

    /// <summary>
    /// Grants an app rights on a mailbox: registers its service principal in Exchange where that is missing, then adds the
    /// rights.
    /// </summary>
    /// <param name="app">The app; also a managed identity, or an app of another tenant.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="force">Whether an entry in Exchange with a wrong object id is made anew.</param>
    /// <param name="cancellationToken">Ends it between two steps; a later run goes on.</param>
    /// <returns>What the app has then; a step that this session may not do is pending.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox, the app has no service principal, or Exchange knows it
    /// by a wrong id.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> GrantAsync(
        MailAppRegistration app, string mailbox, IReadOnlyList<MailboxAccessRight> rights, bool force,
        CancellationToken cancellationToken)
    {
        var address = await AddressOfAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var known = await _registry.FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false);
        if (known is null
            && await _session.Exchange.MayRunAsync("New-ServicePrincipal", cancellationToken).ConfigureAwait(false) == false)
        {
            return Describe(address, app.Name, app.ClientId, app.ServicePrincipalObjectId, [], ChangeKind.Pending) with
            {
                Pending = [ExchangeRoles.Pending("New-ServicePrincipal")],
            };
        }

        var (principal, changed, remark) = await _registry.EnsureAsync(app, force, cancellationToken).ConfigureAwait(false);
        var (have, added, pending) = await AddAsync(
            address, principal, rights, app.ClientId, cancellationToken).ConfigureAwait(false);
        return Describe(address, app.Name, app.ClientId, principal.ObjectId, have, ChangeOf(added || changed, have, rights)) with
        {
            Pending = remark is null ? pending : [.. pending, remark],
        };
    }

    /// <summary>Grants a person rights on a mailbox.</summary>
    /// <param name="user">Any address or id of the person.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the person has then.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox or person.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> GrantUserAsync(
        string user, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var address = await AddressOfAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var person = await PersonAsync(user, cancellationToken).ConfigureAwait(false);
        var (have, added, pending) = await AddAsync(address, person, rights, null, cancellationToken).ConfigureAwait(false);
        return Describe(address, person.DisplayName, null, null, have, ChangeOf(added, have, rights)) with { Pending = pending };
    }

    /// <summary>The rights on mailboxes that are granted to others than their owners.</summary>
    /// <param name="mailboxes">Any address or id of each mailbox; none for all.</param>
    /// <param name="app">Only those of this app; null for everybody's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One for each mailbox and grantee, as they arrive.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async IAsyncEnumerable<MailboxGrant> GetAsync(
        IReadOnlyList<string> mailboxes, MailAppRegistration? app, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var principals = await _registry.AllAsync(cancellationToken).ConfigureAwait(false);
        var addresses = new List<string>();
        if (mailboxes.Count == 0)
        {
            addresses.AddRange(
                (await _session.Exchange.GetAsync("Get-Mailbox", [], cancellationToken).ConfigureAwait(false))
                    .Select(m => m.Text("PrimarySmtpAddress")).OfType<string>());
        }

        foreach (var mailbox in mailboxes)
        {
            addresses.Add(await AddressOfAsync(mailbox, cancellationToken).ConfigureAwait(false));
        }

        foreach (var some in addresses.Chunk(Together))
        {
            foreach (var entry in (await EntriesAsync(_session, some, cancellationToken).ConfigureAwait(false))
                .GroupBy(e => (e.Mailbox, e.Grantee)))
            {
                var principal = principals.FirstOrDefault(p => entry.Any(e => e.IsOf(p)));
                if (app is null || string.Equals(principal?.AppId, app.ClientId, StringComparison.OrdinalIgnoreCase))
                {
                    yield return Describe(entry.Key.Mailbox, principal is null ? entry.Key.Grantee : principal.DisplayName,
                        principal?.AppId, principal?.ObjectId,
                        [.. entry.Select(e => e.Right).Distinct().Order()], null);
                }
            }
        }
    }

    /// <summary>Takes rights on a mailbox away from an app.</summary>
    /// <param name="app">The app; it stays registered in Exchange.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the app has then.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> RevokeAsync(
        MailAppRegistration app, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var address = await AddressOfAsync(mailbox, cancellationToken).ConfigureAwait(false);
        return await _registry.FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false) is { } principal
            ? await TakeAsync(address, principal, app.Name, rights, app.ClientId, cancellationToken).ConfigureAwait(false)
            : Describe(address, app.Name, app.ClientId, null, [], ChangeKind.Unchanged);
    }

    /// <summary>Takes rights on a mailbox away from a person.</summary>
    /// <param name="user">Any address or id of the person.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the person has then.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox or person.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> RevokeUserAsync(
        string user, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var address = await AddressOfAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var person = await PersonAsync(user, cancellationToken).ConfigureAwait(false);
        return await TakeAsync(address, person, person.DisplayName, rights, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The rights that somebody has on a mailbox.</summary>
    internal static async Task<IReadOnlyList<MailboxAccessRight>> ReadAsync(
        Session session, string address, ExchangePrincipal principal, CancellationToken cancellationToken) =>
        [.. (await EntriesAsync(session, [address], cancellationToken).ConfigureAwait(false)).Where(e => e.IsOf(principal))
            .Select(e => e.Right).Distinct().Order()];

    /// <summary>The rights on mailboxes that are granted to others than their owners, mailbox by mailbox.</summary>
    internal static async Task<IReadOnlyList<MailboxEntry>> EntriesAsync(
        Session session, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        async Task<IReadOnlyList<IReadOnlyList<ExchangeObject>>> GetAsync(string cmdlet) =>
            await session.Exchange.GetManyAsync(
                cmdlet, [.. addresses.Select(a => new JsonObject { ["Identity"] = a })], cancellationToken).ConfigureAwait(false);

        var permissions = await GetAsync("Get-MailboxPermission").ConfigureAwait(false);
        var sendAs = await GetAsync("Get-RecipientPermission").ConfigureAwait(false);
        // An entry that denies, or whose kind can't be read, grants nothing.
        IEnumerable<MailboxEntry> Of(int i) =>
        [
            .. permissions[i]
                .Where(p => p.Flag("Deny") == false && p.Flag("IsInherited") != true
                    && p.Texts("AccessRights").Contains("FullAccess", StringComparer.OrdinalIgnoreCase))
                .Select(p =>
                    new MailboxEntry(addresses[i], p.Text("User") ?? "", p.Text("UserSid"), MailboxAccessRight.FullAccess)),
            .. sendAs[i].Where(
                p => p.Is("Allow", "AccessControlType") && p.Flag("IsInherited") != true
                    && p.Texts("AccessRights").Contains("SendAs", StringComparer.OrdinalIgnoreCase))
                .Select(p =>
                    new MailboxEntry(
                        addresses[i], p.Text("Trustee") ?? "", p.Text("TrusteeSidString"), MailboxAccessRight.SendAs)),
        ];
        return [.. addresses.SelectMany((_, i) => Of(i)).Where(e => !e.Grantee.Equals(Self, StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>The cmdlet that adds a right.</summary>
    internal static (string Cmdlet, JsonObject Parameters) Adding(
        string address, string grantee, MailboxAccessRight right, bool forApp) => right switch
    {
        MailboxAccessRight.SendAs => ("Add-RecipientPermission", new JsonObject
        {
            ["Identity"] = address,
            ["Trustee"] = grantee,
            ["AccessRights"] = new JsonArray("SendAs"),
        }),
        _ => ("Add-MailboxPermission", new JsonObject
        {
            ["Identity"] = address,
            ["User"] = grantee,
            ["AccessRights"] = new JsonArray("FullAccess"),
            // Outlook shows a person the mailbox by itself; an app has no Outlook.
            ["AutoMapping"] = !forApp,
            ["InheritanceType"] = "All",
        }),
    };

    private async Task<(IReadOnlyList<MailboxAccessRight> Have, bool Added, MailAdminPending[] Pending)> AddAsync(
        string address, ExchangePrincipal grantee, IReadOnlyList<MailboxAccessRight> rights, string? clientId,
        CancellationToken cancellationToken)
    {
        var have = await ReadAsync(_session, address, grantee, cancellationToken).ConfigureAwait(false);
        var pending = new List<MailAdminPending>();
        foreach (var right in rights.Except(have))
        {
            var (cmdlet, parameters) = Adding(address, grantee.ObjectId, right, forApp: clientId is not null);
            if (await _session.Exchange.MayRunAsync(cmdlet, cancellationToken).ConfigureAwait(false) == false)
            {
                pending.Add(ExchangeRoles.Pending(cmdlet));
                continue;
            }

            await _session.Exchange.ChangeAsync(cmdlet, parameters, cancellationToken).ConfigureAwait(false);
            _session.Note(
                new ChangeNote(JournalAction.OfCmdlet(cmdlet), clientId, address, null, $"{right} of {grantee.DisplayName}"));
        }

        var added = rights.Except(have).Count() > pending.Count;
        if (added)
        {
            var expected = have.Union(pending.Count == 0 ? rights : []).ToHashSet();
            var seen = await Poll.UntilAsync(_session.Wire, $"The rights on {address}", async ct =>
                await ReadAsync(_session, address, grantee, ct).ConfigureAwait(false) is { } now && expected.IsSubsetOf(now)
                    ? now
                    : null, cancellationToken).ConfigureAwait(false);
            if (seen is null)
            {
                pending.Add("Exchange took the change and does not show it yet; it does within the hour, as a rule.");
            }

            have = seen ?? [.. expected.Order()];
        }

        return (have, added, [.. pending]);
    }

    private async Task<MailboxGrant> TakeAsync(
        string address, ExchangePrincipal grantee, string name, IReadOnlyList<MailboxAccessRight> rights, string? clientId,
        CancellationToken cancellationToken)
    {
        var have = await ReadAsync(_session, address, grantee, cancellationToken).ConfigureAwait(false);
        var gone = have.Intersect(rights).ToArray();
        foreach (var right in gone)
        {
            var cmdlet = right == MailboxAccessRight.SendAs ? "Remove-RecipientPermission" : "Remove-MailboxPermission";
            await _session.Exchange.ChangeAsync(cmdlet, new JsonObject
            {
                ["Identity"] = address,
                [right == MailboxAccessRight.SendAs ? "Trustee" : "User"] = grantee.ObjectId,
                ["AccessRights"] = new JsonArray(right.ToString()),
            }, cancellationToken).ConfigureAwait(false);
            _session.Note(new ChangeNote(JournalAction.OfCmdlet(cmdlet), clientId, address, $"{right} of {name}"));
        }

        if (gone.Length > 0)
        {
            await Poll.UntilAsync(_session.Wire, $"The rights on {address}", async ct =>
                (await ReadAsync(_session, address, grantee, ct).ConfigureAwait(false)).Intersect(gone).Any() ? null : grantee,
                cancellationToken).ConfigureAwait(false);
        }

        return Describe(
            address, name, clientId, clientId is null ? null : grantee.ObjectId, [.. have.Except(gone)],
            gone.Length > 0 ? ChangeKind.Removed : ChangeKind.Unchanged);
    }

    private async Task<string> AddressOfAsync(string mailbox, CancellationToken cancellationToken) =>
        await FindMailboxAsync(_session, mailbox, cancellationToken).ConfigureAwait(false)
        is { } found && found.Text("PrimarySmtpAddress") is { } address ? address : throw NoMailbox(mailbox);

    internal static async Task<ExchangeObject?> FindMailboxAsync(
        Session session, string mailbox, CancellationToken cancellationToken) =>
        (await session.Exchange.GetAsync(
            "Get-Mailbox", new JsonObject { ["Identity"] = mailbox }, cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    internal static InvalidRequestException NoMailbox(string mailbox) =>
        new("UnknownMailbox", $"Exchange has no mailbox '{mailbox}'.")
    {
        Target = mailbox,
        Advice = "Give any address of a mailbox in Exchange Online; a user without a license, a group and a contact have none.",
    };

    private async Task<ExchangePrincipal> PersonAsync(string user, CancellationToken cancellationToken)
    {
        var found =
            (await _session.Exchange.GetAsync(
                "Get-Recipient", new JsonObject { ["Identity"] = user }, cancellationToken).ConfigureAwait(false))
                .FirstOrDefault();
        return found?.Text("PrimarySmtpAddress") is { } address
            ? new ExchangePrincipal("", address, address,
                new[] { "PrimarySmtpAddress", "Name", "DisplayName", "Identity", "Alias", "Guid" }
                .Select(found.Text).OfType<string>().Append(user).ToHashSet(StringComparer.OrdinalIgnoreCase))
            : throw new InvalidRequestException("UnknownUser", $"Exchange knows nobody named '{user}'.")
            {
                Target = user,
                Advice = "Give an address of a person or a mail-enabled security group.",
            };
    }

    private MailboxGrant Describe(
        string mailbox, string grantee, string? clientId, string? objectId, IReadOnlyList<MailboxAccessRight> rights,
        ChangeKind? change) => new()
        {
            Mailbox = mailbox,
            Grantee = grantee,
            ClientId = clientId,
            ServicePrincipalObjectId = objectId,
            AccessRight = [.. rights],
            Change = change,
            EffectiveBy = change is ChangeKind.Created or ChangeKind.Updated or ChangeKind.Removed
                ? _session.Wire.Time.GetUtcNow() + _session.Wire.Propagation.Permissions
                : null,
        };

    private static ChangeKind ChangeOf(
        bool changed, IReadOnlyList<MailboxAccessRight> have, IReadOnlyList<MailboxAccessRight> wanted) =>
        wanted.Except(have).Any() ? ChangeKind.Pending : changed ? ChangeKind.Created : ChangeKind.Unchanged;
}

/// <summary>A right on a mailbox as Exchange lists it.</summary>
/// <param name="Mailbox">The address of the mailbox.</param>
/// <param name="Grantee">Whose right it is, by whatever name Exchange writes.</param>
/// <param name="Sid">Whose right it is, by SID; null when Exchange does not tell.</param>
/// <param name="Right">The right.</param>
internal sealed record MailboxEntry(string Mailbox, string Grantee, string? Sid, MailboxAccessRight Right)
{
    public bool IsOf(ExchangePrincipal principal) =>
        principal.Names.Contains(Grantee) || (Sid is not null && principal.Names.Contains(Sid));
}
