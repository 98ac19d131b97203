using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>Who is in a sandbox unless its description leaves them out.</summary>
internal static class SamplePeople
{
    /// <summary>Who waits for an admin's consent.</summary>
    public const string FirstPerson = "alice";

    /// <summary>Without whom nobody could consent to anything.</summary>
    public static MailboxDescription Administrator { get; } =
        new("dana") { DisplayName = "Dana Olsen", Kind = MailboxKind.None, IsAdministrator = true };

    /// <summary>
    /// As is good practice, the admin's account has no mailbox, and the shared mailbox is somebody's to open. As happens after
    /// a marriage or a merger, somebody signs in under an old name, has an address of another one, and keeps a third as alias.
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
