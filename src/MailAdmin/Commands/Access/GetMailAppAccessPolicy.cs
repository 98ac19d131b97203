using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Shows the application access policies of the tenant, or of an app.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppAccessPolicy")]
[OutputType(typeof(MailAppAccessPolicy))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailAppAccessPolicy : TenantCmdlet
{
    /// <summary>Only those about the app with this client id.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync() =>
        WriteObject(await new AccessPolicies(Session).GetAsync(ClientId, StopToken), enumerateCollection: true);
}
