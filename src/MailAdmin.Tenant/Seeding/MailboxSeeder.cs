using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>Adds accounts and their mailboxes.</summary>
/// <param name="tenant">The tenant; its lock is held.</param>
/// <param name="language">The language of mailboxes that name none.</param>
/// <param name="timeZone">Their time zone; null for UTC.</param>
/// <param name="since">The age of the accounts.</param>
internal sealed class MailboxSeeder(TenantState tenant, string language, string? timeZone, DateTimeOffset since)
{
    private readonly Names _names = new(tenant);

    public void Add(MailboxDescription description)
    {
        var id = Guid.NewGuid().ToString();
        var principal = _names.Full(description.UserPrincipalName ?? description.Name);
        var facts = new MailboxFacts(id, _names.Full(description.Address ?? description.Name),
            description.DisplayName ?? description.Name)
        {
            UserPrincipalName = principal,
            Aliases = [.. description.Aliases.Select(_names.Full)],
            Kind = description.Kind,
            Language = description.Language ?? language,
            TimeZone = description.TimeZone ?? timeZone,
            WasOpened = description.WasOpened
                ?? (HasPerson(description.Kind) || (description.Language ?? description.TimeZone) is not null),
            IsHidden = description.IsHidden,
            Attributes = description.Attributes,
        };
        // A user's Graph properties are created on first use.
        tenant.Directory.Users.Add(new DirectoryObject(id, () => Write(description, facts), since), principal);
        if (description.IsAdministrator)
        {
            tenant.Directory.Administrators.Add(id);
        }

        var groups = description.IsAdministrator && description.RoleGroups.Length == 0
            ? [RoleGroups.OrganizationManagement]
            : description.RoleGroups;
        if (groups.Length > 0)
        {
            tenant.Exchange.RoleGroups[id] = groups;
        }

        if (description.Kind != MailboxKind.None)
        {
            var mailbox = tenant.Mailboxes.Add(facts);
            mailbox.IsImapEnabled = description.IsImapEnabled;
            mailbox.IsPopEnabled = description.IsPopEnabled;
            mailbox.IsSmtpAuthDisabled = description.IsSmtpAuthDisabled;
            mailbox.IsEwsEnabled = description.IsEwsEnabled;
            mailbox.AuthenticationPolicy = description.AuthenticationPolicy;
            mailbox.Quota = description.IsFull ? 0 : null;
            mailbox.Policy = description.Policy;
            mailbox.Rules.AddRange(description.Rules);
            SampleMail.Fill(mailbox, description.Messages);
        }
    }

    /// <summary>Adds the users' permissions on the mailboxes of others, after all mailboxes were created.</summary>
    public IEnumerable<RecipientPermission> Permissions(IEnumerable<MailboxDescription> descriptions) =>
        from description in descriptions
        where description.FullAccess.Length + description.SendAs.Length > 0
        let mailbox = _names.Mailbox(description.Address ?? description.Name)
        where mailbox is not null
        from right in description.FullAccess.Select(n => (Name: n, Right: RecipientPermission.FullAccess))
            .Concat(description.SendAs.Select(n => (Name: n, Right: RecipientPermission.SendAs)))
        select new RecipientPermission(mailbox.UserId, Sids.Of(_names.User(right.Name)!.Id), right.Right);

    private static bool HasPerson(MailboxKind kind) =>
        kind is not (MailboxKind.Shared or MailboxKind.Room or MailboxKind.Equipment);

    private JsonObject Write(MailboxDescription description, MailboxFacts facts)
    {
        var hasMailbox = description.Kind != MailboxKind.None;
        var user = Users.New(
            facts.UserId, facts.UserPrincipalName!, facts.DisplayName, hasMailbox ? facts.Address : null,
            hasMailbox ? [$"SMTP:{facts.Address}", .. facts.Aliases.Select(a => $"smtp:{a}")] : [], since);
        Users.Describe(user, facts.Attributes);
        // The user of a shared mailbox can't sign in:
        // https://learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes.
        user["accountEnabled"] = !(description.IsDisabled ?? !HasPerson(description.Kind));
        user["preferredLanguage"] = description.Language;
        user["showInAddressList"] = description.IsHidden ? false : null;
        user["onPremisesSyncEnabled"] = description.Kind == MailboxKind.OnPremises ? true : null;
        var license = description.License
            ?? (HasPerson(description.Kind) && description.Kind.IsHere()
                ? "ExchangeOnlinePlan1" : Licenses.None);
        if (license != Licenses.None)
        {
            user["assignedLicenses"] = new JsonArray(
                new JsonObject { ["disabledPlans"] = new JsonArray(), ["skuId"] = Licenses.Skus[license] });
            user["assignedPlans"] = new JsonArray(Licenses.ExchangePlan(license, since));
        }

        return user;
    }
}
