namespace MailAdmin.Core.Recipes.Install;

/// <summary>What the steps are called: in plans, in results, and where one step names another.</summary>
internal static class StepName
{
    public const string Register = "Register", Redirect = "Redirect", Credential = "Credential", Consent = "Consent",
        Restrict = "Restrict", Excess = "Excess";

    public const string Workflow = "ConsentWorkflow", ConsentRequest = "ConsentRequest", ServicePrincipal = "ServicePrincipal",
        Assignment = "Assignment";

    public const string Access = "Access", Mailbox = "Mailbox", Dedicated = "Dedicated", License = "License", Folder = "Folder";

    public const string Test = "Test", OutOfScopeTest = "OutOfScopeTest", ProductSettings = "ProductSettings";
}
