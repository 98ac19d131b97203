using System.Management.Automation;
using MailAdmin.Core.Entra;

namespace MailAdmin.Commands;

/// <summary>Shows apps: their ids, what they ask for and what is granted.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppRegistration", DefaultParameterSetName = ByName)]
[OutputType(typeof(MailAppRegistration))]
public sealed class GetMailAppRegistration : TenantCmdlet
{
    private const string ByName = "Name", ById = "Id";

    /// <summary>Display name, or its beginning followed by *.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName, ValueFromPipeline = true)]
    [SupportsWildcards]
    public string Name { get; set; } = "*";

    /// <summary>Client id, or object id of the registration.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [Alias("ClientId")]
    public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var any = false;
        var (name, id) = ParameterSetName == ById ? ((string?)null, Id) : (Name, (string?)null);
        await foreach (var app in new AppDirectory(Session).FindAsync(name, id, StopToken))
        {
            any = true;
            WriteObject(app);
        }

        if (!any && (id is not null || !name!.EndsWith('*')))
        {
            throw new InvalidRequestException("AppNotFound", $"There is no app '{id ?? name}' in {ContextInUse.Tenant}.")
            {
                Target = id ?? name,
                Advice = "Get-MailAppRegistration without parameters lists them; an app of another tenant has only a service principal here.",
            };
        }
    }
}
