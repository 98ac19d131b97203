using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Restores the permissions and roles of a service principal in Exchange that is re-created. They are read from Exchange and
/// stored there, as the filter of a management scope without a role assignment, until they're restored. Such a scope grants no
/// access, and only Exchange administrators can write it. A later run with -Force continues an interrupted one. The journal only
/// records the repair; nothing is restored from it.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/remove-serviceprincipal (permissions and roles are removed with it),
/// https://learn.microsoft.com/powershell/module/exchange/new-managementscope (names of up to 64 characters)
/// </remarks>
internal sealed partial class PrincipalRepair(Session session, MailAppRegistration app)
{
    private string Scope => ScopeName(app.ClientId);

    /// <summary>The name of the scope that stores the permissions and roles.</summary>
    public static string ScopeName(string clientId) => $"MailAdmin repair {clientId}";

    /// <summary>
    /// Returns a remark about an interrupted repair in the journal; null if there was none. The remark doesn't list the
    /// permissions, because the journal is only a record.
    /// </summary>
    public string? Remark => session.Journal.Read()
        .LastOrDefault(c => c.ClientId == app.ClientId
            && (JournalAction.RepairServicePrincipal.Is(c) || JournalAction.RepairedServicePrincipal.Is(c))) is { } last
            && JournalAction.RepairServicePrincipal.Is(last)
        ? $"An earlier run that re-created the service principal of {app.Name} in Exchange was interrupted. To "
            + "restore its permissions and roles, run Grant-MailboxAccess -Force. Without it, the app has only "
            + "what you specified."
        : null;

    /// <summary>Returns the permissions and roles that an interrupted repair must restore.</summary>
    public async Task<IReadOnlyList<Right>> RememberedAsync(CancellationToken cancellationToken)
    {
        var scopes = await session.Exchange.GetAsync(
            "Get-ManagementScope", new JsonObject { ["Identity"] = Scope }, cancellationToken).ConfigureAwait(false);
        var filters = scopes.Where(s => s.Is(Scope, "Name", "Identity")).Select(s => s.Text("RecipientFilter")).OfType<string>();
        return [.. filters.SelectMany(Read)];
    }

    /// <summary>Stores the permissions and roles of a service principal before it's removed.</summary>
    /// <param name="wrong">The service principal.</param>
    /// <param name="earlier">The permissions and roles of an interrupted repair.</param>
    /// <returns>All permissions and roles to restore.</returns>
    public async Task<IReadOnlyList<Right>> RememberAsync(
        ExchangePrincipal wrong, IReadOnlyList<Right> earlier, CancellationToken cancellationToken)
    {
        Right[] had = [.. (await RightsAsync(wrong, cancellationToken).ConfigureAwait(false)).Union(earlier)];
        session.Note(new ChangeNote(JournalAction.RepairServicePrincipal, app.ClientId, app.Name, JsonSerializer.Serialize(had)));
        if (had.Length == 0)
        {
            return had;
        }

        var (cmdlet, name) = earlier.Count > 0 ? ("Set-ManagementScope", "Identity") : ("New-ManagementScope", "Name");
        try
        {
            var parameters = new JsonObject { [name] = Scope, ["RecipientRestrictionFilter"] = Write(had) };
            await session.Exchange.ChangeAsync(cmdlet, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Service == "Exchange" && !e.IsDenied)
        {
            // An organization that was never customized doesn't accept scopes. The permissions are restored anyway, unless this
            // run is interrupted.
            VerboseLog.Write($"The permissions of {app} can't be stored in Exchange: {e.Message}");
        }

        return had;
    }

    /// <summary>Restores the permissions and roles, and ends the repair.</summary>
    /// <param name="principal">The current service principal.</param>
    /// <param name="had">The permissions and roles to restore.</param>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> FinishAsync(
        ExchangePrincipal principal, IReadOnlyList<Right> had, CancellationToken cancellationToken)
    {
        foreach (var right in had)
        {
            var (action, parameters) = right.Call(principal.ObjectId);
            try
            {
                await session.ChangeAsync(
                    new ChangeNote(action, app.ClientId, right.Target, null, right.Name), parameters,
                    cancellationToken).ConfigureAwait(false);
            }
            catch (ServiceRefusedException e) when (ExchangeErrors.IsAlreadyThere(e))
            {
                VerboseLog.Write($"{right.Name} on {right.Target} already exists.");
            }
        }

        if (had.Count > 0)
        {
            await ForgetAsync(cancellationToken).ConfigureAwait(false);
        }

        if (Remark is not null)
        {
            session.Note(
                new ChangeNote(
                    JournalAction.RepairedServicePrincipal, app.ClientId, app.Name, null, JsonSerializer.Serialize(had)));
        }

        return had.Count > 0;
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        try
        {
            await session.Exchange.ChangeAsync(
                "Remove-ManagementScope", new JsonObject { ["Identity"] = Scope }, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == ExchangeErrors.NotFound)
        {
            VerboseLog.Write("No stored permissions of the service principal were found in Exchange.");
        }
    }

    private async Task<IReadOnlyList<Right>> RightsAsync(ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var mailboxes = await session.MailboxesAsync(null, cancellationToken).ConfigureAwait(false);
        var entries = await MailboxRights.EntriesAsync(
            session, [.. mailboxes.Select(m => m.Address)], cancellationToken).ConfigureAwait(false);
        var rights = entries.Where(e => e.IsOf(principal))
            .Select(e => new Right(e.Mailbox, e.Right.ToString(), null, null)).Distinct().ToList();
        var assignee = new JsonObject { ["RoleAssignee"] = principal.ObjectId };
        var roles = await session.Exchange.GetAsync(
            "Get-ManagementRoleAssignment", assignee, cancellationToken).ConfigureAwait(false);
        foreach (var role in roles)
        {
            var kind = Array.Find(Right.Scopes, s => !string.IsNullOrEmpty(role.Text(s)));
            var scope = kind is null ? null : role.Text(kind);
            rights.Add(new Right(scope ?? "the organization", role.Text("Role") ?? "", kind, scope));
        }

        return rights;
    }

    /// <summary>
    /// A filter that no mailbox meets, around the text. Exchange sets brackets and spaces around it as it likes.
    /// </summary>
    private static string Write(IReadOnlyList<Right> rights) =>
        $"Name -eq '{Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(rights))}'";

    private static Right[] Read(string filter)
    {
        try
        {
            return Kept().Match(filter) is { Success: true } kept
                ? JsonSerializer.Deserialize<Right[]>(Convert.FromBase64String(kept.Groups[1].Value)) ?? [] : [];
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return [];
        }
    }

    [GeneratedRegex("'([A-Za-z0-9+/=]+)'", RegexOptions.NonBacktracking)]
    private static partial Regex Kept();

    /// <summary>A right or role that an entry had.</summary>
    /// <param name="Target">The mailbox, or the scope.</param>
    /// <param name="Name">The right, or the role.</param>
    /// <param name="ScopeKind">The parameter for the scope of a role; null for none.</param>
    /// <param name="Scope">The scope of a role.</param>
    internal sealed record Right(string Target, string Name, string? ScopeKind, string? Scope)
    {
        public static readonly string[] Scopes =
            ["CustomResourceScope", "RecipientGroupScope", "RecipientAdministrativeUnitScope"];

        public (JournalAction Action, JsonObject Parameters) Call(string principal)
        {
            if (Enum.TryParse(Name, out MailboxAccessRight right))
            {
                return MailboxRights.Adding(Target, principal, right, autoMapping: false);
            }

            var parameters = new JsonObject { ["App"] = principal, ["Role"] = Name };
            if (ScopeKind is not null)
            {
                parameters[ScopeKind] = Scope;
            }

            return (JournalAction.NewRoleAssignment, parameters);
        }
    }
}
