using System.Management.Automation;

namespace MailAdmin.Commands.Context;

/// <summary>Shows what cmdlets of this module changed in the tenant, by whom and when.</summary>
[Cmdlet(VerbsCommon.Get, "MailAdminChange")]
[OutputType(typeof(MailAdminChange))]
[LeastPrivilege]
public sealed class GetMailAdminChange : TenantCmdlet
{
    /// <summary>Only changes about this app, by client id.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>Only changes from this time on.</summary>
    [Parameter]
    public DateTimeOffset? After { get; set; }

    /// <summary>Only changes whose target is like this: an address, a permission, a scope.</summary>
    [Parameter]
    [SupportsWildcards]
    public string Target { get; set; } = "*";

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        var pattern = new WildcardPattern(Target, WildcardOptions.IgnoreCase);
        WriteObject(
            Session.Journal.Read()
                .Where(c => (ClientId is null || string.Equals(c.ClientId, ClientId, StringComparison.OrdinalIgnoreCase))
                && (After is null || c.At >= After) && pattern.IsMatch(c.Target)),
            enumerateCollection: true);
        return Task.CompletedTask;
    }
}
