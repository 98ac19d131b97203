using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Shows the tenant's workflow for consent that people ask an admin for, and who decides.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppConsentPolicy")]
[OutputType(typeof(MailAppConsentPolicy))]
[LeastPrivilege(Permission = "Policy.Read.All", EntraRole = "Global Reader")]
public sealed class GetMailAppConsentPolicy : TenantCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync() => WriteObject(await new ConsentPolicy(Session).GetAsync(StopToken));
}
