using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Gets the requested and granted permissions of an app.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppPermission")]
[OutputType(typeof(MailAppPermissionStatus))]
[LeastPrivilege(Permission = "Directory.Read.All", EntraRole = "Directory Readers")]
public sealed class GetMailAppPermission : AppCmdlet
{
    private protected override async Task ProcessAsync(MailAppRegistration app) =>
        WriteObject(await new AppConsent(Session).CompareAsync(app, StopToken), enumerateCollection: true);
}
