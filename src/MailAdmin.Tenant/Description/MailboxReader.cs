using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Description;

/// <summary>Reads mailboxes from a description or a CSV file.</summary>
/// <param name="folder">The folder for relative paths; null if there is none.</param>
/// <param name="problems">Takes the errors.</param>
internal sealed class MailboxReader(string? folder, List<string> problems)
{
    /// <summary>A number of mailboxes in all, the path of a file, or a list of tables.</summary>
    public (int? Count, IReadOnlyList<MailboxDescription> Mailboxes) Read(DescriptionNode node, string key)
    {
        switch (node.Value(key))
        {
            case JsonValue value when int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out _):
                return (node.Number(key, 100_000), []);
            case JsonValue value when value.ToString().EndsWith(".csv", StringComparison.OrdinalIgnoreCase):
                return (null, OfFile(node, key, value.ToString()));
            case JsonValue:
                node.Wrong<string>(key, "Specify a number, a list of tables, or the path of a .csv file.");
                return (null, []);
            default:
                return (null, [.. node.Nodes(key).Select(One)]);
        }
    }

    private IReadOnlyList<MailboxDescription> OfFile(DescriptionNode node, string key, string path)
    {
        var file = Path.GetFullPath(path, folder ?? Environment.CurrentDirectory);
        if (!File.Exists(file))
        {
            node.Wrong<string>(key, "The file wasn't found.");
            return [];
        }

        var rows = CsvRows.Read(File.ReadAllText(file));
        return
        [
            .. rows.Select((row, i) => One(
                new DescriptionNode((JsonObject)row!, $"{Path.GetFileName(file)}, row {i + 1}", problems))),
        ];
    }

    private static MailboxDescription One(DescriptionNode node)
    {
        var address = Address(node, "PrimarySmtpAddress");
        var principal = node.Text("UserPrincipalName");
        // An address that is wrong has been named already.
        var name = node.Text("Name") ?? (address ?? principal)?.Split('@')[0]
            ?? (node.Has("PrimarySmtpAddress") ? "" : node.Required("Name"));
        var mailbox = new MailboxDescription(name)
        {
            Where = node.Where,
            DisplayName = node.Text("DisplayName"),
            UserPrincipalName = principal,
            Address = address,
            Aliases = [.. node.Texts("Aliases").Select(Bare)],
            Kind = node.Choice<MailboxKind>("Type") ?? MailboxKind.User,
            Language = Language(node, "Language"),
            TimeZone = Zone(node, "TimeZone"),
            WasOpened = node.Flag("Opened"),
            License = node.Choice("License", Licenses.All),
            IsHidden = node.Flag("HiddenFromAddressListsEnabled") ?? false,
            IsDisabled = node.Flag("AccountDisabled"),
            Attributes = RecipientFilter.Texts.Select(t => (Name: t, Value: node.Text(t))).Where(t => t.Value is not null)
                .ToDictionary(t => t.Name, t => t.Value!),
            IsImapEnabled = node.Flag("ImapEnabled") ?? true,
            IsPopEnabled = node.Flag("PopEnabled") ?? true,
            IsSmtpAuthDisabled = node.Flag("SmtpClientAuthenticationDisabled"),
            IsEwsEnabled = node.Flag("EwsEnabled"),
            AuthenticationPolicy = node.Text("AuthenticationPolicy"),
            IsFull = node.Flag("Full") ?? false,
            Policy = new MailboxPolicy
            {
                HasLitigationHold = node.Flag("LitigationHoldEnabled") ?? false,
                InPlaceHolds = node.Texts("InPlaceHolds"),
                ForwardingAddress = Address(node, "ForwardingSmtpAddress"),
                KeepsForwarded = node.Flag("DeliverToMailboxAndForward") ?? false,
                OtherRecoverableItems = (node.Number("RecoverableItemsGB", 1000) ?? 0) * 1024L * 1024 * 1024,
            },
            Rules = [.. node.Nodes("InboxRules").Select(Rule)],
            FullAccess = node.Texts("FullAccess"),
            SendAs = node.Texts("SendAs"),
            IsAdministrator = node.Flag("GlobalAdministrator") ?? false,
            RoleGroups = node.Choices("RoleGroups", RoleGroups.All),
            Messages = node.Number("Messages", 100_000) ?? 0,
        };
        node.End();
        return mailbox;
    }

    private static InboxRule Rule(DescriptionNode node)
    {
        var rule = new InboxRule(node.Required("Name"))
        {
            IsEnabled = node.Flag("Enabled") ?? true,
            From = Address(node, "From"),
            SubjectContains = node.Texts("SubjectContainsWords"),
            MoveToFolder = node.Text("MoveToFolder"),
            DeletesMessage = node.Flag("DeleteMessage") ?? false,
            ForwardTo = Address(node, "ForwardTo"),
        };
        node.End();
        return rule;
    }

    /// <summary>A language that folders can be named in.</summary>
    public static string? Language(DescriptionNode node, string key)
    {
        if (node.Text(key) is not { } text)
        {
            return null;
        }

        return CultureOf(text)
            ?? node.Wrong<string>(key, $"Specify a culture such as: {string.Join(", ", FolderLanguages.All)}.");
    }

    /// <summary>The name of a culture in its usual spelling; null if it isn't one.</summary>
    public static string? CultureOf(string text)
    {
        try
        {
            var culture = CultureInfo.GetCultureInfo(text, predefinedOnly: true);
            return culture.IsNeutralCulture || culture.Name.Length == 0 ? null : culture.Name;
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Exchange's mailboxes support only Windows' names of time zones.</summary>
    public static string? Zone(DescriptionNode node, string key) =>
        node.Text(key) is not { } zone || zone == "UTC" || TimeZoneInfo.TryConvertWindowsIdToIanaId(zone, out _) ? node.Text(key)
            : node.Wrong<string>(key, "Specify a Windows time zone such as: W. Europe Standard Time, UTC.");

    /// <summary>Returns an address of Exchange's list without its prefix.</summary>
    private static string Bare(string address) =>
        address.StartsWith("smtp:", StringComparison.OrdinalIgnoreCase) ? address["smtp:".Length..] : address;

    private static string? Address(DescriptionNode node, string key) =>
        node.Text(key) is not { } text || (text.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && at < text.Length - 1)
            ? node.Text(key)
            : node.Wrong<string>(key, "Specify an email address.");
}
