using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Gets the admin consent requests for apps, with the requested permissions and the users who sent them.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppConsentRequest")]
[OutputType(typeof(MailAppConsentRequest))]
[LeastPrivilege(Permission = "ConsentRequest.Read.All", EntraRole = "Global Reader")]
public sealed class GetMailAppConsentRequest : TenantCmdlet
{
    /// <summary>Specifies the app: an object that represents an app, a client ID, or a display name.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [SupportsWildcards]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Includes requests that were granted or have expired.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        App?.Check();
        var pattern = Wildcards.Of(App?.Text ?? "*");
        await foreach (var request in new ConsentRequests(Session).ListAsync(StopToken))
        {
            if ((pattern.IsMatch(request.App) || pattern.IsMatch(request.ClientId)) && (All || request.IsOpen))
            {
                WriteObject(request);
            }
        }
    }
}
