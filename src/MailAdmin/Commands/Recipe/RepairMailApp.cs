using System.Management.Automation;
using MailAdmin.Core.Recipes.Install;

namespace MailAdmin.Commands.Recipe;

/// <summary>Makes an app what its recipe says: adds what is missing, takes away what is too much, and tests it.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "MailApp", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppStep))]
[LeastPrivilege(
    Permission = "Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, "
        + "Directory.Read.All, Exchange/Exchange.ManageAsApp",
    EntraRole = "as each step says: Cloud Application Administrator, and Privileged Role Administrator to grant application "
        + "permissions of Graph and take them away",
    ExchangeRole = "as each step says: Organization Management")]
public sealed class RepairMailApp : RecipeAppCmdlet
{
    /// <summary>A time zone, by its IANA or its Windows name, for mailboxes that need one and have none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    private protected override async Task ProcessAsync(MailAppRegistration app, InstallRequest asked)
    {
        if (Recipe is null)
        {
            await RecipeDrift.RequireOwnAsync(Session, app, asked.Recipe, StopToken);
        }

        var request = asked with { TimeZone = TimeZone };
        var drift = new RecipeDrift(Session, app, request);
        await drift.RunAsync(StopToken);
        foreach (var difference in drift.Found)
        {
            WriteVerbose($"{difference}: {difference.Cause} {difference.Advice}");
        }

        using var installer = AppInstaller.Repairing(Session, request, app, drift);
        foreach (var planned in installer.Plan)
        {
            if (ShouldProcess(planned.Target, $"{planned.Step}: {planned.Action}"))
            {
                WriteObject(await installer.RunAsync(planned, StopToken));
            }
        }

        if (installer.Stopped is { } failure)
        {
            WriteFailure(failure, app.ClientId);
        }
    }
}
