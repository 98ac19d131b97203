using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Diagnosis;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Proves that the app is kept out of a mailbox that is not its own: as configured over Graph, IMAP and EWS, and by trying over
/// Graph and IMAP. It counts only when the app gets into its own mailbox, for otherwise it is kept out of everything.
/// </summary>
internal sealed class OutOfScopeTestStep(InstallRequest request) : InstallStep(request)
{
    public override string Name => "OutOfScopeTest";

    public override string Target => Request.OutOfScopeMailbox ?? "a mailbox out of scope";

    public override string Action => "Test that the app can't access the mailbox over Graph, IMAP, and EWS";

    public override string Needs => "View-Only Organization Management (Global Reader)";

    public override bool IsTest => true;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app)
        {
            return StepResult.WaitsFor(RegisterStep.StepName);
        }

        if (run.ResultsOf(TestStep.StepName)
            .FirstOrDefault(r => r.Status is MailAppStepStatus.Pending or MailAppStepStatus.Failed) is { } test)
        {
            return new StepResult(MailAppStepStatus.Pending, "It counts only when the app gets into its own mailbox.")
            {
                RunAgainAfter = test.RunAgainAfter,
            };
        }

        if (await OutsideAsync(run, cancellationToken).ConfigureAwait(false) is not { } outside)
        {
            return new StepResult(MailAppStepStatus.Skipped, "There is no other mailbox.");
        }

        var access = await new EffectiveAccess(run.Session)
            .TestAsync(app, outside, Recipe.Protocol, cancellationToken).ConfigureAwait(false);
        var checks = new List<MailCheck>
        {
            Configured("Graph", access.Graph),
            Configured("IMAP", access.Imap),
            Configured("EWS", access.Ews),
        };
        foreach (var protocol in run.Secret is null ? [] : new[] { MailProtocol.Graph, MailProtocol.Imap })
        {
            checks.Add(await TriedAsync(run, outside, protocol, cancellationToken).ConfigureAwait(false));
        }

        var due = checks.Select(c => c.ConclusiveAfter).Max();
        var open = checks.Find(c => c.Status == CheckStatus.Failed);
        return due is not null
            ? new StepResult(
                MailAppStepStatus.Pending,
                $"{outside} may be closed only for now: a change is younger than the time the service takes to apply it.")
                {
                    RunAgainAfter = due,
                    Checks = [.. checks],
                    Advice = "Run it again then.",
                }
            : open is not null
                ? new StepResult(MailAppStepStatus.Failed, $"{outside}: {open.Cause}")
                {
                    Checks = [.. checks],
                    Advice = open.Advice,
                }
            : run.Proven(
                $"{outside} is closed",
                $"{outside} is closed to the app over "
                    + $"{string.Join(", ", checks.Where(c => c.Status == CheckStatus.Passed).Select(c => c.Name.Split(' ')[0]).Distinct())}.", [.. checks]);
    }

    private static MailCheck Configured(string protocol, MailAppAccessAnswer answer) =>
        new($"{protocol} as configured", answer switch
    {
        { ConclusiveAfter: not null } => CheckStatus.TooSoonToTell,
        { HasAccess: true } => CheckStatus.Failed,
        { HasAccess: false } => CheckStatus.Passed,
        _ => CheckStatus.Unknown,
    })
    {
        Evidence = answer.Cause,
        Cause = answer.HasAccess == true ? $"Access over {protocol} is granted: {answer.Cause}" : null,
        Advice = answer.HasAccess == true ? "Repair-MailApp, or Limit-MailApp, takes what is too much." : null,
        ConclusiveAfter = answer.ConclusiveAfter,
    };

    private static async Task<MailCheck> TriedAsync(
        InstallRun run, string outside, MailProtocol protocol, CancellationToken cancellationToken)
    {
        var name = $"{(protocol == MailProtocol.Imap ? "IMAP" : "Graph")} tried";
        var test = await run.TestAsync(run.Connection(outside, protocol)!, cancellationToken).ConfigureAwait(false);
        return test.Checks.FirstOrDefault(c => c.Status == CheckStatus.Failed) switch
        {
            null => new MailCheck(name, CheckStatus.Failed)
            {
                Evidence = $"{test}",
                Cause = $"The app opened {outside} over {protocol}.",
                Advice = "Repair-MailApp, or Limit-MailApp, takes what is too much.",
            },
            { Name: "Endpoint" or "Token" } refused => new MailCheck(name, CheckStatus.Skipped) { Evidence = refused.Cause },
            { } refused =>
                new MailCheck(name, CheckStatus.Passed)
                {
                    Evidence = refused.ServiceMessage ?? refused.Cause,
                    ServiceCode = refused.ServiceCode,
                },
        };
    }

    private async Task<string?> OutsideAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (Request.OutOfScopeMailbox is { } named)
        {
            return named;
        }

        // Addresses of the app's own mailboxes may be given in any form.
        var own = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var mailbox in Request.Mailboxes)
        {
            own.Add((await MailboxAccessGrants.FindMailboxAsync(
                run.Session, mailbox, cancellationToken).ConfigureAwait(false))?.Text("PrimarySmtpAddress") ?? mailbox);
        }

        var all = await run.Session.Exchange.GetAsync("Get-Mailbox", new JsonObject(), cancellationToken).ConfigureAwait(false);
        var reached = await ReachedAsync(run, cancellationToken).ConfigureAwait(false);
        return all.Select(m => m.Text("PrimarySmtpAddress")).OfType<string>()
            .FirstOrDefault(a => !own.Contains(a) && !reached.Contains(a));
    }

    /// <summary>The mailboxes that earlier runs let the app into.</summary>
    private static async Task<IReadOnlySet<string>> ReachedAsync(InstallRun run, CancellationToken cancellationToken) =>
        (await AppMailboxes.OfAsync(run.Session, run.KnownApp!, cancellationToken).ConfigureAwait(false))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
