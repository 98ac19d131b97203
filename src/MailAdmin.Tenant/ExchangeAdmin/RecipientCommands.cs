// Longer than 250 lines: mailboxes and recipients, as all cmdlets show and change them.
using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Mailboxes and their settings: https://learn.microsoft.com/powershell/module/exchange/get-mailbox, get-recipient,
/// get-casmailbox, get-mailboxregionalconfiguration and their siblings.
/// </summary>
internal static class RecipientCommands
{
    /// <summary>https://learn.microsoft.com/powershell/module/exchange/set-mailbox, -CustomAttribute1 to -CustomAttribute15</summary>
    public static readonly string[] CustomAttributes = [.. Enumerable.Range(1, 15).Select(i => $"CustomAttribute{i}")];

    /// <summary>https://learn.microsoft.com/powershell/module/exchange/set-mailbox, -MaxSendSize</summary>
    private const long MostSendSize = 150 * 1024 * 1024;

    /// <summary>get-mailbox; -SoftDeletedMailbox shows those that were deleted in the last 30 days.</summary>
    public static IEnumerable<JsonObject> GetMailbox(AdminCall call) => call.Flag("SoftDeletedMailbox") == true
        ? call.Tenant.Mailboxes.SoftDeleted.Where(m => call.Text("Identity") is not { } name || call.Describe(m).IsNamed(name))
            .Select(m => DescribeMailbox(call, m))
        : Mailboxes(call).Select(m => DescribeMailbox(call, m));

    /// <summary>
    /// https://learn.microsoft.com/powershell/module/exchange/set-mailbox: deleted items are kept for 14 days, for 30 at most.
    /// </summary>
    public static IEnumerable<JsonObject> SetMailbox(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Identity"));
        if (call.Text("RetainDeletedItemsFor") is { } text)
        {
            mailbox.RetainDeletedItemsFor = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)
                && time >= TimeSpan.Zero && time <= TimeSpan.FromDays(30)
                ? time
                : throw AdminRefusal.Invalid(
                    $"The value '{text}' isn't valid for RetainDeletedItemsFor: the maximum is 30.00:00:00.");
        }

        mailbox.MaxSendSize = ByteSize.Read(call, "MaxSendSize") ?? mailbox.MaxSendSize;
        if (mailbox.MaxSendSize > MostSendSize)
        {
            mailbox.MaxSendSize = null;
            throw AdminRefusal.Invalid("The value isn't valid for MaxSendSize: the maximum is 150 MB (157,286,400 bytes).");
        }

        foreach (var name in CustomAttributes.Where(call.Has))
        {
            mailbox.SetAttribute(name, call.Text(name) ?? "");
        }

        mailbox.Quota = ByteSize.Read(call, "ProhibitSendReceiveQuota") ?? mailbox.Quota;
        mailbox.Kind = call.Text("Type")?.ToUpperInvariant() switch
        {
            null => mailbox.Kind,
            "REGULAR" => MailboxKind.User,
            "SHARED" => MailboxKind.Shared,
            "ROOM" => MailboxKind.Room,
            "EQUIPMENT" => MailboxKind.Equipment,
            var other => throw AdminRefusal.Binding(
                $"Cannot bind parameter 'Type'. Cannot convert value \"{other}\" to type \"ConvertibleMailboxSubType\"."),
        };
        mailbox.Policy = mailbox.Policy with
        {
            HasLitigationHold = call.Flag("LitigationHoldEnabled") ?? mailbox.Policy.HasLitigationHold,
            HasRetentionHold = call.Flag("RetentionHoldEnabled") ?? mailbox.Policy.HasRetentionHold,
            ForwardingAddress = call.Has("ForwardingSmtpAddress")
                ? call.Text("ForwardingSmtpAddress") : mailbox.Policy.ForwardingAddress,
            KeepsForwarded = call.Flag("DeliverToMailboxAndForward") ?? mailbox.Policy.KeepsForwarded,
        };
        if (call.Has("GrantSendOnBehalfTo"))
        {
            // The list that is given takes the place of the old one.
            var rights = call.Texts("GrantSendOnBehalfTo").Select(name => new RecipientPermission(
                mailbox.UserId, PermissionCommands.SidOf(call, name), RecipientPermission.SendOnBehalf)).ToArray();
            call.Exchange.Change(c => c with
            {
                Permissions = c.Permissions.RemoveAll(
                    p => p.MailboxId == mailbox.UserId && p.Right == RecipientPermission.SendOnBehalf).AddRange(rights),
            });
        }

        return [];
    }

    public static IEnumerable<JsonObject> GetRecipient(AdminCall call) => call.Text("Identity") is { } name
        ? [Describe(call.FindRecipient(call.Readable, name) ?? throw AdminRefusal.NotFound(name))]
        : call.Recipients(call.Readable).Where(Filter(call)).Select(Describe);

    public static IEnumerable<JsonObject> GetCas(AdminCall call) => Mailboxes(call).Select(m => new JsonObject
    {
        ["EmailAddresses"] = Addresses(call.Describe(m)),
        ["PrimarySmtpAddress"] = m.Address,
        ["DisplayName"] = m.DisplayName,
        ["ActiveSyncEnabled"] = true,
        ["OWAEnabled"] = true,
        ["PopEnabled"] = m.IsPopEnabled,
        ["ImapEnabled"] = m.IsImapEnabled,
        ["MAPIEnabled"] = true,
        ["EwsEnabled"] = m.IsEwsEnabled,
        ["SmtpClientAuthenticationDisabled"] = m.IsSmtpAuthDisabled,
        ["Name"] = call.Describe(m).Name,
        ["Identity"] = call.Describe(m).Name,
        ["Guid"] = m.UserId,
    });

    public static IEnumerable<JsonObject> SetCas(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Identity"));
        mailbox.IsImapEnabled = call.Flag("ImapEnabled") ?? mailbox.IsImapEnabled;
        mailbox.IsPopEnabled = call.Flag("PopEnabled") ?? mailbox.IsPopEnabled;
        if (call.Has("SmtpClientAuthenticationDisabled"))
        {
            // Null is the organization's setting.
            mailbox.IsSmtpAuthDisabled = call.Flag("SmtpClientAuthenticationDisabled");
        }

        return [];
    }

    public static IEnumerable<JsonObject> GetRegional(AdminCall call) =>
        [Regional(call, call.MailboxOf(call.Required("Identity")))];

    public static IEnumerable<JsonObject> SetRegional(AdminCall call)
    {
        var mailbox = call.MailboxOf(call.Required("Identity"));
        var settings = MailboxSettings.Of(mailbox);
        if (call.Text("Language") is { } language)
        {
            settings["language"] = new JsonObject { ["locale"] = language, ["displayName"] = Culture(language).EnglishName };
            if (call.Flag("LocalizeDefaultFolderName") == true)
            {
                FolderLanguages.Rename(mailbox, language);
            }
        }

        if (call.Text("TimeZone") is { } zone)
        {
            // Exchange accepts only Windows' names.
            settings["timeZone"] = IsTimeZone(zone) ? zone
                : throw AdminRefusal.Invalid($"The time zone '{zone}' isn't valid.");
        }

        foreach (var format in new[] { "DateFormat", "TimeFormat" }.Where(call.Has))
        {
            settings[char.ToLowerInvariant(format[0]) + format[1..]] = call.Text(format);
        }

        return [];
    }

    // Without the data of ICU, .NET converts none of them.
    private static bool IsTimeZone(string name) => name == "UTC" || TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out _)
        || (!TimeZoneInfo.TryConvertWindowsIdToIanaId("W. Europe Standard Time", out _)
            && name.EndsWith(" Standard Time", StringComparison.Ordinal));

    public static JsonObject Describe(Recipient recipient)
    {
        var json = Facts(recipient);
        foreach (var name in Shown)
        {
            json[name] = recipient.Account?.Attributes.GetValueOrDefault(name) ?? "";
        }

        return json;
    }

    /// <summary>The attributes that admins sort mailboxes by.</summary>
    private static readonly string[] Shown =
    [
        .. Enumerable.Range(1, 15).Select(i => $"CustomAttribute{i}"), "Company", "Department", "Office", "Title",
    ];

    private static JsonObject Facts(Recipient recipient) => new()
    {
        ["Name"] = recipient.Name,
        ["Alias"] = recipient.Alias,
        ["DisplayName"] = recipient.DisplayName,
        ["PrimarySmtpAddress"] = recipient.Address,
        ["EmailAddresses"] = Addresses(recipient),
        ["RecipientType"] = recipient.RecipientType,
        ["RecipientTypeDetails"] = recipient.Details,
        ["HiddenFromAddressListsEnabled"] = recipient.Account?.IsHidden ?? false,
        ["IsValidSecurityPrincipal"] = recipient.IsSecurityPrincipal,
        ["ExternalDirectoryObjectId"] = recipient.Id,
        ["DistinguishedName"] = recipient.DistinguishedName,
        ["Identity"] = recipient.Name,
        ["Guid"] = recipient.Id,
    };

    private static JsonObject DescribeMailbox(AdminCall call, Mailbox mailbox)
    {
        var json = Describe(call.Describe(mailbox));
        json["UserPrincipalName"] = mailbox.UserPrincipalName;
        json["IsShared"] = mailbox.IsShared;
        json["ArchiveStatus"] = mailbox.Kind == MailboxKind.Archive ? "Active" : "None";
        json["RetainDeletedItemsFor"] = mailbox.RetainDeletedItemsFor.ToString("c", CultureInfo.InvariantCulture);
        json["MaxSendSize"] = ByteSize.Text(Submission.MaxSize(call.Tenant, mailbox));
        json["ProhibitSendReceiveQuota"] = ByteSize.Text(mailbox.Quota ?? 50L * 1024 * 1024 * 1024);
        json["RecoverableItemsQuota"] = ByteSize.Text(mailbox.Policy.RecoverableItemsQuota);
        json["RecoverableItemsWarningQuota"] = ByteSize.Text(mailbox.Policy.RecoverableItemsWarningQuota);
        json["SingleItemRecoveryEnabled"] = true;
        json["LitigationHoldEnabled"] = mailbox.Policy.HasLitigationHold;
        json["InPlaceHolds"] = Json.Array(mailbox.Policy.InPlaceHolds);
        json["RetentionHoldEnabled"] = mailbox.Policy.HasRetentionHold;
        json["DelayHoldApplied"] = false;
        json["ComplianceTagHoldApplied"] = false;
        json["ForwardingAddress"] = null;
        json["ForwardingSmtpAddress"] = mailbox.Policy.ForwardingAddress is { } to ? $"smtp:{to}" : null;
        json["DeliverToMailboxAndForward"] = mailbox.Policy.KeepsForwarded;
        json["GrantSendOnBehalfTo"] = Json.Array(call.Readable.Permissions
            .Where(p => p.MailboxId == mailbox.UserId && p.Right == RecipientPermission.SendOnBehalf)
            .Select(p => PermissionCommands.NameOf(call, p.Sid)));
        return json;
    }

    private static JsonObject Regional(AdminCall call, Mailbox mailbox)
    {
        var settings = MailboxSettings.Of(mailbox);
        return new JsonObject
        {
            ["DateFormat"] = Given(settings.Text("dateFormat")),
            ["TimeFormat"] = Given(settings.Text("timeFormat")),
            ["Language"] = Given((settings["language"] as JsonObject)?.Text("locale")),
            ["TimeZone"] = Given(settings.Text("timeZone")),
            ["DefaultFolderNameMatchingUserLanguage"] = false,
            ["Identity"] = call.Describe(mailbox).Name,
            ["IsValid"] = true,
        };
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static CultureInfo Culture(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            throw AdminRefusal.Binding(
                $"Cannot process argument transformation on parameter 'Language'. Cannot convert value \"{name}\" to type "
                    + $"\"System.Globalization.CultureInfo\".");
        }
    }

    private static IEnumerable<Mailbox> Mailboxes(AdminCall call) => call.Text("Identity") is { } name
        ? [call.MailboxOf(name)]
        : call.Tenant.Mailboxes.All.Where(m => Filter(call)(call.Describe(m)));

    private static Func<Recipient, bool> Filter(AdminCall call)
    {
        if (call.Text("Filter") is not { } text)
        {
            return _ => true;
        }

        try
        {
            var filter = RecipientFilter.Parse(text);
            return r => filter.Matches(r, call.Readable, call.Tenant.Domain);
        }
        catch (FormatException e)
        {
            throw AdminRefusal.Binding(
                $"Cannot bind parameter 'Filter' to the target. Exception setting \"Filter\": \"{e.Message}\"");
        }
    }

    private static JsonArray Addresses(Recipient recipient) =>
        Json.Array(recipient.Addresses.Select((a, i) => (i == 0 ? "SMTP:" : "smtp:") + a));
}
