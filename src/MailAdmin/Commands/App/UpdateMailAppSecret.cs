using System.Management.Automation;
using System.Security;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;

namespace MailAdmin.Commands.App;

/// <summary>Replaces the secret of an app, and stores the new one with a script block or in a vault.</summary>
[Cmdlet(VerbsData.Update, "MailAppSecret", SupportsShouldProcess = true)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Application.ReadWrite.All", EntraRole = "Cloud Application Administrator")]
public sealed class UpdateMailAppSecret : AppCmdlet
{
    /// <summary>Specifies a script block that stores the new secret.</summary>
    [Parameter]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>Specifies a registered vault to store the new secret in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string? Vault { get; set; }

    /// <summary>Specifies the name of the secret in the vault.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretName { get; set; }

    /// <summary>Specifies the number of months until the secret expires, 1 to 24.</summary>
    [Parameter]
    [ValidateRange(1, 24)]
    public int? Lifetime { get; set; }

    /// <summary>Specifies a .ics file, or an existing folder, for a calendar entry.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reminder { get; set; }

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        if (ScriptBlock is null ? Vault is null || SecretName is null : Vault is not null || SecretName is not null)
        {
            throw new InvalidRequestException(
                "SecretDestinationRequired", "Specify exactly one destination for the new secret.")
            {
                Target = app.ClientId,
                Advice = "Use -ScriptBlock, or -Vault and -SecretName.",
            };
        }

        CheckReminder(Reminder);
        var place = ScriptBlock is null ? new SecretVault(InvokeCommand, Vault!, SecretName!) : null;
        place?.Check();
        if (!ShouldProcess(
            app.ToString(),
            $"Create a client secret and store it with {(place is null ? "the script block" : place.ToString())}"))
        {
            return;
        }

        var recipe = app.Recipe is { } name ? Recipes.Library.Find(name) : null;
        var rotation = new SecretRotation(Session) { Usual = recipe?.Credential?.Lifetime };
        var result = await rotation.BeginAsync(app, Lifetime, place?.Held, StopToken);
        if (result.ClientSecret is { } secret && result.Change == ChangeKind.Updated)
        {
            Give(place, secret, result);
            if (!await rotation.FinishAsync(result, StopToken))
            {
                WriteWarning(
                    $"The new secret of '{result.Name}' was stored, but the app registration doesn't show that yet. If it still "
                        + "doesn't at the next rotation, that rotation replaces the new secret again.");
            }
        }

        WriteReminder(Reminder, result, CredentialKind.Secret, result.SecretId!, result.SecretExpiresAt);
        WritePending(result);
        WriteObject(result);
    }

    private void Give(SecretVault? place, SecureString secret, MailAppRegistration app)
    {
        try
        {
            if (place is not null)
            {
                place.Write(secret);
                return;
            }

            // An error that a command in the block only reports would leave a secret that is in use nowhere: it ends the
            // rotation, too.
            InvokeCommand.InvokeScript(
                "param($block, $secret, $app) $ErrorActionPreference = 'Stop'; & $block $secret $app", true, default, null,
                ScriptBlock, secret, app);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            // The error of a failed command can contain the value, so it isn't passed on.
            var value = Secret.Reveal(secret);
            throw new InvalidRequestException(
                "SecretNotStored",
                $"The new secret of '{app.Name}' wasn't stored: "
                    + $"{e.Message.Replace(value, "***", StringComparison.Ordinal)}",
                e.ToString().Contains(value, StringComparison.Ordinal) ? null : e)
            {
                Target = app.ClientId,
                Advice = "Correct the cause and run the command again. It replaces the new secret. The old one "
                    + "wasn't changed.",
            };
        }
    }
}
