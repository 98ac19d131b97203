using System.Management.Automation;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Recipes.Install;

namespace MailAdmin.Commands.Recipe;

/// <summary>Tests whether an app matches its recipe, and optionally whether its product processes mail.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MailApp")]
[OutputType(typeof(MailAppTest))]
[LeastPrivilege(
    Permission = "Directory.Read.All, Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class TestMailApp : RecipeAppCmdlet
{
    /// <summary>Sends a marked message to each mailbox, and tests whether the product moves or deletes it.</summary>
    [Parameter]
    public SwitchParameter TestMailFlow { get; set; }

    /// <summary>Specifies a connection over Graph that sends the marked message, from an app with Mail.Send.</summary>
    [Parameter]
    public MailboxConnection? Sender { get; set; }

    /// <summary>Specifies how long the product can take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    private protected override async Task ProcessAsync(MailAppRegistration app, InstallRequest request)
    {
        var test = await new RecipeDrift(Session, app, request).RunAsync(StopToken);
        if (TestMailFlow)
        {
            var checks = test.Checks.ToList();
            foreach (var mailbox in request.Mailboxes)
            {
                checks.Add(await FlyAsync(app, request, mailbox));
            }

            test = test with { Checks = [.. checks], Verdict = MailboxTester.Judge(checks) };
        }

        WriteObject(test);
    }

    private async Task<MailCheck> FlyAsync(MailAppRegistration app, InstallRequest request, string mailbox)
    {
        var secret = request.HeldSecret ?? Core.Apps.AppSecrets.Held(Session, app);
        if (Sender is null && !app.GrantedPermission.Any(p => p.Name == "Mail.Send")
            && !request.Recipe.Permission.Any(p => p.Permission.Name == "Mail.Send"))
        {
            throw new InvalidRequestException(
                "MailFlowSenderRequired", $"{app} can't send the marked message because it has no permission to send.")
            {
                Target = app.ClientId,
                Advice = "Use -Sender with a connection over Graph of an app with Mail.Send (New-MailboxConnection).",
            };
        }

        return await new MailFlowTest(
            Sender ?? MailboxConnections.As(app, mailbox, MailProtocol.Graph, Session, secret),
            MailboxConnections.As(app, mailbox, request.Recipe.Protocol, Session, secret), request.Recipe)
            .RunAsync(Timeout, StopToken);
    }
}
