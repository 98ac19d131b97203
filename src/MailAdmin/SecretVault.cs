using System.Management.Automation;
using System.Security;
using MailAdmin.Core.Base;

namespace MailAdmin;

/// <summary>
/// Represents a secret in a registered vault, with the cmdlets of Microsoft.PowerShell.SecretManagement if it's installed.
/// </summary>
/// <remarks>https://learn.microsoft.com/powershell/module/microsoft.powershell.secretmanagement</remarks>
internal sealed class SecretVault(CommandInvocationIntrinsics shell, string vault, string name)
{
    /// <summary>The secret in the vault at the time of the check; null if there was none, or it wasn't a text.</summary>
    public SecureString? Held { get; private set; }

    /// <summary>The user's default vault; null if there is none, or the module isn't installed.</summary>
    public static string? Default(CommandInvocationIntrinsics shell) => shell.InvokeScript(
        "if (Get-Command -Name Get-SecretVault -ErrorAction Ignore) { Get-SecretVault -ErrorAction Ignore | Where-Object "
            + "IsDefault | Select-Object -First 1 -ExpandProperty Name }",
        true, default, null).FirstOrDefault()?.BaseObject as string;

    /// <summary>Checks that the vault can be used, and reads its secret, before a new one is created.</summary>
    /// <exception cref="InvalidRequestException">The module isn't there, or the vault isn't registered or locked.</exception>
    public void Check()
    {
        if (Run("Get-Command -Name Set-Secret, Get-Secret, Get-SecretInfo -ErrorAction Ignore").Count < 3)
        {
            throw new InvalidRequestException(
                "VaultNotAvailable", "Can't use the vault because the module Microsoft.PowerShell.SecretManagement "
                    + "isn't installed.")
            {
                Target = vault,
                Advice = "Run Install-Module Microsoft.PowerShell.SecretManagement, and register a vault with "
                    + "Register-SecretVault. Or store the secret in another way.",
            };
        }

        try
        {
            Held = Run("""
                param($vault, $name)
                if (Get-SecretInfo -Vault $vault -Name ([WildcardPattern]::Escape($name)) -ErrorAction Stop) { Get-Secret -Vault $vault -Name $name -ErrorAction Stop }
                """, vault, name).FirstOrDefault()?.BaseObject as SecureString;
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw new InvalidRequestException("VaultNotAvailable", $"The vault '{vault}' can't be used: {e.Message}", e)
            {
                Target = vault,
                Advice = "To list the registered vaults, run Get-SecretVault. To open a locked vault, run Unlock-SecretVault.",
            };
        }
    }

    /// <summary>Puts a secret there; the one before is replaced.</summary>
    public void Write(SecureString secret) =>
        Run("param($vault, $name, $secret) Set-Secret -Vault $vault -Name $name -Secret $secret -ErrorAction Stop", vault,
            name, secret);

    /// <summary>Removes the secret. A missing one isn't an error.</summary>
    public void Remove()
    {
        if (Held is not null)
        {
            Run("param($vault, $name) Remove-Secret -Vault $vault -Name $name -ErrorAction Stop", vault, name);
        }
    }

    /// <summary>Puts the secret of an app there.</summary>
    /// <exception cref="InvalidRequestException">The vault doesn't take it.</exception>
    public void Keep(MailAppRegistration app, SecureString? secret = null)
    {
        try
        {
            Write(secret ?? app.ClientSecret!);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw NotStored(app, secret ?? app.ClientSecret!, e);
        }
    }

    /// <summary>
    /// Creates the error for a secret that couldn't be stored. It doesn't contain the command's error, which can contain the
    /// value.
    /// </summary>
    public static InvalidRequestException NotStored(MailAppRegistration app, SecureString secret, RuntimeException e)
    {
        var value = Secret.Reveal(secret);
        return new InvalidRequestException(
            "SecretNotStored",
            $"The secret of '{app.Name}' wasn't stored: {e.Message.Replace(value, "***", StringComparison.Ordinal)}",
            e.ToString().Contains(value, StringComparison.Ordinal) ? null : e)
        {
            Target = app.ClientId,
            Advice = "The secret is available in this session. To write it to a file, the clipboard, or a vault, run "
                + "Get-MailAppProductSetting -IncludeSecret.",
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"'{name}' in the vault '{vault}'";

    private System.Collections.ObjectModel.Collection<PSObject> Run(string script, params object[] arguments) =>
        shell.InvokeScript(script, true, default, null, arguments);
}
