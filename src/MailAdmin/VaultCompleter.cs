using System.Collections;
using System.Management.Automation;

namespace MailAdmin;

/// <summary>Completes the names of registered vaults, once Microsoft.PowerShell.SecretManagement is imported.</summary>
public sealed class VaultCompleter : NameCompleter
{
    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound)
    {
        // To import the module would take a second, and a command line doesn't wait.
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        var vaults = shell.AddScript(
            "if (Get-Module Microsoft.PowerShell.SecretManagement) { Get-SecretVault -ErrorAction Ignore }").Invoke();
        return [.. vaults.Select(v => ($"{v.Properties["Name"]?.Value}", $"{v.Properties["ModuleName"]?.Value}"))];
    }
}
