namespace MailAdmin.Core.Recipes.Install;

/// <summary>The names of the steps, in plans, results, and references between steps.</summary>
internal static class StepName
{
    public const string Register = "Register", Redirect = "Redirect", Credential = "Credential", Consent = "Consent",
        Restrict = "Restrict", Excess = "Excess";

    public const string Workflow = "ConsentWorkflow", ConsentRequest = "ConsentRequest", ServicePrincipal = "ServicePrincipal",
        Assignment = "Assignment";

    public const string Access = "Access", Mailbox = "Mailbox", Dedicated = "Dedicated", License = "License", Folder = "Folder";

    public const string Test = "Test", OutOfScopeTest = "OutOfScopeTest", ProductSettings = "ProductSettings";
}
