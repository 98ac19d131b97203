using System.Management.Automation;
using MailAdmin.Core.Access;
using MailAdmin.Core.Journal;

namespace MailAdmin.Commands.Context;

/// <summary>Gets the changes that MailAdmin cmdlets made in the tenant, with their time and account.</summary>
[Cmdlet(VerbsCommon.Get, "MailAdminChange")]
[OutputType(typeof(MailAdminChange))]
[LeastPrivilege]
public sealed class GetMailAdminChange : TenantCmdlet
{
    /// <summary>Specifies the app: an object that represents an app, a display name, or a client ID.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Returns only changes at or after this time.</summary>
    [Parameter]
    public DateTimeOffset? After { get; set; }

    /// <summary>Returns only changes to this target: a mailbox address, a permission, or a scope name.</summary>
    [Parameter]
    [SupportsWildcards]
    public string Target { get; set; } = "*";

    /// <summary>Only these changes, by their numbers in the journal.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int[] Number { get; set; } = [];

    /// <summary>Return commands that reverse the changes, as a script for review, and change nothing.</summary>
    [Parameter]
    public SwitchParameter AsScript { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        App?.Check();
        var changes = Session.Journal.Read();
        if (Session.Journal.CountUnreadable() is > 0 and var unreadable)
        {
            WriteWarning(
                $"The list is incomplete: {unreadable} {(unreadable == 1 ? "line" : "lines")} of the change journal can't be "
                    + "read.");
        }

        var clientId = App is null ? null : App.Registration?.ClientId ?? await ClientIdAsync(App, changes);
        var pattern = Wildcards.Of(Target);
        MailAdminChange[] found =
        [
            .. changes.Where(c => (clientId is null || string.Equals(c.ClientId, clientId, StringComparison.OrdinalIgnoreCase))
                && (After is null || c.At >= After) && (Number.Length == 0 || Number.Contains(c.Number))
                && pattern.IsMatch(c.Target)),
        ];
        if (Array.Find(Number, n => changes.All(c => c.Number != n)) is > 0 and var missing)
        {
            throw new InvalidRequestException("ChangeNotFound", $"The change journal has no change with the number {missing}.")
            {
                Target = $"{missing}",
                Advice = "To list the changes with their numbers, run Get-MailAdminChange.",
            };
        }

        if (!AsScript)
        {
            WriteObject(found, enumerateCollection: true);
        }
        else if (found.Length > 0)
        {
            WriteObject(await new ChangeReversal(Session, ContextInUse.Tenant).WriteAsync(found, StopToken));
        }
    }

    /// <summary>The journal also has apps that were removed from the tenant, by each of their IDs and by name.</summary>
    private async Task<string> ClientIdAsync(AppReference app, IReadOnlyList<MailAdminChange> changes)
    {
        if (AppHistory.ClientIdOf(changes, app.Text, app.IsId) is { } known)
        {
            return known;
        }

        try
        {
            return (await FindAsync(app)).ClientId;
        }
        catch (InvalidRequestException e) when (e.Id == "AppNotFound"
            && (app.IsId || AppHistory.RemovedOf(changes, app.Text) is not null))
        {
            return AppHistory.RemovedOf(changes, app.Text) ?? app.Text;
        }
    }
}
