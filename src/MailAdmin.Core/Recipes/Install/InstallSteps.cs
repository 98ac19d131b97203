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
        yield return AppSteps.Register(request);
        if (request.Recipe.Redirect is not null && request.RedirectUri is null)
        {
            yield return AppSteps.Redirect(request);
        }

        yield return AppSteps.Credential(request);
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

            if (needs.ImapEnabled || needs.TimeZone)
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
