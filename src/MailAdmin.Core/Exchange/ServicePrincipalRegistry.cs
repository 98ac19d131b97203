using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Entra;

namespace MailAdmin.Core.Exchange;

/// <summary>Exchange's pointer to the service principal of an app.</summary>
/// <param name="AppId">The client id.</param>
/// <param name="ObjectId">The object id that Exchange was told.</param>
/// <param name="DisplayName">What it is called.</param>
/// <param name="Names">Everything that Exchange may write for it in a list of rights.</param>
internal sealed record ExchangePrincipal(string AppId, string ObjectId, string DisplayName, IReadOnlySet<string> Names);

/// <summary>Registers service principals in Exchange: with the object id of the enterprise application, never of the registration.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/new-serviceprincipal. An object id can't be corrected afterwards
/// (set-serviceprincipal changes only the name): a wrong pointer is removed and made anew, and its rights with it.
/// </remarks>
internal sealed class ServicePrincipalRegistry(Session session)
{
    private const string Repairing = "Repair service principal", Repaired = "Repaired service principal";

    /// <summary>Every pointer.</summary>
    public async Task<IReadOnlyList<ExchangePrincipal>> AllAsync(CancellationToken cancellationToken) =>
        [.. (await session.Exchange.GetAsync("Get-ServicePrincipal", [], cancellationToken).ConfigureAwait(false)).Select(Read).OfType<ExchangePrincipal>()];

    /// <summary>The pointer of an app; null when there is none. An identity that is not found gives all of them, so what comes is looked through.</summary>
    public async Task<ExchangePrincipal?> FindAsync(string clientId, CancellationToken cancellationToken) =>
        (await session.Exchange.GetAsync("Get-ServicePrincipal", new JsonObject { ["Identity"] = clientId }, cancellationToken).ConfigureAwait(false))
            .Select(Read).FirstOrDefault(p => string.Equals(p?.AppId, clientId, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a pointer is to the enterprise application of an app.</summary>
    public static bool IsRight(ExchangePrincipal principal, MailAppRegistration app) =>
        string.Equals(principal.ObjectId, app.ServicePrincipalObjectId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes sure that Exchange knows an app, and waits until it shows it.</summary>
    /// <param name="app">The app.</param>
    /// <param name="force">Whether a pointer with a wrong object id is made anew, with the rights and roles that it had.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The pointer, and whether it was changed.</returns>
    /// <exception cref="InvalidRequestException">The app has no service principal, or the pointer is wrong and may not be repaired.</exception>
    public async Task<(ExchangePrincipal Principal, bool Changed)> EnsureAsync(MailAppRegistration app, bool force, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalObjectId is null)
        {
            throw new InvalidRequestException("NoServicePrincipal", $"{app} has no service principal in this tenant.")
            {
                Target = app.ClientId,
                Advice = "New-MailAppRegistration with the app's name makes what is missing.",
            };
        }

        var present = await FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false);
        if (present is not null && IsRight(present, app))
        {
            return (present, await FinishRepairAsync(app, present, cancellationToken).ConfigureAwait(false));
        }

        if (present is not null)
        {
            await RemoveWrongAsync(app, present, force, cancellationToken).ConfigureAwait(false);
        }

        var made = await MakeAsync(app, cancellationToken).ConfigureAwait(false);
        await FinishRepairAsync(app, made, cancellationToken).ConfigureAwait(false);
        return (made, true);
    }

    private async Task<ExchangePrincipal> MakeAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        try
        {
            await session.Exchange.ChangeAsync("New-ServicePrincipal", new JsonObject
            {
                ["AppId"] = app.ClientId,
                ["ObjectId"] = app.ServicePrincipalObjectId,
                ["DisplayName"] = app.Name,
            }, cancellationToken).ConfigureAwait(false);
            session.Note("New-ServicePrincipal", app.ClientId, app.Name, null, app.ServicePrincipalObjectId);
        }
        catch (ServiceRefusedException e) when (ExchangeErrors.IsAlreadyThere(e))
        {
            Narration.Tell($"Exchange has a service principal of {app} that it does not show yet.");
        }

        return await Poll.UntilAsync(session.Wire, "The service principal in Exchange", async ct =>
            await FindAsync(app.ClientId, ct).ConfigureAwait(false) is { } seen && IsRight(seen, app) ? seen : null, cancellationToken).ConfigureAwait(false)
            ?? new ExchangePrincipal(app.ClientId, app.ServicePrincipalObjectId!, app.Name,
                new HashSet<string>([app.ClientId, app.ServicePrincipalObjectId!, app.Name], StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>What it had is written down before it is removed, so that a run that breaks off here is finished by the next one.</summary>
    private async Task RemoveWrongAsync(MailAppRegistration app, ExchangePrincipal wrong, bool force, CancellationToken cancellationToken)
    {
        if (!force)
        {
            var what = wrong.ObjectId.Equals(app.ApplicationObjectId, StringComparison.OrdinalIgnoreCase)
                ? "the object id of the app registration" : "an object id that is not its own";
            throw new InvalidRequestException("WrongServicePrincipal",
                $"Exchange knows {app} by {what} ({wrong.ObjectId}); the one of the enterprise application is {app.ServicePrincipalObjectId}. No token of the app fits.")
            {
                Target = app.ClientId,
                Advice = "Run it again with -Force: the entry in Exchange is removed and made anew, with the mailbox permissions and roles that it had.",
            };
        }

        var had = await RightsAsync(wrong, cancellationToken).ConfigureAwait(false);
        session.Note(Repairing, app.ClientId, app.Name, JsonSerializer.Serialize(had), null);
        await session.Exchange.ChangeAsync("Remove-ServicePrincipal", new JsonObject { ["Identity"] = wrong.ObjectId }, cancellationToken).ConfigureAwait(false);
        session.Note("Remove-ServicePrincipal", app.ClientId, app.Name, wrong.ObjectId, null);
        await Poll.UntilAsync(session.Wire, "The end of the wrong service principal", async ct =>
            await FindAsync(app.ClientId, ct).ConfigureAwait(false) is { } left && !IsRight(left, app) ? null : wrong, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> FinishRepairAsync(MailAppRegistration app, ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var last = session.Journal.Read().LastOrDefault(c => c.Action is Repairing or Repaired && c.ClientId == app.ClientId);
        if (last is not { Action: Repairing, Before: { } before } || JsonSerializer.Deserialize<Right[]>(before) is not { } rights)
        {
            return false;
        }

        foreach (var right in rights)
        {
            var (cmdlet, parameters) = right.Call(principal.ObjectId);
            try
            {
                await session.Exchange.ChangeAsync(cmdlet, parameters, cancellationToken).ConfigureAwait(false);
                session.Note(cmdlet, app.ClientId, right.Target, null, right.Name);
            }
            catch (ServiceRefusedException e) when (ExchangeErrors.IsAlreadyThere(e))
            {
                Narration.Tell($"{right.Name} on {right.Target} is there already.");
            }
        }

        session.Note(Repaired, app.ClientId, app.Name, null, before);
        return true;
    }

    private async Task<IReadOnlyList<Right>> RightsAsync(ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var mailboxes = await session.Exchange.GetAsync("Get-Mailbox", [], cancellationToken).ConfigureAwait(false);
        var entries = await MailboxAccessGrants.EntriesAsync(session, [.. mailboxes.Select(m => m.Text("PrimarySmtpAddress")).OfType<string>()], cancellationToken).ConfigureAwait(false);
        var rights = entries.Where(e => e.IsOf(principal)).Select(e => new Right(e.Mailbox, e.Right.ToString(), null, null)).Distinct().ToList();
        var roles = await session.Exchange.GetAsync("Get-ManagementRoleAssignment", new JsonObject { ["RoleAssignee"] = principal.ObjectId }, cancellationToken).ConfigureAwait(false);
        foreach (var role in roles)
        {
            var kind = Array.Find(Right.Scopes, s => !string.IsNullOrEmpty(role.Text(s)));
            rights.Add(new Right(role.Text(kind ?? "") ?? "the organization", role.Text("Role") ?? "", kind, kind is null ? null : role.Text(kind)));
        }

        return rights;
    }

    private static ExchangePrincipal? Read(ExchangeObject json) => json.Text("AppId") is { } appId
        ? new ExchangePrincipal(appId, json.Text("ObjectId") ?? json.Text("ServiceId") ?? "", json.Text("DisplayName") ?? "",
            new[] { "AppId", "ObjectId", "ServiceId", "DisplayName", "Sid", "Guid", "Identity", "Id", "Name" }
                .Select(json.Text).OfType<string>().Where(n => n.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase))
        : null;

    /// <summary>A right or role that a pointer had.</summary>
    /// <param name="Target">The mailbox, or the scope.</param>
    /// <param name="Name">The right, or the role.</param>
    /// <param name="ScopeKind">The parameter that the scope of a role goes by; null for none.</param>
    /// <param name="Scope">The scope of a role.</param>
    private sealed record Right(string Target, string Name, string? ScopeKind, string? Scope)
    {
        public static readonly string[] Scopes = ["CustomResourceScope", "RecipientGroupScope", "RecipientAdministrativeUnitScope"];

        public (string Cmdlet, JsonObject Parameters) Call(string principal)
        {
            if (Enum.TryParse(Name, out MailboxAccessRight right))
            {
                return MailboxAccessGrants.Adding(Target, principal, right, forApp: true);
            }

            var parameters = new JsonObject { ["App"] = principal, ["Role"] = Name };
            if (ScopeKind is not null)
            {
                parameters[ScopeKind] = Scope;
            }

            return ("New-ManagementRoleAssignment", parameters);
        }
    }
}
