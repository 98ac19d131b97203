using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Looks whether people can ask an admin for consent, and who decides. It is a setting of the whole tenant, so nothing is
/// changed.
/// </summary>
internal sealed class WorkflowStep(InstallRequest request) : InstallStep(request)
{
    public override string Name => "ConsentWorkflow";

    public override string Target => "the tenant";

    public override string Action => "Look whether people can ask an admin for consent, and who decides";

    public override string Needs => "Global Reader";

    public override bool IsTest => true;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var policy = await new ConsentPolicy(run.Session).GetAsync(cancellationToken).ConfigureAwait(false);
        return policy.Enabled ? StepResult.Unchanged($"People can ask; {string.Join(", ", policy.Reviewer)} decides.")
            : StepResult.Unchanged("People can't ask: consent given here is all that there is.") with
            {
                Advice = "Set-MailAppConsentPolicy -Enabled $true -Reviewer turns the workflow on.",
            };
    }
}
