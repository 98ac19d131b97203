using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Gets app registrations with their IDs, requested permissions, and granted permissions.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppRegistration", DefaultParameterSetName = ByName)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Directory.Read.All", EntraRole = "Directory Readers")]
public sealed class GetMailAppRegistration : TenantCmdlet
{
    private const string ByName = "Name", ByApp = "App";

    /// <summary>Specifies a display name, or its beginning followed by *.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName, ValueFromPipeline = true)]
    [SupportsWildcards]
    [TextArgument]
    [ArgumentCompleter(typeof(AppNameCompleter))]
    public string Name { get; set; } = "*";

    /// <summary>Specifies one app: an object that represents an app, a unique display name, or a client ID.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByApp, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        if (ParameterSetName == ByApp)
        {
            WriteObject(await App.ReadAgainAsync(Session, ContextInUse.Tenant, StopToken));
            return;
        }

        var any = false;
        await foreach (var app in new AppDirectory(Session).FindAsync(Name, StopToken))
        {
            any = true;
            WriteObject(app);
        }

        if (!any && !Name.EndsWith('*'))
        {
            throw AppReference.NotFound(Name, ContextInUse.Tenant);
        }
    }
}
