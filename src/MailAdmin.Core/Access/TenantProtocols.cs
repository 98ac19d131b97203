using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Represents a tenant's settings for protocols that Microsoft retires, as read from Exchange.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig (-EwsEnabled, -EWSAllowedAppIDs),
/// https://learn.microsoft.com/powershell/module/exchange/set-casmailbox (-EwsEnabled: both have to allow it),
/// https://learn.microsoft.com/powershell/module/exchange/set-transportconfig (-SmtpClientAuthenticationDisabled)
/// </remarks>
internal sealed record TenantProtocols
{
    /// <summary>EwsEnabled of the organization; null if it was never set.</summary>
    public bool? EwsEnabled { get; init; }

    /// <summary>EWSAllowedAppIDs; null if the list isn't set.</summary>
    public IReadOnlyList<string>? EwsAllowedApps { get; init; }

    /// <summary>Mailboxes for which EWS is disabled.</summary>
    public IReadOnlyList<string> EwsDisabledMailboxes { get; init; } = [];

    /// <summary>SmtpClientAuthenticationDisabled of the tenant; null if it can't be read.</summary>
    public bool? SmtpAuthDisabled { get; init; }

    /// <summary>Mailboxes for which SMTP AUTH is enabled by their own setting.</summary>
    public IReadOnlyList<string> SmtpAuthMailboxes { get; init; } = [];

    /// <summary>Mailboxes for which SMTP AUTH is disabled by their own setting.</summary>
    public IReadOnlyList<string> SmtpAuthDisabledMailboxes { get; init; } = [];

    /// <summary>Whether SMTP AUTH is off for a mailbox, by its own setting or the tenant's.</summary>
    public bool IsSmtpAuthOff(string mailbox) =>
        SmtpAuthDisabledMailboxes.Contains(mailbox, StringComparer.OrdinalIgnoreCase)
        || (SmtpAuthDisabled == true && !SmtpAuthMailboxes.Contains(mailbox, StringComparer.OrdinalIgnoreCase));

    /// <summary>Reads the settings.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and a role that can read Exchange's configuration.</param>
    /// <param name="mailbox">Only the settings of this mailbox; null for all mailboxes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read them.</exception>
    public static async Task<TenantProtocols> ReadAsync(
        Session session, string? mailbox, CancellationToken cancellationToken)
    {
        async Task<IReadOnlyList<ExchangeObject>> GetAsync(string cmdlet, JsonObject parameters) =>
            await session.Exchange.GetAsync(cmdlet, parameters, cancellationToken).ConfigureAwait(false);
        var organization = (await GetAsync("Get-OrganizationConfig", []).ConfigureAwait(false)).FirstOrDefault();
        var transport = (await GetAsync("Get-TransportConfig", []).ConfigureAwait(false)).FirstOrDefault();
        var cas = await GetAsync("Get-CASMailbox", mailbox is null
            ? new JsonObject { ["ResultSize"] = ExchangeAdmin.Unlimited }
            : new JsonObject { ["Identity"] = mailbox }).ConfigureAwait(false);
        string[] With(Func<ExchangeObject, bool> which) =>
        [
            .. cas.Where(which).Select(m => m.Text("PrimarySmtpAddress")).OfType<string>()
                .Order(StringComparer.OrdinalIgnoreCase),
        ];
        return new TenantProtocols
        {
            EwsEnabled = organization?.Flag("EwsEnabled"),
            EwsAllowedApps = organization?.Text("EwsAllowedAppIDs") is null ? null : organization.Texts("EwsAllowedAppIDs"),
            EwsDisabledMailboxes = With(m => m.Flag("EwsEnabled") == false),
            SmtpAuthDisabled = transport?.Flag("SmtpClientAuthenticationDisabled"),
            SmtpAuthMailboxes = With(m => m.Flag("SmtpClientAuthenticationDisabled") == false),
            SmtpAuthDisabledMailboxes = With(m => m.Flag("SmtpClientAuthenticationDisabled") == true),
        };
    }

    /// <summary>Whether EWS works for an app at a time, and why.</summary>
    /// <param name="clientId">The app.</param>
    /// <param name="now">The time.</param>
    /// <returns>Works is null if the settings don't determine it.</returns>
    public (bool? Works, string Why) Ews(string clientId, DateTimeOffset now)
    {
        var isListed = EwsAllowedApps?.Contains(clientId, StringComparer.OrdinalIgnoreCase);
        if (now >= Retirements.EwsGone)
        {
            return (false, "It ended on 2027-04-01.");
        }

        return (EwsEnabled, isListed) switch
        {
            (false, _) => (false, "It doesn't work now: EwsEnabled of the organization is False."),
            (_, false) => (false, "It doesn't work now: the app isn't on the organization's list EWSAllowedAppIDs."),
            (true, true) => (true, "It works now: EwsEnabled of the organization is True, and the app is on EWSAllowedAppIDs."),
            (true, _) when now >= Retirements.EwsBlocked =>
                (true, "It works now: EwsEnabled of the organization is True, and EWSAllowedAppIDs isn't set."),
            (null, _) when now >= Retirements.EwsBlocked => (null,
                "EwsEnabled of the organization isn't set, so Microsoft can disable it at any time, tenant by tenant."),
            _ => (true, "It works now: EwsEnabled of the organization is "
                + $"{EwsEnabled?.ToString(CultureInfo.InvariantCulture) ?? "not set"}."),
        };
    }
}
