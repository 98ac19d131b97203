using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Rights on mailboxes: https://learn.microsoft.com/powershell/module/exchange/add-mailboxpermission,
/// https://learn.microsoft.com/powershell/module/exchange/add-recipientpermission and their siblings.
/// </summary>
internal static class PermissionCommands
{
    private static readonly string[] MailboxRights =
        ["FullAccess", "ReadPermission", "DeleteItem", "ChangePermission", "ChangeOwner", "ExternalAccount"];

    public static IEnumerable<JsonObject> GetMailbox(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Identity"));
        var name = call.Describe(mailbox).Name;
        return
        [
            Ace(name, @"NT AUTHORITY\SELF", "S-1-5-10", ["FullAccess", "ReadPermission"]),
            .. Of(call, mailbox, isSendAs: false, "User")
                .Select(g => Ace(name, NameOf(call, g.Key), g.Key, g.Select(p => p.Right))),
        ];
    }

    public static IEnumerable<JsonObject> AddMailbox(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Identity"));
        var sid = SidOf(call, call.Required("User"));
        var rights = Rights(call, MailboxRights);
        Add(call, mailbox, sid, rights);
        return [Ace(call.Describe(mailbox).Name, NameOf(call, sid), sid, rights)];
    }

    public static IEnumerable<JsonObject> RemoveMailbox(AdminCall call)
    {
        Remove(call, call.MailboxOf(call.Required("Identity")), SidOf(call, call.Required("User")), Rights(call, MailboxRights));
        return [];
    }

    public static IEnumerable<JsonObject> GetRecipient(AdminCall call)
    {
        var mailboxes = call.Text("Identity") is { } name ? [call.MailboxOf(name)] : call.Tenant.Mailboxes.All.ToArray();
        return from mailbox in mailboxes
               from g in Of(call, mailbox, isSendAs: true, "Trustee")
               select Trustee(call.Describe(mailbox).Name, NameOf(call, g.Key), g.Key);
    }

    public static IEnumerable<JsonObject> AddRecipient(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Identity"));
        var sid = SidOf(call, call.Required("Trustee"));
        Add(call, mailbox, sid, Rights(call, [RecipientPermission.SendAs]));
        return [Trustee(call.Describe(mailbox).Name, NameOf(call, sid), sid)];
    }

    public static IEnumerable<JsonObject> RemoveRecipient(AdminCall call)
    {
        Remove(call, call.MailboxOf(call.Required("Identity")), SidOf(call, call.Required("Trustee")),
            Rights(call, [RecipientPermission.SendAs]));
        return [];
    }

    /// <summary>Returns a SID as an access control list shows it: the name of its owner, if the owner exists.</summary>
    public static string NameOf(AdminCall call, string sid) =>
        call.Current.Principals.FirstOrDefault(p => p.Sid == sid)?.ObjectId
        ?? call.Recipients(call.Current).FirstOrDefault(r => Sids.Of(r.Id) == sid)?.Address
        ?? sid;

    private static IEnumerable<IGrouping<string, RecipientPermission>> Of(
        AdminCall call, Mailbox mailbox, bool isSendAs, string filter)
    {
        var only = call.Text(filter) is { } name ? SidOf(call, name) : null;
        return call.Readable.Permissions
            .Where(p => p.MailboxId == mailbox.UserId && p.Right != RecipientPermission.SendOnBehalf
                && p.Right == RecipientPermission.SendAs == isSendAs
                && (only is null || p.Sid == only))
            .GroupBy(p => p.Sid);
    }

    /// <summary>Returns the SID for a name: that of a service principal, or of a recipient.</summary>
    public static string SidOf(AdminCall call, string name) => name.StartsWith("S-1-", StringComparison.OrdinalIgnoreCase) ? name
        : call.Current.Principals.FirstOrDefault(p => p.IsNamed(name))?.Sid
        ?? (call.FindRecipient(call.Current, name) is { } recipient ? Sids.Of(recipient.Id) : throw AdminRefusal.NotFound(name));

    private static void Add(AdminCall call, Mailbox mailbox, string sid, string[] rights)
    {
        var wanted = rights.Select(r => new RecipientPermission(mailbox.UserId, sid, r)).ToArray();
        if (wanted.All(call.Current.Permissions.Contains))
        {
            call.Warnings.Add(
                $"The appropriate access control entry is already present on the object "
                    + $"\"{call.Describe(mailbox).DistinguishedName}\" for account \"{NameOf(call, sid)}\".");
            return;
        }

        // https://learn.microsoft.com/powershell/module/exchange/add-mailboxpermission: at most 500 entries on a mailbox.
        if (call.Current.Permissions.Where(p => p.MailboxId == mailbox.UserId).Select(p => p.Sid).Append(sid).Distinct()
            .Count() > 500)
        {
            throw AdminRefusal.Invalid($"The mailbox \"{mailbox.Address}\" already has 500 access control entries.");
        }

        call.Exchange.Change(c => c with { Permissions = c.Permissions.AddRange(wanted.Except(c.Permissions)) });
    }

    private static void Remove(AdminCall call, Mailbox mailbox, string sid, string[] rights)
    {
        var gone = call.Current.Permissions
            .Where(p => p.MailboxId == mailbox.UserId && p.Sid == sid
                && rights.Contains(p.Right, StringComparer.Ordinal)).ToArray();
        if (gone.Length == 0)
        {
            call.Warnings.Add(
                $"Can't remove the access control entry on the object \"{call.Describe(mailbox).DistinguishedName}\" for "
                    + $"account \"{NameOf(call, sid)}\" because the ACE doesn't exist on the object.");
            return;
        }

        call.Exchange.Change(c => c with { Permissions = c.Permissions.RemoveRange(gone) });
    }

    private static string[] Rights(AdminCall call, string[] known)
    {
        call.Required("AccessRights");
        return [.. call.Texts("AccessRights").Select(r => Array.Find(known, k => ExchangeConfiguration.Same(k, r))
            ?? throw AdminRefusal.Binding(
                $"Cannot process argument transformation on parameter 'AccessRights'. Cannot convert value \"{r}\"."))];
    }

    // Deny is a text and IsInherited a boolean: so the endpoint writes them.
    private static JsonObject Ace(string mailbox, string user, string sid, IEnumerable<string> rights) => new()
    {
        ["AccessRights"] = Json.Array(rights),
        ["Deny"] = "False",
        ["InheritanceType"] = "All",
        ["User"] = user,
        ["UserSid"] = sid,
        ["Identity"] = mailbox,
        ["IsInherited"] = false,
        ["IsValid"] = true,
    };

    private static JsonObject Trustee(string mailbox, string trustee, string sid) => new()
    {
        ["Identity"] = mailbox,
        ["Trustee"] = trustee,
        ["TrusteeSidString"] = sid,
        ["AccessControlType"] = "Allow",
        ["AccessRights"] = Json.Array(RecipientPermission.SendAs),
        ["IsInherited"] = false,
        ["InheritanceType"] = "None",
    };
}
