using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Shows which apps people asked an admin to consent to, for which scopes, and who asked.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppConsentRequest")]
[OutputType(typeof(MailAppConsentRequest))]
[LeastPrivilege(Permission = "ConsentRequest.Read.All", EntraRole = "Global Reader")]
public sealed class GetMailAppConsentRequest : TenantCmdlet
{
    /// <summary>Display name of the app; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string App { get; set; } = "*";

    /// <summary>Also those that nobody waits for any more.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var pattern = new WildcardPattern(App, WildcardOptions.IgnoreCase);
        await foreach (var request in new ConsentRequests(Session).ListAsync(StopToken))
        {
            if (pattern.IsMatch(request.App) && (All || request.IsOpen))
            {
                WriteObject(request);
            }
        }
    }
}
