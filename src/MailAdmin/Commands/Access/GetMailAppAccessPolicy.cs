using System.Management.Automation;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.Access;

/// <summary>Gets the application access policies of the tenant or of an app.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppAccessPolicy")]
[OutputType(typeof(MailAppAccessPolicy))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailAppAccessPolicy : TenantCmdlet
{
    /// <summary>Specifies the app: an object that represents an app, a display name, or a client ID.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var policies = new AccessPolicies(Session);
        App?.Check();
        var clientId = App is null || App.IsId ? App?.Text : (await FindAsync(App)).ClientId;
        var found = await policies.GetAsync(clientId, StopToken);
        if (found.Count == 0 && App is { IsId: true, Registration: null }
            && await new AppLookup(Session).FindAsync(App.Text, StopToken) is { } app && app.ClientId != clientId)
        {
            // It was an object ID; policies have client IDs only.
            found = await policies.GetAsync(app.ClientId, StopToken);
        }

        WriteObject(found, enumerateCollection: true);
    }
}
