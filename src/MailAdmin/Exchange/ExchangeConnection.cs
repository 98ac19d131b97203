using System.Management.Automation;

namespace MailAdmin.Exchange;

/// <summary>
/// A connection of the module ExchangeOnlineManagement in this runspace. Its cmdlets are in a temporary module, in which no other
/// command has their names, such as one of Exchange Server.
/// </summary>
/// <remarks>https://learn.microsoft.com/powershell/module/exchangepowershell/get-connectioninformation</remarks>
internal sealed class ExchangeConnection
{
    private const string Lister = "Get-ConnectionInformation";

    private readonly PSModuleInfo _module;
    private readonly string _prefix;

    private ExchangeConnection(PSModuleInfo module, string prefix) => (_module, _prefix) = (module, prefix);

    /// <summary>Finds the connection to a tenant. To be called on the pipeline thread.</summary>
    /// <param name="tenantId">The tenant's ID.</param>
    /// <param name="tenant">The tenant, as specified at sign-in.</param>
    /// <exception cref="InvalidRequestException">No session is connected (ExchangeSessionRequired).</exception>
    public static ExchangeConnection Find(string tenantId, string tenant)
    {
        var all = Shell.Run("Get-Command", ("Name", Lister), ("ErrorAction", ActionPreference.Ignore)).Count == 0 ? []
            : Shell.Run(Lister, ("ErrorAction", ActionPreference.Stop))
                .Where(c => Text(c, "State") == "Connected" && Text(c, "IsEopSession") != bool.TrueString).ToArray();
        var mine = all.Where(c => IsOf(c, tenantId, tenant)).ToArray();
        var modules = Shell.Run("Get-Module").Select(m => m.BaseObject).OfType<PSModuleInfo>().ToArray();
        foreach (var connection in mine)
        {
            // ModuleName is the path of the folder, in the system's form.
            var name = Text(connection, "ModuleName").Split('/', '\\')[^1];
            if (Array.Find(modules, m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } module)
            {
                return new ExchangeConnection(module, Text(connection, "ModulePrefix"));
            }
        }

        throw new InvalidRequestException("ExchangeSessionRequired", all.Length == 0
            ? "Exchange Online PowerShell isn't connected in this runspace."
            : mine.Length == 0 ? $"Exchange Online PowerShell is connected to another tenant than {tenant} ({tenantId})."
            : "The cmdlets of the connection of Exchange Online PowerShell aren't loaded in this runspace.")
        {
            Target = tenant,
            Advice = "Run Connect-ExchangeOnline (module ExchangeOnlineManagement 3.0 or later) for this tenant in this "
                + "PowerShell session. Then run the command again.",
        };
    }

    /// <summary>Returns a cmdlet of the connection; null if the account's roles don't include it.</summary>
    public CommandInfo? Command(string name)
    {
        var prefixed = name.Insert(name.IndexOf('-', StringComparison.Ordinal) + 1, _prefix);
        return _module.ExportedCommands.TryGetValue(prefixed, out var command)
            || _module.ExportedCommands.TryGetValue(name, out command) ? command : null;
    }

    /// <summary>A partner's connection to a customer has the customer's name, and the ID of either tenant.</summary>
    private static bool IsOf(PSObject connection, string tenantId, string tenant) =>
        Text(connection, "DelegatedOrganization") is { Length: > 0 } customer
            ? Same(customer, tenantId) || Same(customer, tenant)
            : Same(Text(connection, "TenantID"), tenantId);

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Text(PSObject connection, string name) => $"{connection.Properties[name]?.Value}";
}
