using System.Management.Automation;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Sandbox;

/// <summary>Gets the messages of a sandbox directly, without protocols and permissions.</summary>
[Cmdlet(VerbsCommon.Get, "MailSandboxMessage")]
[OutputType(typeof(SandboxMessage))]
public sealed class GetMailSandboxMessage : SandboxCmdlet
{
    /// <summary>Returns only messages in this mailbox.</summary>
    [Parameter(Position = 0)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument(Single = true)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference? Mailbox { get; set; }

    /// <summary>Returns only messages in this folder: a well-known name such as Inbox, or a path such as Inbox/Old.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? Folder { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync() =>
        WriteObject(await Tenant.GetMessagesAsync(Mailbox?.Text, Folder, StopToken), enumerateCollection: true);
}
