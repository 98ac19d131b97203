using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>The holds, quotas, archive, and forwarding of a mailbox, as Get-Mailbox returns them.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/get-mailbox,
/// https://learn.microsoft.com/purview/ediscovery-identify-a-hold-on-an-exchange-online-mailbox (the values of InPlaceHolds)
/// </remarks>
internal sealed record MailboxRetention
{
    /// <summary>The holds, such as "Litigation hold" and "Retention policy mbx…:3"; empty for none.</summary>
    public IReadOnlyList<string> Holds { get; init; } = [];

    /// <summary>Retention policies of the organization that don't apply to the mailbox.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Whether the mailbox has an archive mailbox; null if Exchange doesn't return it.</summary>
    public bool? HasArchive { get; init; }

    /// <summary>Bytes at which the mailbox neither sends nor receives; null for no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Bytes at which nothing more can be deleted.</summary>
    public long? RecoverableItemsQuota { get; init; }

    /// <summary>Bytes at which Exchange warns that Recoverable Items is nearly full.</summary>
    public long? RecoverableItemsWarningQuota { get; init; }

    /// <summary>The address that mail is forwarded to; null for none.</summary>
    public string? ForwardingAddress { get; init; }

    /// <summary>Whether forwarded mail stays in the mailbox, too.</summary>
    public bool KeepsForwarded { get; init; }

    /// <summary>Reads what Get-Mailbox returned.</summary>
    public static MailboxRetention Read(ExchangeObject mailbox)
    {
        var inPlace = mailbox.Texts("InPlaceHolds");
        var forwarding = mailbox.Text("ForwardingSmtpAddress") is { Length: > 0 } smtp ? smtp
            : mailbox.Text("ForwardingAddress") is { Length: > 0 } recipient ? recipient : null;
        return new MailboxRetention
        {
            Holds =
            [
                .. mailbox.Flag("LitigationHoldEnabled") == true ? new[] { "Litigation hold" } : [],
                .. mailbox.Flag("ComplianceTagHoldApplied") == true ? new[] { "Retention label" } : [],
                .. mailbox.Flag("DelayHoldApplied") == true ? new[] { "Delay hold" } : [],
                .. inPlace.Select(NameOf).OfType<string>(),
            ],
            Excluded = [.. inPlace.Where(h => h.StartsWith('-')).Select(h => Bare(h[1..]))],
            HasArchive = mailbox.Text("ArchiveStatus") is { Length: > 0 } status
                ? !status.Equals("None", StringComparison.OrdinalIgnoreCase) : null,
            Quota = ExchangeSize.Bytes(mailbox.Text("ProhibitSendReceiveQuota")),
            RecoverableItemsQuota = ExchangeSize.Bytes(mailbox.Text("RecoverableItemsQuota")),
            RecoverableItemsWarningQuota = ExchangeSize.Bytes(mailbox.Text("RecoverableItemsWarningQuota")),
            ForwardingAddress = forwarding?.StartsWith("smtp:", StringComparison.OrdinalIgnoreCase) == true
                ? forwarding["smtp:".Length..] : forwarding,
            KeepsForwarded = mailbox.Flag("DeliverToMailboxAndForward") == true,
        };
    }

    /// <summary>The same with the retention policies of the organization.</summary>
    /// <param name="organization">The result of Get-OrganizationConfig; null if it can't be read.</param>
    public MailboxRetention With(ExchangeObject? organization)
    {
        var all = (organization?.Texts("InPlaceHolds") ?? []).Where(h => !Excluded.Contains(Bare(h)));
        return this with { Holds = [.. Holds.Concat(all.Select(NameOf).OfType<string>()).Distinct()] };
    }

    /// <summary>
    /// A hold in words; null for what holds no mail: an exclusion ("-mbx…"), Teams and Skype ("skp…"), and a policy that only
    /// deletes (":1").
    /// </summary>
    private static string? NameOf(string hold) => hold switch
    {
        ['-', ..] => null,
        _ when hold.StartsWith("skp", StringComparison.OrdinalIgnoreCase) => null,
        _ when hold.EndsWith(":1", StringComparison.Ordinal) => null,
        _ when hold.StartsWith("mbx", StringComparison.OrdinalIgnoreCase) => $"Retention policy {hold}",
        _ when hold.StartsWith("grp", StringComparison.OrdinalIgnoreCase) => null,
        _ when hold.StartsWith("UniH", StringComparison.OrdinalIgnoreCase) => $"eDiscovery hold {hold}",
        _ => $"In-place hold {hold}",
    };

    private static string Bare(string hold) => hold.Split(':')[0];
}

/// <summary>Sizes as Exchange writes them: "35 MB (36,700,160 bytes)", or "Unlimited".</summary>
/// <remarks>https://learn.microsoft.com/powershell/module/exchange/set-mailbox (-ProhibitSendReceiveQuota)</remarks>
internal static class ExchangeSize
{
    /// <summary>The bytes; null for "Unlimited" and for what isn't a size.</summary>
    public static long? Bytes(string? text)
    {
        if (text?.IndexOf('(', StringComparison.Ordinal) is not { } at || at < 0)
        {
            return null;
        }

        // The separators of groups are those of the service's language.
        var digits = string.Concat(text.AsSpan(at).ToString().Where(char.IsAsciiDigit));
        return long.TryParse(digits, out var bytes) ? bytes : null;
    }
}
