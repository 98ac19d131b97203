namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Creates the ordered steps of a request. No request is sent to a tenant, so the plan is the same for all administrators.
/// </summary>
internal static class InstallSteps
{
    /// <summary>The dependencies of each step. Every step depends on the one that creates the app.</summary>
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal)
    {
        [StepName.Consent] = [StepName.Credential, StepName.Excess, StepName.Assignment],
        [StepName.Restrict] = [StepName.Credential, StepName.Excess],
        [StepName.Access] = [StepName.Credential, StepName.Excess, StepName.Assignment, StepName.Consent],
        [StepName.Folder] = [StepName.Credential, StepName.Consent, StepName.Restrict, StepName.Access],
        [StepName.Test] =
            [StepName.Credential, StepName.Assignment, StepName.Consent, StepName.Restrict, StepName.Access, StepName.Mailbox],
        [StepName.OutOfScopeTest] = [StepName.Test],
        [StepName.ProductSettings] = [StepName.Test, StepName.OutOfScopeTest],
    };

    private static readonly HashSet<string> OfOneMailbox =
        [StepName.Access, StepName.Mailbox, StepName.Dedicated, StepName.License, StepName.Folder, StepName.Test];

    public static IReadOnlyList<InstallStep> Of(InstallRequest request) =>
    [
        .. (request.Kind == MailAppRecipeKind.VendorApp ? OfVendorApp(request) : OfOwnApp(request))
            .Concat(OfMailboxes(request)).Select(WithNeeds),
    ];

    /// <summary>The step with what it depends on.</summary>
    public static InstallStep WithNeeds(InstallStep step) => step with
    {
        After = step.Name is StepName.Register or StepName.ServicePrincipal or StepName.Workflow or StepName.ConsentRequest
            ? [] : [StepName.Register, StepName.ServicePrincipal, .. Needs.GetValueOrDefault(step.Name, [])],
        IsOfMailbox = OfOneMailbox.Contains(step.Name),
    };

    private static IEnumerable<InstallStep> OfOwnApp(InstallRequest request)
    {
        yield return AppSteps.Register(request);
        if (request.Recipe.Redirect is not null && request.RedirectUri is null)
        {
            yield return AppSteps.Redirect(request);
        }

        yield return AppSteps.Credential(request);
        if (!request.KeepExcess)
        {
            // Excess permissions must be removed before Exchange roles are created for the granted ones.
            yield return AppSteps.Excess(request);
        }

        if (request.Granted.Count > 0)
        {
            yield return AppSteps.Consent(request);
        }

        if (request.Scoped.Count > 0)
        {
            yield return AppSteps.Restrict(request);
        }
    }

    private static IEnumerable<InstallStep> OfVendorApp(InstallRequest request)
    {
        yield return VendorSteps.Workflow();
        yield return VendorSteps.ConsentRequest(request);
        yield return VendorSteps.ServicePrincipal(request);
        yield return VendorSteps.Assignment(request);
        yield return AppSteps.Consent(request);
    }

    private static IEnumerable<InstallStep> OfMailboxes(InstallRequest request)
    {
        var needs = request.Recipe.Mailbox;
        var isAppOnly = request.Kind == MailAppRecipeKind.AppOnly;
        foreach (var mailbox in request.Mailboxes)
        {
            if (isAppOnly ? needs.FullAccess : request.User is not null)
            {
                yield return MailboxSteps.Access(request, mailbox);
            }

            if (needs.ImapEnabled || needs.TimeZone || request.TimeZone is not null)
            {
                yield return MailboxSteps.Settings(request, mailbox);
            }

            if (needs.Dedicated)
            {
                yield return MailboxSteps.Dedicated(mailbox);
            }

            if (needs.License is not null)
            {
                yield return MailboxSteps.License(request, mailbox);
            }

            if (isAppOnly && request.After == AfterProcessing.Move)
            {
                yield return MailboxSteps.Folder(request, mailbox);
            }
        }

        foreach (var mailbox in request.Mailboxes)
        {
            yield return isAppOnly ? TestSteps.Test(request, mailbox) : TestSteps.Person(request, mailbox);
        }

        if (isAppOnly && !request.TenantWide && request.Recipe.Restricted)
        {
            yield return OutOfScopeTest.Of(request);
        }

        yield return TestSteps.ProductSettings(request);
    }
}
