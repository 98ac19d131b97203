using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Approves an admin consent request by granting exactly the requested permissions, for all users or for one.</summary>
[Cmdlet(VerbsLifecycle.Approve, "MailAppConsentRequest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByObject)]
[OutputType(typeof(MailAppConsentRequest))]
[LeastPrivilege(
    Permission = "ConsentRequest.Read.All, DelegatedPermissionGrant.ReadWrite.All, Directory.Read.All",
    EntraRole = "Cloud Application Administrator")]
public sealed class ApproveMailAppConsentRequest : TenantCmdlet
{
    private const string ByObject = "Request", ById = "Id";

    /// <summary>Specifies the request, as Get-MailAppConsentRequest returns it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByObject, ValueFromPipeline = true)]
    public MailAppConsentRequest Request { get; set; } = null!;

    /// <summary>Specifies the ID of the request.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById)]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = "";

    /// <summary>Specifies the user that the permissions are granted for, by user principal name or ID.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string? User { get; set; }

    /// <summary>Specifies the resource of the requested permissions.</summary>
    [Parameter]
    [ValidateSet("Graph", "Exchange")]
    public string? Resource { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var requests = new ConsentRequests(Session);
        var request = ParameterSetName == ByObject ? Request : await requests.GetAsync(Id, StopToken);
        if (!ShouldProcess(
            $"{request.App} ({request.ClientId})", $"Grant {string.Join(", ", request.PendingScope)} for {User ?? "all users"}"))
        {
            return;
        }

        var result = await requests.ApproveAsync(request, User, Resource, StopToken);
        foreach (var pending in result.Pending)
        {
            WriteWarning(pending.ToString());
        }

        WriteObject(result);
    }
}
