using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>The users of a sandbox, unless its description excludes them.</summary>
internal static class SamplePeople
{
    /// <summary>The user who waits for admin consent.</summary>
    public const string FirstPerson = "alice";

    /// <summary>The administrator, who is required for every consent.</summary>
    public static MailboxDescription Administrator { get; } =
        new("dana") { DisplayName = "Dana Olsen", Kind = MailboxKind.None, IsAdministrator = true };

    /// <summary>
    /// As recommended, the administrator's account has no mailbox, and a user has access to the shared mailbox. As after a
    /// marriage or a merger, one user signs in with an old name, has an address with another name, and a third one as an alias.
    /// </summary>
    public static IReadOnlyList<MailboxDescription> All { get; } =
    [
        new("invoices")
        {
            DisplayName = "Invoices", Kind = MailboxKind.Shared, Aliases = ["billing"], FullAccess = ["alice"],
        },
        new("alice") { DisplayName = "Alice Johnson", Aliases = ["alice.johnson"] },
        new("bob") { DisplayName = "Bob Martin" },
        new("support") { DisplayName = "Support Desk" },
        new("cd1042") { DisplayName = "Carol Diaz", Address = "carol.diaz", Aliases = ["carol.smith"] },
        Administrator,
    ];
}
