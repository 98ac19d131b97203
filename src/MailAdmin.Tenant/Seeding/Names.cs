using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>Resolves a description's names in a tenant. The domain can be omitted.</summary>
internal sealed class Names(TenantState tenant)
{
    /// <summary>An address in full.</summary>
    public string Full(string name) => name.Contains('@', StringComparison.Ordinal) ? name : $"{name}@{tenant.Domain}";

    public Mailbox? Mailbox(string name) => tenant.Mailboxes.Find(Full(name));

    /// <summary>A user by user principal name, by any address of the mailbox, or by ID.</summary>
    public DirectoryObject? User(string name) => tenant.Directory.Users.Find(name) ?? tenant.Directory.Users.Find(Full(name))
        ?? (Mailbox(name) is { } mailbox ? tenant.Directory.Users.Find(mailbox.UserId) : null);

    public RecipientGroup? Group(string name) => tenant.Exchange.Current.Groups.FirstOrDefault(
        g => g.Details != RecipientGroup.Unit
            && (DirectoryStore.Same(g.Name, name) || DirectoryStore.Same(g.Address, Full(name))));

    public RecipientGroup? Unit(string name) => tenant.Exchange.Current.Groups.FirstOrDefault(
        g => g.Details == RecipientGroup.Unit && DirectoryStore.Same(g.Name, name));

    /// <summary>An app by client ID or name.</summary>
    public DirectoryObject? App(string name) => tenant.Directory.Applications.Find(
        a => DirectoryStore.Same(a.AppId, name) || DirectoryStore.Same(a.DisplayName, name));
}
