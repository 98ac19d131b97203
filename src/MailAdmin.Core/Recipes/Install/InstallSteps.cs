namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Which steps a request comes to, in their order. Nothing is asked of a tenant, so that the plan is the same for everybody.
/// </summary>
internal static class InstallSteps
{
    public static IReadOnlyList<InstallStep> Of(InstallRequest request) =>
        [.. (request.Kind == MailAppRecipeKind.VendorApp ? OfVendorApp(request) : OfOwnApp(request)), .. OfMailboxes(request)];

    private static IEnumerable<InstallStep> OfOwnApp(InstallRequest request)
    {
        yield return new RegisterStep(request);
        if (request.Recipe.Redirect is not null && request.RedirectUri is null)
        {
            yield return new RedirectStep(request);
        }

        yield return new CredentialStep(request);
        if (request.Granted.Count > 0)
        {
            yield return new ConsentStep(request);
        }

        if (request.Scoped.Count > 0)
        {
            yield return new RestrictStep(request);
        }
    }

    private static IEnumerable<InstallStep> OfVendorApp(InstallRequest request)
    {
        yield return new WorkflowStep(request);
        yield return new ConsentRequestStep(request);
        yield return new ServicePrincipalStep(request);
        yield return new AssignmentStep(request);
        yield return new ConsentStep(request);
    }

    private static IEnumerable<InstallStep> OfMailboxes(InstallRequest request)
    {
        var needs = request.Recipe.Mailbox;
        var isAppOnly = request.Kind == MailAppRecipeKind.AppOnly;
        foreach (var mailbox in request.Mailboxes)
        {
            if (isAppOnly ? needs.FullAccess : request.User is not null)
            {
                yield return new AccessStep(request, mailbox);
            }

            if (needs.ImapEnabled || needs.TimeZone)
            {
                yield return new SettingsStep(request, mailbox);
            }

            if (needs.Dedicated)
            {
                yield return new DedicatedStep(request, mailbox);
            }

            if (needs.License is not null)
            {
                yield return new LicenseStep(request, mailbox);
            }

            if (isAppOnly && request.After == AfterProcessing.Move)
            {
                yield return new FolderStep(request, mailbox);
            }
        }

        foreach (var mailbox in request.Mailboxes)
        {
            yield return isAppOnly ? new TestStep(request, mailbox) : new PersonTestStep(request, mailbox);
        }

        if (isAppOnly && !request.TenantWide && request.Recipe.Restricted)
        {
            yield return new OutOfScopeTestStep(request);
        }

        yield return new ProductSettingsStep(request);
    }
}
