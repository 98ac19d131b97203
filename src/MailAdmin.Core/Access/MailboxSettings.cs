using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Language, time zone and protocols of mailboxes.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/set-mailboxregionalconfiguration,
/// https://learn.microsoft.com/powershell/module/exchange/set-casmailbox
/// </remarks>
internal sealed class MailboxSettings
{
    private readonly Session _session;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and Recipient Management.</param>
    public MailboxSettings(Session session) => _session = session;

    /// <summary>Reads the settings of a mailbox.</summary>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailboxSetting> GetAsync(string mailbox, CancellationToken cancellationToken) => await GetAsync(
        await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false),
        cancellationToken).ConfigureAwait(false);

    /// <summary>Reads the settings of a mailbox that was found before.</summary>
    public async Task<MailboxSetting> GetAsync(ExchangeMailbox mailbox, CancellationToken cancellationToken)
    {
        var address = mailbox.Address;
        var regional = await OneAsync("Get-MailboxRegionalConfiguration", address, cancellationToken).ConfigureAwait(false);
        var cas = await OneAsync("Get-CASMailbox", address, cancellationToken).ConfigureAwait(false);
        var own = cas?.Flag("SmtpClientAuthenticationDisabled");
        var zone = Given(regional?.Text("TimeZone"));
        return new MailboxSetting
        {
            Mailbox = address,
            MailboxId = mailbox.ObjectId,
            UserPrincipalName = mailbox.UserPrincipalName,
            Language = Given(regional?.Text("Language")),
            TimeZone = zone,
            IanaTimeZone = zone is null ? null : TimeZones.ToIana(zone),
            ImapEnabled = cas?.Flag("ImapEnabled"),
            SmtpAuthEnabled = !(own ?? await OrganizationAsync(cancellationToken).ConfigureAwait(false)),
            SmtpAuthInherited = own is null,
            RetainDeletedItemsFor = mailbox.RetainDeletedItemsFor,
        };
    }

    /// <summary>Changes settings of a mailbox. A setting that is null isn't changed.</summary>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <param name="language">Such as "de-DE".</param>
    /// <param name="timeZone">A time zone by its Windows or IANA name.</param>
    /// <param name="imapEnabled">Whether IMAP is on.</param>
    /// <param name="smtpAuth">Whether programs may submit mail over SMTP with a sign-in.</param>
    /// <returns>The settings then.</returns>
    /// <exception cref="InvalidRequestException">
    /// The mailbox or the time zone wasn't found, or only one of language and time zone is specified for a mailbox that has
    /// neither.
    /// </exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailboxSetting> SetAsync(
        string mailbox, string? language, string? timeZone, bool? imapEnabled, SmtpAuthSetting? smtpAuth,
        CancellationToken cancellationToken)
    {
        // An unknown time zone is rejected before the first request.
        var zone = timeZone is null ? null : WindowsName(timeZone);
        var found = await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var before = await GetAsync(found, cancellationToken).ConfigureAwait(false);
        return await SetAsync(
            found, before, language, zone, imapEnabled, smtpAuth, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes settings of a mailbox that was found and read before.</summary>
    public async Task<MailboxSetting> SetAsync(
        ExchangeMailbox mailbox, MailboxSetting before, string? language, string? timeZone, bool? imapEnabled,
        SmtpAuthSetting? smtpAuth, CancellationToken cancellationToken)
    {
        var zone = timeZone is null ? null : WindowsName(timeZone);
        if ((language is null) != (zone is null) && (before.Language ?? language) is var l && (before.TimeZone ?? zone) is var z
            && (l is null || z is null))
        {
            throw new InvalidRequestException(
                "LanguageAndTimeZone", $"'{before.Mailbox}' has never been opened and has no language and no time zone.")
            {
                Target = before.Mailbox,
                Advice = "Specify both -Language and -TimeZone, because Exchange requires both.",
            };
        }

        var changed = await ChangeAsync("Set-MailboxRegionalConfiguration", before.Mailbox,
            [("Language", language, before.Language), ("TimeZone", zone, before.TimeZone)],
            cancellationToken).ConfigureAwait(false);
        bool? smtpDisabled = smtpAuth switch { SmtpAuthSetting.Enabled => false, SmtpAuthSetting.Disabled => true, _ => null };
        var smtpBefore = before.SmtpAuthInherited ? null : !before.SmtpAuthEnabled;
        var protocols = new List<(string, object?, object?)>();
        if (imapEnabled is not null)
        {
            protocols.Add(("ImapEnabled", imapEnabled, before.ImapEnabled));
        }

        if (smtpAuth is not null)
        {
            protocols.Add(("SmtpClientAuthenticationDisabled", smtpDisabled, smtpBefore));
        }

        changed |= await ChangeAsync("Set-CASMailbox", before.Mailbox, protocols, cancellationToken).ConfigureAwait(false);
        if (!changed)
        {
            return before with { Change = ChangeKind.Unchanged };
        }

        var now = before;
        var isShown = await _session.IsShownAsync("The settings of the mailbox", async ct =>
        {
            now = await GetAsync(mailbox, ct).ConfigureAwait(false);
            return (language is null || Same(language, now.Language)) && (zone is null || Same(zone, now.TimeZone))
                && (imapEnabled is null || imapEnabled == now.ImapEnabled)
                && (smtpAuth is null || (now.SmtpAuthInherited ? null : !now.SmtpAuthEnabled) == smtpDisabled);
        }, cancellationToken).ConfigureAwait(false);
        return now with { Change = isShown ? ChangeKind.Updated : ChangeKind.Pending };

        static bool Same(string a, string? b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Returns the Windows name that Exchange requires; scripts from other systems use IANA's.</summary>
    internal static string WindowsName(string zone)
    {
        return TimeZones.ToWindows(zone)
            ?? throw new InvalidRequestException("UnknownTimeZone", $"No time zone '{zone}' was found.")
            {
                Target = zone,
                Advice = "Specify an IANA name such as Europe/Berlin, or a Windows name such as W. Europe Standard Time.",
            };
    }

    /// <summary>Sends the settings that differ. For regional settings, null means that the setting isn't specified.</summary>
    private async Task<bool> ChangeAsync(
        string cmdlet, string address, IReadOnlyList<(string Name, object? Wanted, object? Before)> values,
        CancellationToken cancellationToken)
    {
        var different = values
            .Where(v => !Equals(v.Wanted, v.Before)
                && (v.Wanted is not null || v.Name.StartsWith("Smtp", StringComparison.Ordinal))).ToArray();
        if (different.Length == 0)
        {
            return false;
        }

        var parameters = new JsonObject { ["Identity"] = address };
        foreach (var (name, wanted, _) in different)
        {
            parameters[name] = wanted switch { bool flag => flag, string text => text, _ => null };
        }

        var note = new ChangeNote(JournalAction.OfCmdlet(cmdlet), null, address, Text(v => v.Before), Text(v => v.Wanted));
        await _session.ChangeAsync(note, parameters, cancellationToken).ConfigureAwait(false);
        return true;

        string Text(Func<(string Name, object? Wanted, object? Before), object?> of) =>
            string.Join(
                ", ", different.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Name} {of(v) ?? "not set"}")));
    }

    private async Task<ExchangeObject?> OneAsync(string cmdlet, string address, CancellationToken cancellationToken) =>
        (await _session.Exchange.GetAsync(
            cmdlet, new JsonObject { ["Identity"] = address }, cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    /// <summary>
    /// Returns whether SMTP AUTH is off in the tenant, for mailboxes without their own setting; null if this account isn't
    /// allowed to read it.
    /// </summary>
    private async Task<bool?> OrganizationAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _session.Exchange.GetAsync(
                "Get-TransportConfig", [], cancellationToken).ConfigureAwait(false)).FirstOrDefault()?.Flag(
                    "SmtpClientAuthenticationDisabled");
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            return null;
        }
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
