using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Sets up an app for a product, a step at a time: registration, credential, consent, access, test, product settings. Every
/// step reads before it changes. What a step can't do as things are becomes its status, and the others go on, unless there is
/// no app that they could be about. So a run that was interrupted, that came too soon, or that lacked a role is finished by
/// the next one, in any session.
/// </summary>
internal sealed class AppInstaller : IDisposable
{
    private readonly InstallRun _run;
    private readonly IReadOnlyList<InstallStep> _steps;

    /// <summary>Plans it. Nothing is asked of the tenant yet.</summary>
    /// <param name="session">Signed in as whoever does the steps; those that it may not do are left to others.</param>
    /// <param name="request">What is to be done.</param>
    /// <exception cref="InvalidRequestException">The recipe does not have this way of access.</exception>
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
        if (drift.Steps.Contains(StepName.Excess))
        {
            // Before roles in Exchange are made for what is granted, what is too much has to be gone.
            steps.Insert(
                steps.FindLastIndex(s => s.Name is StepName.Register or StepName.Credential) + 1, AppSteps.Excess(request));
        }

        var tests = steps.Count == 0
            ? []
            : InstallSteps.Of(request).Where(s => s.Name is StepName.Test or StepName.OutOfScopeTest);
        var installer = new AppInstaller(session, request, [.. steps, .. tests]);
        installer._run.Take(app);
        return installer;
    }

    /// <summary>The steps, none of them done.</summary>
    public IReadOnlyList<MailAppStep> Plan { get; }

    /// <summary>Why there is no app that the steps could be about; null when there is one, or nothing tells yet.</summary>
    public MailAdminException? Stopped { get; private set; }

    /// <summary>
    /// Refuses what would fail in the middle: a mailbox that is not there. Who may not ask Exchange can't be told.
    /// </summary>
    /// <exception cref="InvalidRequestException">There is no such mailbox (UnknownMailbox).</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _run.FindMailboxesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            VerboseLog.Write($"Exchange does not let this account look for mailboxes: {e.Message}");
        }
    }

    /// <summary>Does a step.</summary>
    /// <param name="planned">A step of <see cref="Plan"/>; they are done in its order.</param>
    /// <param name="cancellationToken">Ends it; the next run goes on.</param>
    /// <returns>The step with what became of it.</returns>
    public async Task<MailAppStep> RunAsync(MailAppStep planned, CancellationToken cancellationToken)
    {
        var step = _steps[planned.Number - 1];
        StepResult result;
        try
        {
            result = _run.FailedBefore(step) is { } failed
                ? StepResult.SkippedFor(failed)
                : await step.RunAsync(_run, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            result = new StepResult(MailAppStepStatus.Pending, $"Needs {step.Needs}: {e.Message}")
            {
                Advice = "Somebody who has that role runs the same command, or applies the same plan.",
            };
        }
        catch (MailAdminException e)
        {
            result = new StepResult(MailAppStepStatus.Failed, e.Message) { Advice = e.Advice };
            var isWithoutApp = e is InvalidRequestException { Id: "ForeignApp" or "AmbiguousApp" };
            Stopped ??= isWithoutApp || step.Name is StepName.Register or StepName.ServicePrincipal ? e : null;
        }

        _run.Remember(step, result);
        return Row(planned.Number - 1) with
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
    }

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
