using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Whether an app exists in the tenant and is enabled, and the services that it uses, too.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/serviceprincipal (accountEnabled)</remarks>
internal static class AppState
{
    /// <summary>The first thing that is missing or disabled.</summary>
    /// <param name="session">Signed in with Application.Read.All.</param>
    /// <returns>The failed check; Passed if all is enabled.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    public static async Task<MailCheck> CheckAsync(
        Session session, MailAppRegistration app, AccessRemedies to, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalObjectId is not { } id)
        {
            return Failed(
                MailCheckReason.ServicePrincipalMissing, "the registration has no service principal",
                "The registration has no service principal in the tenant.",
                "Create the service principal (enterprise application).", to.ServicePrincipal(app.Name));
        }

        var own = await session.CallGraphAsync(g => g.ServicePrincipals[id].GetAsync(
            r => r.QueryParameters.Select = ["id", "accountEnabled"], cancellationToken)).ConfigureAwait(false);
        if (own?.AccountEnabled == false)
        {
            return Failed(
                MailCheckReason.AppDisabled, "the service principal is disabled", "The app's service principal is disabled.",
                "Find out who disabled the enterprise application and why. Then enable it.", to.Enable());
        }

        foreach (var appId in new[] { PermissionName.ExchangeAppId, PermissionName.GraphAppId })
        {
            if (await ResourceAsync(session, appId, cancellationToken).ConfigureAwait(false) is { } failed)
            {
                return failed;
            }
        }

        return new MailCheck("App", CheckStatus.Passed) { Evidence = "the app is enabled" };
    }

    private static async Task<MailCheck?> ResourceAsync(
        Session session, string appId, CancellationToken cancellationToken)
    {
        var name = ResourceCatalog.NameOf(appId);
        ServicePrincipal? resource;
        try
        {
            resource = await session.CallGraphAsync(g => g.ServicePrincipalsWithAppId(appId).GetAsync(
                r => r.QueryParameters.Select = ["id", "accountEnabled"], cancellationToken)).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.HttpStatus == 404)
        {
            return Failed(
                MailCheckReason.ResourceMissing, $"{name} has no service principal",
                $"The service principal of {name} is missing in the tenant.",
                "Create it.", ResourceCatalog.MissingRemedy);
        }

        return resource?.AccountEnabled != false ? null : Failed(
            MailCheckReason.ResourceDisabled, $"the service principal of {name} is disabled",
            $"The service principal of {name} is disabled in the tenant.",
            "Find out who disabled it, or whether the subscription has lapsed. Then enable it.",
            new Remedy($"Set-MailAppRegistration -App {resource.Id} -Enabled $true")
            {
                RequiredRole = "Cloud Application Administrator",
            });
    }

    private static MailCheck Failed(
        MailCheckReason reason, string evidence, string cause, string advice, Remedy remedy) => new("App", CheckStatus.Failed)
    {
        Evidence = evidence,
        Cause = cause,
        Reason = reason,
        Advice = advice,
        Remedy = remedy,
    };
}
