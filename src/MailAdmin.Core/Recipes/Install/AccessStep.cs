using MailAdmin.Core.Access;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>FullAccess to a mailbox: of the app's service principal, or of the person who signs in.</summary>
internal sealed class AccessStep(InstallRequest request, string mailbox) : InstallStep(request)
{
    public const string StepName = "Access";

    public override string Name => StepName;

    public override string Target => mailbox;

    public override string Action =>
        $"Give {Request.User ?? "the service principal of the app"} {string.Join(" and ", Rights)} in Exchange";

    public override string Needs => Request.User is null ? ExchangeRoles.Organization : ExchangeRoles.Recipients;

    // Who sends through the vendor's app sends as the mailbox.
    private MailboxAccessRight[] Rights =>
        Request.User is not null && Request.Permissions.Any(p => p.Name.StartsWith("Mail.Send", StringComparison.Ordinal))
        ? [MailboxAccessRight.FullAccess, MailboxAccessRight.SendAs] : [MailboxAccessRight.FullAccess];

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var grants = new MailboxAccessGrants(run.Session);
        if (Request.User is { } user)
        {
            return Describe(await grants.GrantUserAsync(user, mailbox, Rights, cancellationToken).ConfigureAwait(false));
        }

        return await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app
            ? StepResult.WaitsFor(RegisterStep.StepName)
            : Describe(await grants.GrantAsync(app, mailbox, Rights, force: false, cancellationToken).ConfigureAwait(false));
    }

    private static StepResult Describe(MailboxGrant grant) =>
        StepResult.FromChange(grant.Change, $"{grant.Grantee} has {string.Join(", ", grant.AccessRight)}.", grant.Pending) with
        {
            RunAgainAfter = grant.EffectiveBy,
        };
}
