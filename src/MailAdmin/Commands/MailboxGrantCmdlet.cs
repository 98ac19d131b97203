using System.Management.Automation;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet that changes mailbox permissions of an app or a user.</summary>
public abstract class MailboxGrantCmdlet : TenantCmdlet
{
    private protected const string ByApp = "App", ByUser = "User";

    /// <summary>
    /// Specifies the app: an object that represents an app, its display name if no other app has it, its client ID, or an object
    /// ID of its registration or service principal; also a managed identity.
    /// </summary>
    [Parameter(
        Mandatory = true, Position = 1, ParameterSetName = ByApp, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <summary>Specifies the user whose permissions change, by any address.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByUser)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string User { get; set; } = "";

    /// <summary>Specifies the mailboxes: any address or ID, or objects of Get-Mailbox or Get-EXOMailbox.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Specifies the mailbox permission.</summary>
    [Parameter]
    public MailboxAccessRight[] AccessRight { get; set; } = [MailboxAccessRight.FullAccess];

    /// <summary>Also grants or revokes SendAs.</summary>
    [Parameter]
    public SwitchParameter SendAs { get; set; }

    private protected MailboxAccessRight[] Rights =>
        SendAs ? [.. AccessRight.Append(MailboxAccessRight.SendAs).Distinct()] : AccessRight;

    /// <summary>Processes one mailbox. The app is null for a user.</summary>
    private protected abstract Task<MailboxGrant> ChangeAsync(MailAppRegistration? app, string mailbox);

    /// <summary>The action for -WhatIf and -Confirm.</summary>
    /// <param name="grantee">The app with its client ID, or the user.</param>
    private protected abstract string Question(string grantee);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync()
    {
        MailAppRegistration? app = null;
        await EachMailboxAsync(Mailbox, async mailbox =>
        {
            // A name is shown with its client ID before a permission is granted.
            app ??= ParameterSetName == ByApp ? await FindAsync(App) : null;
            if (ShouldProcess(mailbox.Text, Question(app?.ToString() ?? User)))
            {
                Write(await ChangeAsync(app, mailbox.Text), mailbox.Text);
            }
        });
    }

    private void Write(MailboxGrant grant, string mailbox)
    {
        foreach (var pending in grant.Pending)
        {
            WriteWarning($"{mailbox}: {pending}");
        }

        WriteObject(grant);
    }
}
