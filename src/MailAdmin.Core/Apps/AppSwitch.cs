using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Whether a service principal can be used: an app's own, or that of a service of Microsoft's.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/serviceprincipal-update (accountEnabled),
/// https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals
/// </remarks>
internal static class AppSwitch
{
    /// <summary>Enables or disables the sign-in to an app, and as it.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All.</param>
    /// <param name="app">The app; it has a service principal.</param>
    /// <param name="enabled">Whether it can be used.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The change; Pending if the tenant doesn't show it.</returns>
    /// <exception cref="InvalidRequestException">The app has no service principal.</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change it.</exception>
    public static async Task<ChangeKind> SetAsync(
        Session session, MailAppRegistration app, bool enabled, CancellationToken cancellationToken)
    {
        var id = app.ServicePrincipalObjectId
            ?? throw new InvalidRequestException("NoServicePrincipal", $"{app} has no service principal in this tenant.")
            {
                Target = app.ClientId,
                Advice = "To create it, run New-MailAppRegistration with -App and the client ID.",
            };
        async Task<bool> IsAsync(CancellationToken ct) => (await session.CallGraphAsync(g => g.ServicePrincipals[id].GetAsync(
            r => r.QueryParameters.Select = ["id", "accountEnabled"], ct)).ConfigureAwait(false))!.AccountEnabled == enabled;
        if (await IsAsync(cancellationToken).ConfigureAwait(false))
        {
            return ChangeKind.Unchanged;
        }

        var (before, after) = enabled ? ("disabled", "enabled") : ("enabled", "disabled");
        await session.ChangeAsync(
            new ChangeNote(JournalAction.ChangeEnterpriseApp, app.ClientId, app.Name, before, after),
            g => g.ServicePrincipals[id].PatchAsync(
                new ServicePrincipal { AccountEnabled = enabled }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return await session.IsShownAsync("The service principal's state", IsAsync, cancellationToken).ConfigureAwait(false)
            ? ChangeKind.Updated : ChangeKind.Pending;
    }

    /// <summary>Creates the service principal of Office 365 Exchange Online if the tenant doesn't have it.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All.</param>
    /// <returns>The service principal, as an app.</returns>
    public static async Task<MailAppRegistration> EnsureExchangeAsync(Session session, CancellationToken cancellationToken)
    {
        var directory = new AppDirectory(session);
        if (await directory.FindServicePrincipalAsync(PermissionName.ExchangeAppId, cancellationToken)
            .ConfigureAwait(false) is { } present)
        {
            return Describe(session, present, ChangeKind.Unchanged);
        }

        var made = (await session.ChangeAsync(
            g => g.ServicePrincipals.PostAsync(
                new ServicePrincipal { AppId = PermissionName.ExchangeAppId }, cancellationToken: cancellationToken),
            p => new ChangeNote(
                JournalAction.NewEnterpriseApp, PermissionName.ExchangeAppId,
                ResourceCatalog.NameOf(PermissionName.ExchangeAppId), null, p?.Id)).ConfigureAwait(false))!;
        var isSeen = await session.IsShownAsync(
            "The service principal of Exchange Online",
            async ct => await directory.FindServicePrincipalAsync(
                PermissionName.ExchangeAppId, ct).ConfigureAwait(false) is not null,
            cancellationToken).ConfigureAwait(false);
        return Describe(session, made, isSeen ? ChangeKind.Created : ChangeKind.Pending);
    }

    private static MailAppRegistration Describe(Session session, ServicePrincipal principal, ChangeKind change) => new()
    {
        Name = principal.DisplayName ?? ResourceCatalog.NameOf(PermissionName.ExchangeAppId),
        ClientId = principal.AppId ?? PermissionName.ExchangeAppId,
        TenantId = session.TenantId,
        ServicePrincipalObjectId = principal.Id,
        Change = change,
        Handle = session,
    };
}
