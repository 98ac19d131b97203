using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Represents Entra's lock on the credentials of a service principal. While it's on, no credential can be added to the service
/// principal, where the app registration doesn't show it. The lock is a property of the registration, and also blocks the removal
/// of such credentials.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks</remarks>
internal static class PrincipalLock
{
    /// <summary>The lock of all properties that can be locked.</summary>
    public static ServicePrincipalLockConfiguration On => new() { IsEnabled = true, AllProperties = true };

    /// <summary>Turns the lock on, unless it's already on for all properties.</summary>
    /// <exception cref="InvalidRequestException">Entra doesn't show the lock (LockNotShown).</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change the app.</exception>
    public static async Task EnsureAsync(Session session, App app, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalLockConfiguration is not { IsEnabled: true, AllProperties: true })
        {
            await SetAsync(session, app, On, cancellationToken).ConfigureAwait(false);
            await ReadBackAsync(session, app, On, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs an operation that the lock blocks. The lock is off during the operation, and always on again afterward.
    /// </summary>
    /// <exception cref="InvalidRequestException">Entra doesn't show that the lock is on again (LockNotShown).</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change the app, or the work is refused.</exception>
    public static async Task WithoutAsync(Session session, App app, Func<Task> work, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalLockConfiguration is not { IsEnabled: true } before)
        {
            await work().ConfigureAwait(false);
            return;
        }

        await SetAsync(session, app, new() { IsEnabled = false }, cancellationToken).ConfigureAwait(false);
        try
        {
            ServiceRefusedException? refused = null;
            var isDone = await Poll.UntilAsync<object>(session.Wire, "The unlocked service principal", async _ =>
            {
                try
                {
                    await work().ConfigureAwait(false);
                    return session;
                }
                catch (ServiceRefusedException e) when (e.Code == GraphCodes.PropertyLocked)
                {
                    refused = e;
                    return null;
                }
            }, cancellationToken).ConfigureAwait(false);
            if (isDone is null)
            {
                throw refused!;
            }
        }
        finally
        {
            await SetAsync(session, app, Copy(before), CancellationToken.None).ConfigureAwait(false);
        }

        await ReadBackAsync(session, app, before, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ReadBackAsync(
        Session session, App app, ServicePrincipalLockConfiguration state, CancellationToken cancellationToken)
    {
        var isShown = await session.IsShownAsync("The lock on the service principal", async ct =>
        {
            var now = await session.CallGraphAsync(g => g.Applications[app.Id].GetAsync(
                r => r.QueryParameters.Select = ["id", "servicePrincipalLockConfiguration"], ct)).ConfigureAwait(false);
            return now?.ServicePrincipalLockConfiguration is { IsEnabled: true } shown
                && shown.AllProperties == state.AllProperties;
        }, cancellationToken).ConfigureAwait(false);
        if (!isShown)
        {
            throw new InvalidRequestException(
                "LockNotShown", $"Entra accepted the lock on the service principal of {app.DisplayName}, but doesn't return it.")
            {
                Target = app.AppId,
                Advice = "Run the command again in a few minutes. Until the lock is on, the owners of the service principal can "
                    + "add credentials to it.",
            };
        }
    }

    /// <summary>Copies a lock. The SDK sends only properties that were set, and not those that were read.</summary>
    private static ServicePrincipalLockConfiguration Copy(ServicePrincipalLockConfiguration state) => new()
    {
        IsEnabled = state.IsEnabled,
        AllProperties = state.AllProperties,
        CredentialsWithUsageSign = state.CredentialsWithUsageSign,
        CredentialsWithUsageVerify = state.CredentialsWithUsageVerify,
        TokenEncryptionKeyId = state.TokenEncryptionKeyId,
    };

    private static Task SetAsync(
        Session session, App app, ServicePrincipalLockConfiguration state, CancellationToken cancellationToken) =>
        session.ChangeAsync(
            new ChangeNote(
                JournalAction.ChangeApp, app.AppId, app.DisplayName ?? "", null,
                $"servicePrincipalLockConfiguration {(state.IsEnabled == true ? "on" : "off")}"),
            graph => graph.Applications[app.Id].PatchAsync(
                new App { ServicePrincipalLockConfiguration = state }, cancellationToken: cancellationToken));
}
