using MailAdmin.Core.Access;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Roles in Exchange for the mailboxes alone, and an end to what Entra grants for all. Mailboxes of earlier runs stay in.
/// </summary>
internal sealed class RestrictStep(InstallRequest request) : InstallStep(request)
{
    public const string StepName = "Restrict";

    public override string Name => StepName;

    public override string Action =>
        $"Give the app {List(Request.Scoped)} by roles in Exchange, for {string.Join(", ", Request.Mailboxes)} alone";

    public override string Needs => ExchangeRoles.Organization;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app)
        {
            return StepResult.WaitsFor(RegisterStep.StepName);
        }

        var limit = await new AppScopes(run.Session).LimitAsync(
            app, new ScopeRequest { Add = [.. Request.Mailboxes] }, Request.Scoped,
            new LimitOptions(EnableCustomization: Request.EnableCustomization), cancellationToken).ConfigureAwait(false);
        return StepResult.FromChange(
            limit.Change, $"{string.Join(", ", limit.Permission)} for {string.Join(", ", limit.Mailbox)}.", limit.Pending) with
            {
                RunAgainAfter = limit.EffectiveBy,
            };
    }
}
