using System.Management.Automation;

namespace MailAdmin.Commands;

/// <summary>A cmdlet that changes rights on mailboxes, of an app or of a person.</summary>
public abstract class MailboxGrantCmdlet : TenantCmdlet, IDynamicParameters
{
    private protected const string ByApp = "App", ById = "Id", ByUser = "User";

    private readonly PipedObject _piped = new();
    private MailAppRegistration? _found;

    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByApp, ValueFromPipeline = true)]
    public MailAppRegistration App { get; set; } = null!;

    /// <summary>
    /// Client id of the app, object id of the registration, or object id of the service principal, also of a managed identity.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ById)]
    [Alias("ClientId")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AppCompleter))]
    public string Id { get; set; } = "";

    /// <summary>The person whose rights are meant, by any address.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByUser)]
    [ValidateNotNullOrEmpty]
    public string User { get; set; } = "";

    /// <summary>Any address or id of each mailbox.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] Mailbox { get; set; } = [];

    /// <summary>The right.</summary>
    [Parameter]
    public MailboxAccessRight[] AccessRight { get; set; } = [MailboxAccessRight.FullAccess];

    /// <summary>SendAs, too.</summary>
    [Parameter]
    public SwitchParameter SendAs { get; set; }

    private protected MailboxAccessRight[] Rights =>
        SendAs ? [.. AccessRight.Append(MailboxAccessRight.SendAs).Distinct()] : AccessRight;

    private protected string GranteeName => ParameterSetName switch { ByApp => App.ToString(), ById => Id, _ => User };

    /// <summary>Looks at what is piped as a whole: a message or a folder is no mailbox. Called by PowerShell.</summary>
    /// <returns>The parameter; null where an app is piped.</returns>
    public object? GetDynamicParameters() => App is null && Id.Length == 0 && User.Length == 0 ? null : _piped.Parameters;

    /// <inheritdoc/>
    protected override Task BeginAsync()
    {
        _piped.Begin(MyInvocation);
        return Task.CompletedTask;
    }

    /// <summary>Work on one mailbox; the app is null for a person.</summary>
    private protected abstract Task<MailboxGrant> ChangeAsync(MailAppRegistration? app, string mailbox);

    private protected abstract string Question(string mailbox);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync()
    {
        _piped.Check(MyInvocation);
        foreach (var mailbox in Mailbox)
        {
            if (!ShouldProcess(mailbox, Question(mailbox)))
            {
                continue;
            }

            try
            {
                var grant = await ChangeAsync(await AppAsync(), mailbox);
                foreach (var pending in grant.Pending)
                {
                    WriteWarning($"{mailbox}: {pending}");
                }

                WriteObject(grant);
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                // One mailbox that fails must not keep the others waiting.
                WriteFailure(e, mailbox);
            }
        }
    }

    private async Task<MailAppRegistration?> AppAsync() => ParameterSetName switch
    {
        ByApp => App,
        ById => _found ??= await AppCmdlet.FindAsync(Id, Session, ContextInUse.Tenant, StopToken),
        _ => null,
    };
}
