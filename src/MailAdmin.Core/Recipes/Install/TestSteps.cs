using MailAdmin.Core.Apps;
using static MailAdmin.Core.Recipes.Install.InstallStep;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>The steps that prove what the others did, and that fill in the vendor's form.</summary>
internal static class TestSteps
{
    /// <summary>The steps that let the app in.</summary>
    private static readonly string[] Before =
        [StepName.Credential, StepName.Assignment, StepName.Consent, StepName.Restrict, StepName.Access, StepName.Mailbox];

    /// <summary>Opens the mailbox with the product's protocol and permissions, with the available secret.</summary>
    public static InstallStep Test(InstallRequest request, string mailbox) => new(
        StepName.Test, mailbox, $"Open the mailbox over {request.Recipe.Protocol} as the app", null,
        WithApp((run, _, cancellationToken) => TestAsync(run, mailbox, cancellationToken)))
    {
        IsTest = true,
    };

    /// <summary>
    /// Checks that the product can act for a user: every permission is granted for that user or for all, and the user can sign in
    /// to the app. Only the product can test more, because it has the secret and the redirect URI of the sign-in.
    /// </summary>
    public static InstallStep Person(InstallRequest request, string mailbox)
    {
        var person = request.User ?? mailbox;
        return new InstallStep(
            StepName.Test, mailbox, $"Test that the app can sign in as {person}, with {List(request.Permissions)}",
            StepRoles.Directory,
            WithApp((run, app, cancellationToken) => PersonAsync(run, app, mailbox, person, cancellationToken)))
        {
            IsTest = true,
        };
    }

    /// <summary>The vendor's form, filled in for each mailbox.</summary>
    public static InstallStep ProductSettings(InstallRequest request)
    {
        var (recipe, kind) = (request.Recipe, request.Kind);
        var fields = recipe.Form.Where(f => f.Access is null || f.Access == kind).Select(f => f.Name);
        return new InstallStep(
            StepName.ProductSettings, request.Name, $"Get the values for the form of {recipe.Name}: "
                + $"{string.Join(", ", fields)}", null,
            WithApp((run, app, _) => Task.FromResult(Fill(run, app))))
        {
            IsTest = true,
        };
    }

    /// <summary>Returns why a failure isn't conclusive yet; null if it is.</summary>
    public static async Task<StepResult?> WaitAsync(
        InstallRun run, string mailbox, MailProtocol protocol, CancellationToken cancellationToken)
    {
        if (await run.DueAsync(mailbox, protocol, cancellationToken).ConfigureAwait(false) is { } due)
        {
            return new StepResult(
                MailAppStepStatus.Pending, "A change hasn't taken effect yet. The app can't access the mailbox.")
            {
                RunAgainAfter = due,
                Advice = "Run the command again then.",
            };
        }

        return run.Unfinished(Before) is { } unfinished ? StepResult.WaitsFor(unfinished) : null;
    }

    private static async Task<StepResult> TestAsync(InstallRun run, string mailbox, CancellationToken cancellationToken)
    {
        var protocol = run.Request.Recipe.Protocol;
        if (run.Connection(mailbox, protocol) is not { } connection)
        {
            return StepResult.NoSecret("The mailbox wasn't opened");
        }

        var test = await run.TestAsync(connection, explains: true, cancellationToken).ConfigureAwait(false);
        if (test.Verdict is Verdict.Passed or Verdict.Warning)
        {
            var seen = test.Checks.Where(c => c.Name is "Login" or "Mailbox" or "Send").Select(c => c.Evidence);
            return run.Proven($"{mailbox} over {protocol}", string.Join("; ", seen) + ".", test.Checks);
        }

        var waits = await WaitAsync(run, mailbox, protocol, cancellationToken).ConfigureAwait(false);
        var failed = new StepResult(MailAppStepStatus.Failed, test.Cause ?? $"{test.Verdict}") { Advice = test.Advice };
        return (waits ?? failed) with { Checks = test.Checks };
    }

    /// <remarks>https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants</remarks>
    private static async Task<StepResult> PersonAsync(
        InstallRun run, MailAppRegistration app, string mailbox, string person, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalObjectId is not { } principal)
        {
            return StepResult.WaitsFor(run.Maker);
        }

        var rows = await new AppConsent(run.Session).CompareAsync(app, cancellationToken).ConfigureAwait(false);
        bool IsFor(MailAppPermissionStatus row) => row.Kind == PermissionKind.Delegated && row.GrantedFor is { } who
            && (who.Contains("all users", StringComparison.Ordinal)
                || who.Split(", ").Contains(person, StringComparer.OrdinalIgnoreCase));
        var wanted = run.Request.Permissions;
        var missing = wanted
            .Where(p => p.Kind == PermissionKind.Delegated && !UserConsentPolicy.SignInScopes.Contains(p.Name)
                && !rows.Any(r => r.Resource == p.Resource && r.Permission == p.Name && IsFor(r))).ToArray();
        var isAssigned = await new VendorApps(run.Session)
            .MaySignInAsync(principal, person, cancellationToken).ConfigureAwait(false);
        MailCheck[] checks = [Consent(person, wanted, missing), Assignment(person, isAssigned)];
        if (Array.Find(checks, c => c.Status == CheckStatus.Failed) is not { } failed)
        {
            return run.Proven(
                $"{mailbox} as {person}",
                $"Not tested: according to its permissions, {app.Name} can sign in as {person}. "
                    + $"{run.Request.Recipe.TestButton}",
                checks);
        }

        return run.Unfinished(StepName.Consent, StepName.Assignment) is { } unfinished
            ? StepResult.WaitsFor(unfinished) with { Checks = checks }
            : new StepResult(MailAppStepStatus.Failed, failed.Cause!) { Checks = checks, Advice = failed.Advice };
    }

    private static MailCheck Consent(
        string person, IReadOnlyList<MailAppPermission> wanted, IReadOnlyList<MailAppPermission> missing) => missing.Count == 0
        ? new MailCheck("Consent", CheckStatus.Passed) { Evidence = $"{List(wanted)} for {person}" }
        : new MailCheck("Consent", CheckStatus.Failed)
        {
            Evidence = $"not granted for {person}: {List(missing)}",
            Cause = "The product's sign-in is rejected with AADSTS65001, or prompts for an administrator.",
            Advice = $"Run Grant-MailAppConsent -User {person}, or run the step Consent again.",
        };

    private static MailCheck Assignment(string person, bool isAssigned) => isAssigned
        ? new MailCheck("Assignment", CheckStatus.Passed) { Evidence = $"{person} can sign in" }
        : new MailCheck("Assignment", CheckStatus.Failed)
        {
            Evidence = $"{person} isn't assigned",
            Cause = "The product's sign-in is rejected with AADSTS50105.",
            Advice = "To assign the user, run Install-MailApp for this mailbox.",
        };

    /// <summary>The form is complete only if its access was tested, or if it states that it wasn't.</summary>
    private static StepResult Fill(InstallRun run, MailAppRegistration app)
    {
        var request = run.Request;
        if (run.Unfinished([.. Before, StepName.Register, StepName.ServicePrincipal, StepName.Test]) is { } open)
        {
            return StepResult.WaitsFor(open) with { RunAgainAfter = run.ResultsOf(open).Select(r => r.RunAgainAfter).Max() };
        }

        var tests = run.ResultsOf(StepName.Test).ToArray();
        var untested = tests.Length == 0 || tests.Any(t => t.Status == MailAppStepStatus.Skipped)
            ? "Not tested: the mailbox wasn't opened with these values."
            : null;
        // That other mailboxes are closed takes hours to show, and the product may begin before.
        var notYet = run.ResultsOf(StepName.OutOfScopeTest).Any(r => r.Status == MailAppStepStatus.Pending)
            ? "Not tested yet: mailboxes outside the scope might still be accessible. Run the command again later."
            : null;
        var unproved = request.Kind == MailAppRecipeKind.AppOnly ? null
            : $"Not tested: only {request.Recipe.Name} itself can sign in. {request.Recipe.TestButton}";
        var settings = request.Mailboxes
            .Select(mailbox =>
                ProductSettingsFile.Make(request, app, mailbox, run.Secret is not null, run.Session.Cloud))
            .Select(s => s with { Warning = [.. new[] { untested ?? unproved, notYet }.OfType<string>(), .. s.Warning] })
            .ToArray();
        var detail = $"Get-MailAppProductSetting shows the values again: {string.Join(", ", request.Mailboxes)}.";
        return new StepResult(
            run.HasChanged ? MailAppStepStatus.Done : MailAppStepStatus.Unchanged,
            untested is null ? detail : $"{untested} {detail}") { ProductSettings = settings };
    }
}
