using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Removes application access policies.</summary>
[Cmdlet(VerbsCommon.Remove, "MailAppAccessPolicy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppAccessPolicy))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp", EntraRole = "Exchange Administrator", ExchangeRole = "Organization Management")]
public sealed class RemoveMailAppAccessPolicy : TenantCmdlet
{
    /// <summary>Specifies the policy, as Get-MailAppAccessPolicy returns it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public MailAppAccessPolicy Policy { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        if (ShouldProcess(Policy.ToString(), "Remove the application access policy"))
        {
            WriteObject(await new AccessPolicies(Session).RemoveAsync(Policy, StopToken));
        }
    }
}
