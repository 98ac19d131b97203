using MailAdmin.Core.Access;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Compares the Exchange configuration of an app and its mailboxes with its recipe.</summary>
internal sealed class AccessDrift(Session session, AppFacts facts, InstallRequest request, DriftList found)
{
    private IReadOnlyList<ExchangeMailbox>? _mailboxes;

    /// <summary>Compares the restriction of the app to its mailboxes.</summary>
    public async Task RestrictionAsync(CancellationToken cancellationToken)
    {
        var app = facts.App;
        foreach (var wide in (await facts.PermissionsAsync(cancellationToken).ConfigureAwait(false))
            .Where(p => PermissionName.OpensEveryMailbox(p) && request.Scoped.Contains(p, DriftList.Key)))
        {
            found.Add(MailAppDriftKind.Unrestricted, $"{wide}", $"only for {found.Mailboxes}",
                "granted in Entra for all mailboxes",
                "Permissions in Entra and roles in Exchange are additive, so the app can access all mailboxes.",
                StepName.Restrict);
        }

        var principal = await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
        if (principal is not null && !ServicePrincipalRegistry.IsRight(principal, app))
        {
            found.AddOpen(MailAppDriftKind.Missing, "service principal in Exchange", app.ServicePrincipalObjectId,
                principal.ObjectId, AccessChecks.WrongPointer(app, principal), AccessChecks.PointerAdvice);
            return;
        }

        var assignments = await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false);
        Roles([.. assignments.Select(a => a.Text("Role") ?? "")]);
        if (request.Scoped.Count > 0 && principal is not null)
        {
            await ScopeAsync(principal, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Roles(string[] roles)
    {
        var wanted = request.Scoped.Select(p => RoleNames.For(p, session.Cloud)!)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        foreach (var role in wanted.Except(roles, StringComparer.OrdinalIgnoreCase))
        {
            found.Add(MailAppDriftKind.Missing, role, $"for {found.Mailboxes}", null, "The app has no role in "
                + "Exchange for this permission.",
                StepName.Restrict);
        }

        foreach (var role in roles.Except(wanted, StringComparer.OrdinalIgnoreCase))
        {
            found.Add(MailAppDriftKind.Excess, role, null, "assigned in Exchange", "The product doesn't require it.",
                StepName.Excess);
        }
    }

    /// <summary>The mailboxes of the request that neither the app's scope nor a right on them names.</summary>
    private async Task ScopeAsync(ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var scope = await facts.ScopeAsync(cancellationToken).ConfigureAwait(false);
        var scoped = scope?.Text("RecipientFilter") is { } filter ? RecipientFilterText.MailboxesIn(filter) ?? [] : [];
        var mailboxes = await FindAllAsync(cancellationToken).ConfigureAwait(false);
        var outside = mailboxes.Where(m => !scoped.Any(m.Is)).ToArray();
        var rights = await MailboxRights.EntriesAsync(
            session, [.. outside.Select(m => m.Address)], cancellationToken).ConfigureAwait(false);
        var byRight = rights.Where(r => r.IsOf(principal)).Select(r => r.Mailbox).ToHashSet(StringComparer.OrdinalIgnoreCase);
        ExchangeMailbox[] missing = [.. outside.Where(m => !byRight.Contains(m.Address))];
        if (missing.Length == 0)
        {
            return;
        }

        var inScope = await session.FindMailboxesAsync(scoped, cancellationToken).ConfigureAwait(false);
        var has = string.Join(
            ", ", inScope.OfType<ExchangeMailbox>().Select(m => m.Address).Union(byRight, StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.OrdinalIgnoreCase));
        foreach (var mailbox in missing)
        {
            found.Add(MailAppDriftKind.Missing, $"{mailbox.Address} in the scope", mailbox.Address, has,
                "The mailbox isn't in the scope of the app's roles.", StepName.Restrict);
        }
    }

    /// <summary>Compares the settings of a mailbox, and whether the app has FullAccess.</summary>
    public async Task MailboxAsync(string mailbox, CancellationToken cancellationToken)
    {
        var needs = request.Recipe.Mailbox;
        var needsRight = needs.FullAccess && request.Kind == MailAppRecipeKind.AppOnly;
        if (!needs.ImapEnabled && !needs.TimeZone && !needsRight && request.TimeZone is null)
        {
            return;
        }

        var all = await FindAllAsync(cancellationToken).ConfigureAwait(false);
        var at = all[request.Mailboxes.ToList().IndexOf(mailbox)];
        if (needs.ImapEnabled || needs.TimeZone || request.TimeZone is not null)
        {
            Settings(mailbox, await new MailboxSettings(session).GetAsync(at, cancellationToken).ConfigureAwait(false));
        }

        if (needsRight)
        {
            var test = await new EffectiveAccess(session)
                .TestAsync(facts, at, MailProtocol.Imap, null, cancellationToken).ConfigureAwait(false);
            if (test.Checks.FirstOrDefault(
                c => c.Name is "ServicePrincipal" or "FullAccess" && c.Status == CheckStatus.Failed) is { } failed)
            {
                found.Add(
                    MailAppDriftKind.Missing, $"FullAccess to {mailbox}", "FullAccess", null, failed.Cause!, StepName.Access);
            }
        }
    }

    private void Settings(string mailbox, MailboxSetting settings)
    {
        if (request.Recipe.Mailbox.ImapEnabled && settings.ImapEnabled != true)
        {
            found.Add(MailAppDriftKind.Missing, $"IMAP of {mailbox}", "on", "off",
                "Sign-ins over IMAP are rejected with 'User is authenticated but not connected'.", StepName.Mailbox);
        }

        if (request.Recipe.Mailbox.TimeZone && settings.TimeZone is null)
        {
            found.Add(MailAppDriftKind.Missing, $"time zone of {mailbox}", "any", null,
                "The mailbox has never been opened, so the product reads times incorrectly.", StepName.Mailbox);
        }
        else if (request.TimeZone is { } wanted
            && !MailboxSettings.WindowsName(wanted).Equals(settings.TimeZone, StringComparison.OrdinalIgnoreCase))
        {
            found.Add(MailAppDriftKind.Missing, $"time zone of {mailbox}", wanted, settings.TimeZone,
                "The product reads times in another time zone.", StepName.Mailbox);
        }
    }

    private async Task<IReadOnlyList<ExchangeMailbox>> FindAllAsync(CancellationToken cancellationToken) =>
        _mailboxes ??= await session.ResolveAllAsync(request.Mailboxes, cancellationToken).ConfigureAwait(false);
}
