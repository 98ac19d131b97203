using System.Text.Json.Nodes;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Reads mailbox permissions, and has the cmdlets that add and remove them.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/get-mailboxpermission,
/// https://learn.microsoft.com/powershell/module/exchange/get-recipientpermission
/// </remarks>
internal static class MailboxRights
{
    private const string Self = @"NT AUTHORITY\SELF";

    /// <summary>The number of mailboxes in a batch; small enough that the first results are shown soon.</summary>
    internal const int Together = 50;

    /// <summary>Returns the permissions of a grantee on a mailbox.</summary>
    public static async Task<IReadOnlyList<MailboxAccessRight>> ReadAsync(
        Session session, string address, ExchangePrincipal principal, CancellationToken cancellationToken) =>
        [.. (await EntriesAsync(session, [address], cancellationToken).ConfigureAwait(false)).Where(e => e.IsOf(principal))
            .Select(e => e.Right).Distinct().Order()];

    /// <summary>The rights on mailboxes that are granted to others than their owners, mailbox by mailbox.</summary>
    public static async Task<IReadOnlyList<MailboxEntry>> EntriesAsync(
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
    /// <param name="address">The mailbox.</param>
    /// <param name="grantee">The grantee.</param>
    /// <param name="right">The right.</param>
    /// <param name="autoMapping">Whether Outlook of the grantee opens the mailbox by itself.</param>
    public static (JournalAction Action, JsonObject Parameters) Adding(
        string address, string grantee, MailboxAccessRight right, bool autoMapping) => right switch
    {
        MailboxAccessRight.SendAs => (JournalAction.AddRecipientPermission, new JsonObject
        {
            ["Identity"] = address,
            ["Trustee"] = grantee,
            ["AccessRights"] = new JsonArray("SendAs"),
        }),
        _ => (JournalAction.AddMailboxPermission, new JsonObject
        {
            ["Identity"] = address,
            ["User"] = grantee,
            ["AccessRights"] = new JsonArray("FullAccess"),
            // With AutoMapping, Outlook opens the mailbox by itself, with all its items. Without the parameter, that is the
            // default: https://learn.microsoft.com/powershell/module/exchange/add-mailboxpermission (-AutoMapping).
            ["AutoMapping"] = autoMapping,
            ["InheritanceType"] = "All",
        }),
    };

    /// <summary>The cmdlet that takes a right away.</summary>
    public static (JournalAction Action, JsonObject Parameters) Removing(
        string address, string grantee, MailboxAccessRight right) => right switch
    {
        MailboxAccessRight.SendAs => (JournalAction.RemoveRecipientPermission, new JsonObject
        {
            ["Identity"] = address,
            ["Trustee"] = grantee,
            ["AccessRights"] = new JsonArray("SendAs"),
        }),
        _ => (JournalAction.RemoveMailboxPermission, new JsonObject
        {
            ["Identity"] = address,
            ["User"] = grantee,
            ["AccessRights"] = new JsonArray("FullAccess"),
        }),
    };
}

/// <summary>A right on a mailbox as Exchange lists it.</summary>
/// <param name="Mailbox">The address of the mailbox.</param>
/// <param name="Grantee">The grantee, by the name that Exchange returns.</param>
/// <param name="Sid">The SID of the grantee; null if Exchange doesn't return it.</param>
/// <param name="Right">The right.</param>
internal sealed record MailboxEntry(string Mailbox, string Grantee, string? Sid, MailboxAccessRight Right)
{
    public bool IsOf(ExchangePrincipal principal) =>
        principal.Names.Contains(Grantee) || (Sid is not null && principal.Names.Contains(Sid));
}
