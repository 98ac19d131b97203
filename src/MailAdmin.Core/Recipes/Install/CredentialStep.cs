using System.Globalization;
using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>A secret, unless the app has one that lasts: however often it is run, there is never a second one.</summary>
internal sealed class CredentialStep(InstallRequest request) : InstallStep(request)
{
    public const string StepName = "Credential";

    public override string Name => StepName;

    public override string Action =>
        string.Create(CultureInfo.InvariantCulture, $"Make a client secret of {Lifetime} months, unless there is one that lasts");

    public override string Needs => Apps;

    private int Lifetime => Request.SecretLifetime ?? Recipe.Credential!.Lifetime;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app)
        {
            return StepResult.WaitsFor(RegisterStep.StepName);
        }

        var now = run.Session.Wire.Time.GetUtcNow();
        MailAppCredential? lasting = null;
        await foreach (var credential in new AppCredentials(run.Session).ListAsync(app, cancellationToken).ConfigureAwait(false))
        {
            lasting = credential.Kind == CredentialKind.Secret && AppCredentials.Lasts(credential, now) ? credential : lasting;
        }

        if (lasting is not null)
        {
            return StepResult.Unchanged(string.Create(
                CultureInfo.InvariantCulture,
                $"A secret lasts until "
                    + $"{lasting.ExpiresAt:yyyy-MM-dd}{(run.Secret is null ? "; its value isn't available" : "")}."));
        }

        var renewed = await new AppSecrets(run.Session)
            .MakeAsync(app, Recipe.Name, Lifetime, "-SecretLifetime", cancellationToken).ConfigureAwait(false);
        run.Remember(renewed);
        return StepResult.FromChange(
            renewed.Change, string.Create(CultureInfo.InvariantCulture, $"A secret until {renewed.SecretExpiresAt:yyyy-MM-dd}."),
            renewed.Pending);
    }
}
