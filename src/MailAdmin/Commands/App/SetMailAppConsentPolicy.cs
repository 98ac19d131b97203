using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Changes the admin consent workflow of the tenant and its reviewers.</summary>
[Cmdlet(VerbsCommon.Set, "MailAppConsentPolicy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppConsentPolicy))]
[LeastPrivilege(Permission = "Policy.ReadWrite.ConsentRequest, User.ReadBasic.All", EntraRole = "Global Administrator")]
public sealed class SetMailAppConsentPolicy : TenantCmdlet
{
    /// <summary>Specifies whether users can request admin consent.</summary>
    [Parameter]
    public bool? Enabled { get; set; }

    /// <summary>Specifies the reviewers, by user principal name or ID.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Reviewer { get; set; }

    /// <summary>Specifies whether reviewers get a mail for each request.</summary>
    [Parameter]
    public bool? NotifyReviewer { get; set; }

    /// <summary>Specifies whether reviewers get reminders by mail.</summary>
    [Parameter]
    public bool? RemindReviewer { get; set; }

    /// <summary>Specifies after how many days a request expires, 1 to 60.</summary>
    [Parameter]
    [ValidateRange(1, 60)]
    public int? RequestDuration { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var change = new ConsentPolicyChange
        {
            Enabled = Enabled,
            Reviewers = Reviewer,
            Notify = NotifyReviewer,
            Remind = RemindReviewer,
            DurationInDays = RequestDuration,
        };
        if (ShouldProcess(ContextInUse.Tenant, "Change the admin consent workflow"))
        {
            WriteObject(await new ConsentPolicy(Session).SetAsync(change, StopToken));
        }
    }
}
