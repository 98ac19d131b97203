using System.Management.Automation;
using System.Text;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Sandbox;

/// <summary>Adds a message to a sandbox mailbox as if it had been delivered.</summary>
[Cmdlet(VerbsCommon.Add, "MailSandboxMessage", DefaultParameterSetName = ByPath, SupportsShouldProcess = true)]
[OutputType(typeof(SandboxMessage))]
public sealed class AddMailSandboxMessage : SandboxCmdlet
{
    private const string ByPath = "Path", ByContent = "Content";

    /// <summary>Specifies the mailbox: an email address or the user's ID.</summary>
    [Parameter(Position = 0)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument(Single = true)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference? Mailbox { get; set; }

    /// <summary>Specifies an .eml file.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByPath, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the message in Internet message format (RFC 5322).</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByContent)]
    public object Content { get; set; } = "";

    /// <summary>Specifies the folder: a well-known name such as Inbox, or a path such as Inbox/Old.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string Folder { get; set; } = "Inbox";

    /// <summary>Specifies when the message was received.</summary>
    [Parameter]
    public DateTimeOffset? ReceivedAt { get; set; }

    /// <summary>Marks the message as read.</summary>
    [Parameter]
    public SwitchParameter Read { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        if (ParameterSetName == ByContent)
        {
            var value = Content is PSObject wrapped ? wrapped.BaseObject : Content;
            await AddAsync(value as byte[] ?? Encoding.UTF8.GetBytes(value.ToString()!.ReplaceLineEndings("\r\n")), "a message");
            return;
        }

        foreach (var path in Path.SelectMany(p => MessageFiles.Find(this, p)))
        {
            await AddAsync(MessageFiles.Read(path), path);
        }
    }

    private async Task AddAsync(byte[] content, string what)
    {
        var mailbox = Mailbox?.Text ?? SandboxInUse.Mailbox[0];
        if (ShouldProcess($"{mailbox}: {Folder}", $"Deliver {what}"))
        {
            WriteObject(await Tenant.AddMessageAsync(mailbox, Folder, content, ReceivedAt, Read, StopToken));
        }
    }
}
