using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Shows apps: their ids, what they ask for and what is granted.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppRegistration", DefaultParameterSetName = ByName)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Directory.Read.All", EntraRole = "Directory Readers")]
public sealed class GetMailAppRegistration : TenantCmdlet
{
    private const string ByName = "Name", ById = "Id";

    /// <summary>Display name, or its beginning followed by *.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName, ValueFromPipeline = true)]
    [SupportsWildcards]
    public string Name { get; set; } = "*";

    /// <summary>Client id, object id of the registration, or object id of the service principal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [Alias("ClientId")]
    [ArgumentCompleter(typeof(AppCompleter))]
    public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var any = false;
        if (ParameterSetName == ById)
        {
            if (await new AppDirectory(Session).GetAsync(Id, StopToken) is { } app)
            {
                any = true;
                WriteObject(app);
            }
        }
        else
        {
            await foreach (var app in new AppDirectory(Session).FindAsync(Name, StopToken))
            {
                any = true;
                WriteObject(app);
            }
        }

        var asked = ParameterSetName == ById ? Id : Name;
        if (!any && !asked.EndsWith('*'))
        {
            throw AppCmdlet.NotFound(asked, ContextInUse.Tenant);
        }
    }
}
