using MailAdmin.Core.Access;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using static MailAdmin.Core.Recipes.Install.InstallStep;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Tests that the app can't access another mailbox: as configured over Graph, IMAP, and EWS, and by connecting over Graph and
/// IMAP. The result is conclusive only if the app can access its own mailbox. Otherwise access might be denied everywhere.
/// </summary>
internal static class OutOfScopeTest
{
    /// <summary>
    /// The number of mailboxes to check for one without the app's permissions, regardless of the tenant's size.
    /// </summary>
    private const int Candidates = 50;

    private const int Together = 10;

    private const string TooMuch = "To remove excess permissions, run Repair-MailApp or Limit-MailApp.";

    /// <summary>The step.</summary>
    public static InstallStep Of(InstallRequest request) => new(
        StepName.OutOfScopeTest, request.OutOfScopeMailbox ?? "a mailbox out of scope",
        "Test that the app can't access the mailbox over Graph, IMAP, and EWS", StepRoles.ExchangeReader,
        WithApp((run, _, cancellationToken) => RunAsync(run, cancellationToken)))
    {
        IsTest = true,
    };

    /// <summary>A mailbox that nothing names, with the rights on it where they were read.</summary>
    private sealed record Outside(ExchangeMailbox Mailbox, IReadOnlyList<MailboxEntry>? Rights);

    private static async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (run.ResultsOf(StepName.Test)
            .FirstOrDefault(r => r.Status is MailAppStepStatus.Pending or MailAppStepStatus.Failed) is { } test)
        {
            return new StepResult(MailAppStepStatus.Pending, "This is conclusive only if the app can access its own mailbox.")
            {
                RunAgainAfter = test.RunAgainAfter,
            };
        }

        var outside = run.Request.OutOfScopeMailbox is { } named
            ? new Outside(await run.MailboxAsync(named, cancellationToken).ConfigureAwait(false), null)
            : await ChooseAsync(run, cancellationToken).ConfigureAwait(false);
        if (outside is null)
        {
            return new StepResult(MailAppStepStatus.Skipped, "No mailbox without permissions of the app was found.")
            {
                Advice = "Specify one with -OutOfScopeMailbox.",
            };
        }

        var address = outside.Mailbox.Address;
        var access = await new EffectiveAccess(run.Session).TestAsync(
            run.Facts, outside.Mailbox, run.Request.Recipe.Protocol, outside.Rights, cancellationToken).ConfigureAwait(false);
        var checks = new List<MailCheck>
        {
            Configured("Graph", access.Graph),
            Configured("IMAP", access.Imap),
            Configured("EWS", access.Ews),
        };
        foreach (var protocol in run.Secret is null ? [] : new[] { MailProtocol.Graph, MailProtocol.Imap })
        {
            checks.Add(await TriedAsync(run, outside.Mailbox, protocol, cancellationToken).ConfigureAwait(false));
        }

        var wide = await WideAsync(run, cancellationToken).ConfigureAwait(false);
        return wide.Length > 0 && checks.Exists(c => c is { Name: "Graph tried", Status: CheckStatus.Failed })
            ? new StepResult(
                MailAppStepStatus.Failed,
                $"The app accessed {address} over Graph because Entra grants {string.Join(", ", wide)} for all "
                    + "mailboxes. This isn't a delay.") { Checks = [.. checks], Advice = TooMuch }
            : Judge(run, address, [.. checks]);
    }

    /// <summary>
    /// Permissions of Entra that open every mailbox, and that neither a policy confines nor the step Restrict is about to remove.
    /// </summary>
    private static async Task<string[]> WideAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var granted = await run.Facts.PermissionsAsync(cancellationToken).ConfigureAwait(false);
        var going = run.ResultsOf(StepName.Restrict).Any(r => r.RunAgainAfter is not null) ? run.Request.Scoped : [];
        string[] wide = [.. granted.Where(p => PermissionName.OpensEveryMailbox(p) && RoleNames.ReadsMail(p)
            && !going.Contains(p, DriftList.Key)).Select(p => p.ToString())];
        return wide.Length > 0 && (await run.Facts.PoliciesAsync(cancellationToken).ConfigureAwait(false)).Count == 0
            ? wide : [];
    }

    private static StepResult Judge(InstallRun run, string address, MailCheck[] checks)
    {
        if (checks.Select(c => c.ConclusiveAfter).Max() is { } due)
        {
            return new StepResult(
                MailAppStepStatus.Pending,
                $"Access to {address} is denied, but a recent change might not have taken effect yet.")
            {
                RunAgainAfter = due,
                Checks = checks,
                Advice = "Run the command again then.",
            };
        }

        if (Array.Find(checks, c => c.Status == CheckStatus.Failed) is { } open)
        {
            return new StepResult(MailAppStepStatus.Failed, $"{address}: {open.Cause}") { Checks = checks, Advice = open.Advice };
        }

        var by = checks.Where(c => c.Status == CheckStatus.Passed).Select(c => c.Name.Split(' ')[0]).Distinct();
        return run.Proven(
            $"Access to {address} is denied", $"Access to {address} is denied over {string.Join(", ", by)}.", checks);
    }

    /// <summary>
    /// Selects a mailbox that isn't the app's own, and that neither its scope nor a mailbox permission includes. The number of
    /// requests doesn't grow with the tenant: only a few mailboxes are read.
    /// </summary>
    private static async Task<Outside?> ChooseAsync(InstallRun run, CancellationToken cancellationToken)
    {
        // Addresses of the app's own mailboxes can be in any form.
        var own = new List<ExchangeMailbox>();
        foreach (var mailbox in run.Request.Mailboxes)
        {
            own.Add(await run.MailboxAsync(mailbox, cancellationToken).ConfigureAwait(false));
        }

        var scope = await run.Facts.ScopeAsync(cancellationToken).ConfigureAwait(false);
        var scoped = scope?.Text("RecipientFilter") is { } filter ? RecipientFilterText.MailboxesIn(filter) ?? [] : [];
        var some = await run.Session.MailboxesAsync(
            own.Count + scoped.Count + Candidates, cancellationToken).ConfigureAwait(false);
        var others = some.Where(m => !own.Exists(o => o.Is(m.Address)) && !scoped.Any(m.Is)).Take(Candidates);
        var principal = await run.Facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
        foreach (var few in others.Chunk(Together))
        {
            var rights = await MailboxRights.EntriesAsync(
                run.Session, [.. few.Select(m => m.Address)], cancellationToken).ConfigureAwait(false);
            var byMailbox = rights.ToLookup(r => r.Mailbox, StringComparer.OrdinalIgnoreCase);
            if (Array.Find(few, m => principal is null || !byMailbox[m.Address].Any(r => r.IsOf(principal))) is { } found)
            {
                return new Outside(found, [.. byMailbox[found.Address]]);
            }
        }

        return null;
    }

    private static MailCheck Configured(string protocol, MailAppAccessAnswer answer)
    {
        var status = answer switch
        {
            { ConclusiveAfter: not null } => CheckStatus.TooSoonToTell,
            { HasAccess: true } => CheckStatus.Failed,
            { HasAccess: false } => CheckStatus.Passed,
            _ => CheckStatus.Unknown,
        };
        return new MailCheck($"{protocol} as configured", status)
        {
            Evidence = answer.Cause,
            Cause = answer.HasAccess == true ? $"Access over {protocol} is granted: {answer.Cause}" : null,
            Advice = answer.HasAccess == true ? TooMuch : null,
            ConclusiveAfter = answer.ConclusiveAfter,
        };
    }

    private static async Task<MailCheck> TriedAsync(
        InstallRun run, ExchangeMailbox outside, MailProtocol protocol, CancellationToken cancellationToken)
    {
        var name = $"{(protocol == MailProtocol.Imap ? "IMAP" : "Graph")} tried";
        var test = await run.TestAsync(
            run.Connection(outside, protocol)!, explains: false, cancellationToken).ConfigureAwait(false);
        return test.Checks.FirstOrDefault(c => c.Status == CheckStatus.Failed) switch
        {
            null => new MailCheck(name, CheckStatus.Failed)
            {
                Evidence = $"{test}",
                Cause = $"The app accessed {outside.Address} over {protocol}.",
                Advice = TooMuch,
            },
            { Name: "Endpoint" or "Token" } refused => new MailCheck(name, CheckStatus.Skipped) { Evidence = refused.Cause },
            { } refused => new MailCheck(name, CheckStatus.Passed)
            {
                Evidence = refused.ServiceMessage ?? refused.Cause,
                ServiceCode = refused.ServiceCode,
            },
        };
    }
}
