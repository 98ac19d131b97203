using System.Management.Automation;
using MailAdmin.Core.Diagnosis;

namespace MailAdmin.Commands.Mail;

/// <summary>Tests whether an app can access a mailbox, and returns the cause and advice if it can't.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MailboxConnection", DefaultParameterSetName = ByConnection)]
[OutputType(typeof(MailboxConnectionTest))]
public sealed class TestMailboxConnection : FolderCmdlet
{
    /// <summary>
    /// Specifies the folder that must exist: a well-known name such as Inbox, or a path such as Inbox/Invoices.
    /// </summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string Folder { get; set; } = "Inbox";

    /// <summary>Over SMTP, also sends a marked message from the mailbox to itself.</summary>
    [Parameter]
    public SwitchParameter TestMailFlow { get; set; }

    /// <summary>Over Graph, tests whether mail can be sent, instead of read. Nothing is sent.</summary>
    [Parameter]
    public SwitchParameter Send { get; set; }

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        if (Send && connection.Protocol == MailProtocol.Imap)
        {
            throw new InvalidRequestException("SendingRequiresGraph", "Mail can't be sent over Imap.")
            {
                Target = connection.Mailbox,
                Advice = "Leave out -Send, or use -Protocol Graph or Smtp.",
            };
        }


        if (TestMailFlow && connection.Protocol != MailProtocol.Smtp)
        {
            throw new InvalidRequestException(
                "MailFlowRequiresSmtp", "-TestMailFlow requires a connection over SMTP. This connection uses "
                    + $"{connection.Protocol}.")
            {
                Target = connection.Mailbox,
                Advice = "Remove -TestMailFlow, or use -Protocol Smtp.",
            };
        }

        WriteObject(connection.Protocol == MailProtocol.Smtp
            ? await new SmtpTester(connection, TestMailFlow) { Compares = true }.RunAsync(StopToken)
            : await new MailboxTester(connection, FolderOf(connection))
            {
                Reads = !Send,
                Sends = Send,
                Compares = true,
            }.RunAsync(StopToken));
    }

    private string FolderOf(MailboxConnection connection) =>
        ParameterSetName == ByFolder ? MailFolder.Path
        : !IsGiven(nameof(Folder)) && connection.SourceFolder is [var first, ..] ? first : Folder;
}
