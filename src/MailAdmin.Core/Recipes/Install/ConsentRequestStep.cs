using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Looks who asks for the vendor's app, and for what: more than the recipe says is not granted.</summary>
internal sealed class ConsentRequestStep(InstallRequest request) : InstallStep(request)
{
    public override string Name => "ConsentRequest";

    public override string Action => "Look who asked for the app, and for which scopes";

    public override string Needs => "Global Reader";

    public override bool IsTest => true;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        await foreach (var asked in new ConsentRequests(run.Session).ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (asked.IsOpen && asked.ClientId.Equals(Recipe.VendorApp!.ClientId, StringComparison.OrdinalIgnoreCase))
            {
                // Scopes of the sign-in itself are in every request.
                var more = asked.PendingScope.Except(Request.Permissions.Select(p => p.Name), StringComparer.OrdinalIgnoreCase)
                    .Except(["openid", "profile", "email"]).ToArray();
                return StepResult.Unchanged(
                    $"{string.Join(", ", asked.RequestedBy.Where(r => r.IsOpen).Select(r => r.User))} asked for "
                        + $"{string.Join(' ', asked.PendingScope)}.") with
                {
                    Advice = more.Length == 0
                        ? null
                        : $"{string.Join(", ", more)} is more than the recipe says, and is not granted; "
                            + $"Approve-MailAppConsentRequest grants exactly what was asked for.",
                };
            }
        }

        return StepResult.Unchanged("Nobody has asked.");
    }
}
