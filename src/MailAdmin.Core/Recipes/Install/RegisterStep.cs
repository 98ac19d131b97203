using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>The registration with its service principal, the permissions that it asks Entra for, and its redirect URI.</summary>
internal sealed class RegisterStep(InstallRequest request) : InstallStep(request)
{
    public const string StepName = "Register";

    public override string Name => StepName;

    public override string Action =>
        $"Register the app for "
            + $"{Recipe.SignInAudience}{(Request.Granted.Count > 0 ? $", asking for {List(Request.Granted)}" : ", asking Entra for nothing")}"
        + (Request.RedirectUri is { } uri ? $", leading back to {uri}" : "");

    public override string Needs => Apps;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var app = await new AppProvisioner(run.Session).EnsureAsync(
            new AppSpecification
            {
                Name = Request.Name,
                App = Request.App,
                Recipe = Recipe.Name,
                Permissions = Request.Granted,
                SignInAudience = Recipe.SignInAudience,
                RedirectUris = Request.RedirectUri is { } uri ? [new MailAppRedirectUri(uri, Recipe.Redirect!.Platform)] : [],
                RegistrationOnly = true,
            },
            cancellationToken).ConfigureAwait(false);
        run.Remember(app);
        return StepResult.FromChange(app.Change, $"Client id {app.ClientId}.", app.Pending);
    }
}
