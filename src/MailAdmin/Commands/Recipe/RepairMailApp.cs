using System.Management.Automation;
using MailAdmin.Core.Recipes.Install;

namespace MailAdmin.Commands.Recipe;

/// <summary>Repairs an app that differs from its recipe: adds what is missing and removes what isn't required.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "MailApp", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppStep))]
[LeastPrivilege(
    Permission = "Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, "
        + "Directory.Read.All, Exchange/Exchange.ManageAsApp",
    EntraRole = "see Needs of each step: Cloud Application Administrator, and Privileged Role Administrator to grant application "
        + "permissions of Graph and remove them",
    ExchangeRole = "see Needs of each step: Organization Management")]
public sealed class RepairMailApp : RecipeAppCmdlet
{
    /// <summary>Takes over the app that -App specifies if other users control it.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Specifies the owners and credentials that are kept when you use -Adopt.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Accept { get; set; } = [];

    private protected override async Task ProcessAsync(MailAppRegistration app, InstallRequest asked)
    {
        if (Adopt)
        {
            await Adoption.RunAsync(this, Session, App, Accept, StopToken);
        }

        // A name and a tag don't show who owns an app. An ID does, if no other user controls the app.
        await RecipeDrift.RequireOwnAsync(
            Session, app, asked.Recipe, isNamedById: Recipe is not null && (App.IsId || App.Registration is not null), StopToken);

        var request = asked;
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

        if (installer.Failure is { } failure)
        {
            WriteFailure(failure, app.ClientId);
        }
    }
}
