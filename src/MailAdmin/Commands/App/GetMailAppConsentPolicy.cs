using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Gets the settings of the admin consent workflow and its reviewers.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppConsentPolicy")]
[OutputType(typeof(MailAppConsentPolicy))]
[LeastPrivilege(Permission = "Policy.Read.All", EntraRole = "Global Reader")]
public sealed class GetMailAppConsentPolicy : TenantCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync() => WriteObject(await new ConsentPolicy(Session).GetAsync(StopToken));
}
