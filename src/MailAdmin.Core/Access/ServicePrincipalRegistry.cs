using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Registers service principals in Exchange: with the object ID of the enterprise application, never of the registration.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/new-serviceprincipal. An object ID can't be changed later
/// (set-serviceprincipal changes only the name). A service principal with a wrong ID is removed with its permissions and
/// re-created.
/// </remarks>
internal sealed class ServicePrincipalRegistry(Session session)
{
    /// <summary>Every pointer.</summary>
    public async Task<IReadOnlyList<ExchangePrincipal>> AllAsync(CancellationToken cancellationToken) =>
        [.. (await session.Exchange.GetAsync("Get-ServicePrincipal", [], cancellationToken).ConfigureAwait(false)).Select(Read)
            .OfType<ExchangePrincipal>()];

    /// <summary>
    /// Returns the service principal of an app in Exchange; null if there is none. For an unknown identity, Exchange returns all
    /// of them, so the result is filtered.
    /// </summary>
    public async Task<ExchangePrincipal?> FindAsync(string clientId, CancellationToken cancellationToken) =>
        (await session.Exchange.GetAsync(
            "Get-ServicePrincipal", new JsonObject { ["Identity"] = clientId }, cancellationToken).ConfigureAwait(false))
            .Select(Read).FirstOrDefault(p => string.Equals(p?.AppId, clientId, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a pointer is to the enterprise application of an app.</summary>
    public static bool IsRight(ExchangePrincipal principal, MailAppRegistration app) =>
        string.Equals(principal.ObjectId, app.ServicePrincipalObjectId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Registers an app's service principal in Exchange if it's missing, and waits until Exchange returns it.</summary>
    /// <param name="app">The app.</param>
    /// <param name="present">The service principal in Exchange, as just read; null if there is none.</param>
    /// <param name="force">
    /// Whether a service principal with a wrong object ID is re-created with its permissions and roles, including those of an
    /// interrupted repair.
    /// </param>
    /// <returns>The service principal, whether it was changed, and a remark for the user; null for none.</returns>
    /// <exception cref="InvalidRequestException">
    /// The app has no service principal, or the one in Exchange has a wrong ID and can't be repaired.
    /// </exception>
    public async Task<(ExchangePrincipal Principal, bool Changed, string? Remark)> EnsureAsync(
        MailAppRegistration app, ExchangePrincipal? present, bool force, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalObjectId is null)
        {
            throw new InvalidRequestException("NoServicePrincipal", $"{app} has no service principal in this tenant.")
            {
                Target = app.ClientId,
                Advice = "To create the service principal, run New-MailAppRegistration -App with the client ID.",
            };
        }

        if (present is not null && !IsRight(present, app) && !force)
        {
            throw Wrong(app, present);
        }

        var repair = new PrincipalRepair(session, app);
        if (!force)
        {
            return (present ?? await MakeAsync(app, cancellationToken).ConfigureAwait(false), present is null, repair.Remark);
        }

        var had = await repair.RememberedAsync(cancellationToken).ConfigureAwait(false);
        if (present is not null && !IsRight(present, app))
        {
            had = await repair.RememberAsync(present, had, cancellationToken).ConfigureAwait(false);
            await RemoveAsync(app, present, cancellationToken).ConfigureAwait(false);
            present = null;
        }

        var principal = present ?? await MakeAsync(app, cancellationToken).ConfigureAwait(false);
        var isGivenBack = await repair.FinishAsync(principal, had, cancellationToken).ConfigureAwait(false);
        return (principal, isGivenBack || present is null, null);
    }

    private async Task<ExchangePrincipal> MakeAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        try
        {
            var id = app.ServicePrincipalObjectId;
            await session.ChangeAsync(
                new ChangeNote(JournalAction.NewServicePrincipal, app.ClientId, app.Name, null, id),
                new JsonObject { ["AppId"] = app.ClientId, ["ObjectId"] = id, ["DisplayName"] = app.Name },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (ExchangeErrors.IsAlreadyThere(e))
        {
            VerboseLog.Write($"Exchange has a service principal of {app}, but doesn't return it yet.");
        }

        return await Poll.UntilAsync(session.Wire, "The service principal in Exchange", async ct =>
            await FindAsync(app.ClientId, ct).ConfigureAwait(false) is { } seen && IsRight(seen, app) ? seen : null,
            cancellationToken).ConfigureAwait(false)
            ?? new ExchangePrincipal(app.ClientId, app.ServicePrincipalObjectId!, app.Name,
                new HashSet<string>([app.ClientId, app.ServicePrincipalObjectId!, app.Name], StringComparer.OrdinalIgnoreCase));
    }

    private static InvalidRequestException Wrong(MailAppRegistration app, ExchangePrincipal wrong)
    {
        var what = wrong.ObjectId.Equals(app.ApplicationObjectId, StringComparison.OrdinalIgnoreCase)
            ? "the object ID of the app registration" : "an object ID that isn't its own";
        return new InvalidRequestException("WrongServicePrincipal",
            $"The service principal of {app} in Exchange has {what} ({wrong.ObjectId}). It must have the object ID of "
            + $"the enterprise application, {app.ServicePrincipalObjectId}. All tokens of the app are rejected.")
        {
            Target = app.ClientId,
            Advice = "Run the command again with -Force to re-create the service principal in Exchange. Permissions "
                + "and role assignments are kept.",
        };
    }

    private async Task RemoveAsync(MailAppRegistration app, ExchangePrincipal wrong, CancellationToken cancellationToken)
    {
        await session.ChangeAsync(
            new ChangeNote(JournalAction.RemoveServicePrincipal, app.ClientId, app.Name, wrong.ObjectId),
            new JsonObject { ["Identity"] = wrong.ObjectId }, cancellationToken).ConfigureAwait(false);
        await Poll.UntilAsync(session.Wire, "The removal of the incorrect service principal", async ct =>
            await FindAsync(app.ClientId, ct).ConfigureAwait(false) is { } left && !IsRight(left, app) ? null : wrong,
            cancellationToken).ConfigureAwait(false);
    }

    private static ExchangePrincipal? Read(ExchangeObject json) => json.Text("AppId") is { } appId
        ? new ExchangePrincipal(appId, json.Text("ObjectId") ?? json.Text("ServiceId") ?? "", json.Text("DisplayName") ?? "",
            new[] { "AppId", "ObjectId", "ServiceId", "DisplayName", "Sid", "Guid", "Identity", "Id", "Name" }
                .Select(json.Text).OfType<string>().Where(n => n.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase))
        : null;
}
