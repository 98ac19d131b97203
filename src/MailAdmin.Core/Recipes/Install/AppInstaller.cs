using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Sets up an app for a product step by step: registration, credential, consent, access, test, product settings. Every step reads
/// before it changes. If a step can't be completed, its status shows that, and steps that don't depend on it continue. So another
/// run completes a run that was interrupted, was too early, or lacked a role, in any session.
/// </summary>
internal sealed class AppInstaller : IDisposable
{
    private readonly InstallRun _run;
    private readonly IReadOnlyList<InstallStep> _steps;
    private readonly List<MailAppStep> _failed = [];

    /// <summary>Creates the plan. No request is sent to the tenant.</summary>
    /// <param name="session">The session of the administrator. Steps that it isn't allowed to run are left to others.</param>
    /// <param name="request">The request.</param>
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
    /// <param name="session">The session of the administrator.</param>
    /// <param name="request">The request that the app was compared with.</param>
    /// <param name="drift">The differences.</param>
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
    /// The steps of an earlier run. A completed step for a mailbox isn't run again. Steps about the app are checked in every run,
    /// which takes few requests.
    /// </summary>
    public IReadOnlyCollection<MailAppStep> Previous { get; init; } = [];

    /// <summary>The steps, none of them done.</summary>
    public IReadOnlyList<MailAppStep> Plan { get; }

    /// <summary>Returns why the steps have no app; null if they have one, or if it's unknown.</summary>
    public MailAdminException? Stopped { get; private set; }

    /// <summary>The error for a script: a step failed. Null if none failed.</summary>
    public MailAdminException? Failure => Stopped ?? (_failed.Count == 0 ? null : new InvalidRequestException(
        "StepFailed", $"{_failed.Count} of {_steps.Count} steps failed: "
            + string.Join(" ", _failed.Select(f => $"{f.Step} {f.Target}: {f.Detail}")))
    {
        Target = _run.Request.Name,
        Advice = _failed[0].Advice ?? "Correct the cause, and run the command again. It continues where it stopped.",
    });

    /// <summary>
    /// Rejects requests that would fail later: unknown mailboxes, all of them at once, and a shared mailbox without a user who
    /// signs in. Without permission to read Exchange, this isn't checked.
    /// </summary>
    /// <exception cref="InvalidRequestException">
    /// Mailboxes weren't found (UnknownMailbox), no user signs in (PersonRequired), or the product doesn't support the request
    /// (AfterProcessingNotInRecipe).
    /// </exception>
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

    /// <summary>A shared mailbox has no user who can sign in: its account is disabled, or its password is unknown.</summary>
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
