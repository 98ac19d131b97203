using MailAdmin.Core.Access;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Looks who else has rights on a mailbox that should be the product's alone. Nothing is taken away: they may be wanted.
/// </summary>
internal sealed class DedicatedStep(InstallRequest request, string mailbox) : InstallStep(request)
{
    public override string Name => "Dedicated";

    public override string Target => mailbox;

    public override string Action => "Look who else has rights on the mailbox, which should be the product's alone";

    public override string Needs => "View-Only Organization Management (Global Reader)";

    public override bool IsTest => true;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var app = await run.AppAsync(cancellationToken).ConfigureAwait(false);
        var others = new List<string>();
        await foreach (var grant in new MailboxAccessGrants(run.Session)
            .GetAsync([mailbox], null, cancellationToken).ConfigureAwait(false))
        {
            if (app is null || grant.ClientId != app.ClientId)
            {
                others.Add($"{grant.Grantee} ({string.Join(", ", grant.AccessRight)})");
            }
        }

        return StepResult.Unchanged(
            others.Count == 0 ? "Nobody else has rights on it." : $"Others have rights on it: {string.Join(", ", others)}.") with
        {
            Advice = "Rules of the mailbox can't be looked at from here: see that none moves or deletes mail.",
        };
    }
}
