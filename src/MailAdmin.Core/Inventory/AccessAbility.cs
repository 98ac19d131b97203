namespace MailAdmin.Core.Inventory;

/// <summary>
/// Specifies what a permission lets an app do with mail, over any protocol. A role instead of the same permission isn't a
/// difference, and Mail.ReadWrite includes Mail.Read.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/permissions-reference#mail-permissions</remarks>
internal static class AccessAbility
{
    private static readonly string[] ReadWrite = ["List", "Read", "Write"];

    // The first row whose text a name contains counts.
    private static readonly (string Part, string[] Abilities)[] Rows =
    [
        ("full_access_as_app", [.. ReadWrite, "Send"]),
        ("EWS.AccessAsApp", [.. ReadWrite, "Send"]),
        ("EWS.AccessAsUser", [.. ReadWrite, "Send"]),
        ("Send", ["Send"]),
        ("IMAP.", ReadWrite),
        ("POP.", ReadWrite),
        ("MailboxFolder.ReadWrite", ["Read folders", "Write folders"]),
        ("MailboxFolder.Read", ["Read folders"]),
        ("ReadWrite", ReadWrite),
        ("ReadBasic", ["List"]),
        ("Read", ["List", "Read"]),
        ("FullAccess", ReadWrite),
    ];

    /// <summary>
    /// Returns the ability that a permission, role, or mailbox permission gives an app; its own name if it's unknown.
    /// </summary>
    /// <param name="permission">As <see cref="MailAppAccessPath.Permission"/> has it.</param>
    public static IReadOnlyList<string> Of(string permission) =>
        Array.Find(Rows, row => permission.Contains(row.Part, StringComparison.OrdinalIgnoreCase)) is { Abilities: { } known }
            ? known : [permission];
}
