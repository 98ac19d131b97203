using System.Management.Automation;
using System.Security;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands.Recipe;

/// <summary>Gets the values to enter in a product's configuration form and the remaining manual steps.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppProductSetting")]
[OutputType(typeof(MailAppProductSetting))]
[LeastPrivilege(
    Permission = "Directory.Read.All, Exchange/Exchange.ManageAsApp",
    EntraRole = "Directory Readers; Global Reader without -Mailbox",
    ExchangeRole = "View-Only Organization Management without -Mailbox")]
public sealed class GetMailAppProductSetting : RecipeAppCmdlet
{
    /// <summary>Specifies the option to choose in the form.</summary>
    [Parameter]
    public AfterProcessing? AfterProcessing { get; set; }

    /// <summary>Writes the secret value to the destination that you specify with -Path, -Clipboard, or -Vault.</summary>
    [Parameter]
    public SwitchParameter IncludeSecret { get; set; }

    /// <summary>Specifies a new file for the settings with the secret.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Copies only the secret to the clipboard.</summary>
    [Parameter]
    public SwitchParameter Clipboard { get; set; }

    /// <summary>Specifies a vault of Microsoft.PowerShell.SecretManagement to store the secret in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string? Vault { get; set; }

    /// <summary>Specifies the name of the secret in the vault.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretName { get; set; }

    private protected override Task ProcessAsync(MailAppRegistration app, InstallRequest asked)
    {
        CheckPlace();
        var request = asked with { AfterProcessing = AfterProcessing };
        var secret = request.HeldSecret ?? AppSecrets.Held(Session, app);
        if (IncludeSecret && secret is null)
        {
            throw new InvalidRequestException(
                "SecretNotAvailable", $"The secret value of {app} isn't available because Entra returns it only once.")
            {
                Target = app.ClientId,
                Advice = "Specify it with -ClientSecret, or create a new one with Update-MailAppSecret.",
            };
        }

        MailAppProductSetting[] settings =
        [
            .. request.Mailboxes.Cast<string?>().DefaultIfEmpty(null)
                .Select(m => ProductSettingsFile.Make(request, app, m, secret is not null, Session.Cloud)),
        ];
        var written = IncludeSecret ? Write(settings, app, secret!) : null;
        WriteObject(settings.Select(s => s with { SecretWrittenTo = written }), enumerateCollection: true);
        return Task.CompletedTask;
    }

    /// <summary>Rejects a secret without a destination, or with several.</summary>
    private void CheckPlace()
    {
        var places = new[] { Path is not null, Clipboard.IsPresent, Vault is not null }.Count(p => p);
        if (places != (IncludeSecret ? 1 : 0))
        {
            throw new InvalidRequestException(
                "ProductSettingDestinationRequired",
                IncludeSecret ? "Specify exactly one destination for the secret." : "A destination requires -IncludeSecret.")
            {
                Advice = "Use -IncludeSecret with -Path, -Clipboard, or -Vault.",
            };
        }
    }

    private string Write(MailAppProductSetting[] settings, MailAppRegistration app, SecureString secret)
    {
        if (Path is not null)
        {
            ProductSettingsFile.Write(settings, secret, FullPath(Path));
            return FullPath(Path);
        }

        if (Vault is not null)
        {
            var place = new SecretVault(InvokeCommand, Vault, SecretName ?? app.Name);
            place.Check();
            place.Keep(app, secret);
            return place.ToString();
        }

        try
        {
            InvokeCommand.InvokeScript(
                "param($text) Set-Clipboard -Value $text -ErrorAction Stop", true, default, null, Secret.Reveal(secret));
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw SecretVault.NotStored(app, secret, e);
        }

        return "the clipboard";
    }
}
