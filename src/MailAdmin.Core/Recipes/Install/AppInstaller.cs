using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Sets up an app for a product, a step at a time: registration, credential, consent, access, test, product settings. Every
/// step reads before it changes. What a step can't do as things are becomes its status, and those that don't depend on it go
/// on. So a run that was interrupted, that came too soon, or that lacked a role is finished by
/// the next one, in any session.
/// </summary>
internal sealed class AppInstaller : IDisposable
{
    private readonly InstallRun _run;
    private readonly IReadOnlyList<InstallStep> _steps;
    private readonly List<MailAppStep> _failed = [];

    /// <summary>Plans it. Nothing is asked of the tenant yet.</summary>
    /// <param name="session">Signed in as whoever does the steps; those that it may not do are left to others.</param>
    /// <param name="request">What is to be done.</param>
    /// <exception cref="InvalidRequestException">The recipe doesn't have this way of access.</exception>
    public AppInstaller(Session session, InstallRequest request)
        : this(session, request with { Cloud = session.Cloud }, InstallSteps.Of(request with { Cloud = session.Cloud }))
    {
    }

    private AppInstaller(Session session, InstallRequest request, IReadOnlyList<InstallStep> steps)
    {
        (_run, _steps) = (new InstallRun(session, request), steps);
        Plan = [.. _steps.Select((s, i) => Row(i))];
    }

    /// <summary>
    /// Plans the closing of what <see cref="RecipeDrift"/> found: the steps that do it, and the tests that follow.
    /// </summary>
    /// <param name="session">Signed in as whoever does the steps.</param>
    /// <param name="request">What the app was held against.</param>
    /// <param name="drift">What was found.</param>
    /// <returns>The installer; its plan is empty when nothing was found that a step closes.</returns>
    public static AppInstaller Repairing(Session session, InstallRequest request, MailAppRegistration app, RecipeDrift drift)
    {
        request = request with { Cloud = session.Cloud };
        var steps = InstallSteps.Of(request).Where(s => drift.Steps.Contains(s.Name)).ToList();
        if (drift.Steps.Contains(StepName.Excess) && !steps.Exists(s => s.Name == StepName.Excess))
        {
            steps.Insert(0, InstallSteps.WithNeeds(AppSteps.Excess(request)));
        }

        var tests = steps.Count == 0
            ? []
            : InstallSteps.Of(request).Where(s => s.Name is StepName.Test or StepName.OutOfScopeTest);
        var installer = new AppInstaller(session, request, [.. steps, .. tests]);
        installer._run.Take(app);
        return installer;
    }

    /// <summary>
    /// Steps of an earlier run. What it finished for a mailbox isn't done or tested again; what is about the app is looked at in
    /// every run, which takes few requests.
    /// </summary>
    public IReadOnlyCollection<MailAppStep> Previous { get; init; } = [];

    /// <summary>The steps, none of them done.</summary>
    public IReadOnlyList<MailAppStep> Plan { get; }

    /// <summary>Why there is no app that the steps could be about; null when there is one, or nothing tells yet.</summary>
    public MailAdminException? Stopped { get; private set; }

    /// <summary>What a script has to stop at: a step failed. Null when none did.</summary>
    public MailAdminException? Failure => Stopped ?? (_failed.Count == 0 ? null : new InvalidRequestException(
        "StepFailed", $"{_failed.Count} of {_steps.Count} steps failed: "
            + string.Join(" ", _failed.Select(f => $"{f.Step} {f.Target}: {f.Detail}")))
    {
        Target = _run.Request.Name,
        Advice = _failed[0].Advice ?? "Correct the cause, and run the command again. It continues where it stopped.",
    });

    /// <summary>
    /// Refuses what would fail in the middle: mailboxes that aren't there, all of them at once, and a shared mailbox without a
    /// person who signs in. Who may not ask Exchange can't be told.
    /// </summary>
    /// <exception cref="InvalidRequestException">There are no such mailboxes (UnknownMailbox), nobody signs in
    /// (PersonRequired), or the product can't do what is asked for (AfterProcessingNotInRecipe).</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var unknown = await UnknownAsync(cancellationToken).ConfigureAwait(false);
        if (unknown.Count > 0)
        {
            throw MailboxLookup.Unknown(unknown);
        }

        CheckPeople();
    }

    /// <summary>The mailboxes of the request that Exchange doesn't have.</summary>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<IReadOnlyList<string>> UnknownAsync(CancellationToken cancellationToken)
    {
        CheckRequest();
        try
        {
            return await _run.FindMailboxesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            VerboseLog.Write($"Mailboxes can't be read because you don't have permission in Exchange: {e.Message}");
            return [];
        }
    }

    private void CheckRequest()
    {
        var (request, recipe) = (_run.Request, _run.Request.Recipe);
        if (request.AfterProcessing is { } after && recipe.AfterProcessing?.Choice.Contains(after) != true)
        {
            var can = recipe.AfterProcessing is { } choices ? string.Join(", ", choices.Choice) : "nothing else";
            throw new InvalidRequestException(
                "AfterProcessingNotInRecipe", $"{recipe.Name} doesn't support {after} for messages. It supports: {can}.")
            {
                Target = recipe.Name,
                Advice = "Specify one of these with -AfterProcessing, or remove -AfterProcessing.",
            };
        }
    }

    /// <summary>Nobody signs in as a shared mailbox: its account is disabled, or has a password that nobody knows.</summary>
    /// <remarks>https://learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes</remarks>
    private void CheckPeople()
    {
        var request = _run.Request;
        string[] shared = request.Kind == MailAppRecipeKind.AppOnly || request.User is not null ? []
            : [.. request.Mailboxes.Where(m => _run.Known(m)?.IsShared == true)];
        if (shared.Length > 0)
        {
            throw new InvalidRequestException(
                "PersonRequired",
                $"{request.Recipe.Name} signs in as a user, but users can't sign in to a shared mailbox: "
                    + $"{string.Join(", ", shared)}.")
            {
                Target = shared[0],
                Advice = "Specify the user who signs in with -User. The user gets FullAccess to the mailbox.",
            };
        }
    }

    /// <summary>Does a step.</summary>
    /// <param name="planned">A step of <see cref="Plan"/>; they are done in its order.</param>
    /// <param name="cancellationToken">Cancels the operation. The next run continues.</param>
    /// <returns>The step with what became of it.</returns>
    public async Task<MailAppStep> RunAsync(MailAppStep planned, CancellationToken cancellationToken)
    {
        var step = _steps[planned.Number - 1];
        StepResult result;
        try
        {
            result = _run.FailedBefore(step) is { } failed ? StepResult.SkippedFor(failed)
                : step.IsOfMailbox && IsFinished(planned) ? StepResult.Unchanged("Completed by an earlier run.")
                : await step.RunAsync(_run, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            result = new StepResult(MailAppStepStatus.Pending, $"Requires {step.Needs}: {e.Message}")
            {
                Advice = "An administrator with that role can run the same command or apply the same plan.",
            };
        }
        catch (MailAdminException e)
        {
            result = new StepResult(MailAppStepStatus.Failed, e.Message) { Advice = e.Advice };
            var isWithoutApp = e is InvalidRequestException { Id: "ForeignApp" or "AmbiguousApp" };
            Stopped ??= isWithoutApp || step.Name is StepName.Register or StepName.ServicePrincipal ? e : null;
        }

        _run.Remember(step, result);
        var done = Row(planned.Number - 1) with
        {
            Status = result.Status,
            Detail = result.Detail,
            RunAgainAfter = result.RunAgainAfter,
            Advice = result.Advice,
            Checks = result.Checks,
            ProductSettings = result.ProductSettings,
            App = _run.KnownApp,
            MadeSecret = result.MadeSecret,
        };
        if (done.Status == MailAppStepStatus.Failed)
        {
            _failed.Add(done);
        }

        return done;
    }

    private bool IsFinished(MailAppStep planned) => Previous.Any(
        p => p.Step == planned.Step && string.Equals(p.Target, planned.Target, StringComparison.OrdinalIgnoreCase)
            && p.Status is MailAppStepStatus.Done or MailAppStepStatus.Unchanged);

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();

    private MailAppStep Row(int index) => new()
    {
        Number = index + 1,
        Step = _steps[index].Name,
        Target = _steps[index].Target,
        Action = _steps[index].Action,
        Needs = _steps[index].Needs,
        Status = MailAppStepStatus.Planned,
    };
}
