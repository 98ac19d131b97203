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

    /// <summary>The mailbox it is delivered to; the first one by default.</summary>
    [Parameter(Position = 0)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument(Single = true)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference? Mailbox { get; set; }

    /// <summary>An .eml file; wildcards are understood.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByPath, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The message itself, in its wire form (RFC 5322): text, or bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByContent)]
    public object Content { get; set; } = "";

    /// <summary>The folder; made when it is missing.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string Folder { get; set; } = "Inbox";

    /// <summary>When it was received; now, on the tenant's clock, by default.</summary>
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
