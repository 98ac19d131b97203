// Longer than 250 lines: most of it is the parameters, each with its three sets.
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;

namespace MailAdmin.Commands.Mail;

/// <summary>Sends messages from a mailbox over Graph or SMTP, with attachments of up to 150 MB each.</summary>
[Cmdlet(VerbsCommunications.Send, "MailboxMessage", DefaultParameterSetName = ByMessage, SupportsShouldProcess = true)]
[OutputType(typeof(SentMessage))]
public sealed class SendMailboxMessage : MailboxCmdlet
{
    private const string ByMessage = "Message";

    private readonly Dictionary<SenderKey, IMailSender> _senders = [];
    private readonly ForwardedMessages _forwarded = new();
    private readonly ProgressMeter _meter = new("messages", TimeProvider.System);

    /// <summary>Specifies the message to reply to.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [Parameter(Mandatory = true, ParameterSetName = ByMessage, ValueFromPipeline = true)]
    public MailboxMessage? InReplyTo { get; set; }

    /// <summary>Sends the reply also to all other recipients of the message, except the mailbox itself.</summary>
    [Parameter]
    public SwitchParameter ReplyAll { get; set; }

    /// <summary>Specifies the recipients: address objects, such as From of a message, or text.</summary>
    [Parameter(Position = 0, ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ByMessage)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] To { get; set; } = [];

    /// <summary>Specifies the Cc recipients.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] Cc { get; set; } = [];

    /// <summary>Specifies the Bcc recipients. Other recipients can't see them.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] Bcc { get; set; } = [];

    /// <summary>Specifies where replies are sent.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] ReplyTo { get; set; } = [];

    /// <summary>Specifies the sender: an address object or a text.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [AllowEmptyString, AllowNull]
    public object? From { get; set; }

    /// <summary>Specifies the subject.</summary>
    [Parameter(Position = 1, ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 1, ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 1, ParameterSetName = ByMessage)]
    [AllowEmptyString, AllowNull]
    public string? Subject { get; set; }

    /// <summary>Specifies the body as plain text.</summary>
    [Parameter(Position = 2, ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 2, ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 2, ParameterSetName = ByMessage)]
    [AllowEmptyString, AllowNull]
    public string? Body { get; set; }

    /// <summary>Specifies the body as HTML.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [AllowEmptyString, AllowNull]
    public string? HtmlBody { get; set; }

    /// <summary>Specifies the paths of files to attach.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [Alias("FullName")]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public string[] Attachment { get; set; } = [];

    /// <summary>Specifies files that the HTML body shows: a hashtable of content IDs and paths.</summary>
    [Parameter]
    public Hashtable InlineAttachment { get; set; } = [];

    /// <summary>Specifies messages to forward.</summary>
    [Parameter]
    [ValidateNotNull]
    public MailboxMessage[] ForwardMessage { get; set; } = [];

    /// <summary>Specifies a file that contains a complete message, such as an .eml file.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString, AllowNull]
    public string? MimePath { get; set; }

    /// <summary>
    /// Adds Auto-Submitted: auto-generated and X-Auto-Response-Suppress: OOF, AutoReply, so that other programs and out-of-office
    /// replies don't respond.
    /// </summary>
    [Parameter]
    public SwitchParameter AutoGenerated { get; set; }

    /// <summary>Specifies a folder that records which messages were sent.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <summary>Specifies the importance of the message.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [CsvCell(MailImportance.Normal)]
    public MailImportance Importance { get; set; }

    /// <summary>Specifies whether to keep a copy in Sent Items.</summary>
    [Parameter(ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByMessage)]
    [CsvCell(true)]
    public bool SaveToSentItems { get; set; } = true;

    private protected override IEnumerable<MailboxConnection> Connections =>
        ParameterSetName == ByMessage ? [PipedMessages.ConnectionOf(InReplyTo!)] : base.Connections;

    private SendLedger? Ledger { get; set; }

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        var message = await ComposeAsync(connection);
        if (!ShouldProcess(
            connection.Mailbox,
            $"Send '{message.Subject}' to {string.Join(", ", message.To.Concat(message.Cc).Concat(message.Bcc))}"))
        {
            return;
        }

        var sent = await SenderOf(connection).SendAsync(message, StopToken);
        if (sent.SavedToSentItems && !message.SaveToSentItems)
        {
            WriteWarning($"A copy of '{sent.Subject}' is kept in Sent Items, because it was sent as a draft.");
        }

        if (sent.Status == SendStatus.Unknown)
        {
            WriteWarning(
                $"'{sent.Subject}' ({sent.InternetMessageId}) was being sent when an earlier run was interrupted, and "
                    + "might have been sent. It wasn't sent again. Check Sent Items.");
        }

        WriteObject(sent);
        if (_meter.Add(message.Attachments.Sum(a => a.Size)))
        {
            ShowProgress($"{_meter}");
        }
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        foreach (var sender in _senders.Values)
        {
            await sender.DisposeAsync();
        }

        _senders.Clear();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // If the pipeline was stopped, connections are closed without waiting for a response.
            foreach (var sender in _senders.Values)
            {
                _ = Task.Run(() => sender.DisposeAsync().AsTask());
            }

            _forwarded.Dispose();
            Ledger?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The sender for all piped messages of a mailbox: over SMTP, it's one connection.</summary>
    private IMailSender SenderOf(MailboxConnection connection)
    {
        var key = new SenderKey(
            connection.TenantId, connection.ClientId, connection.Mailbox.ToUpperInvariant(), connection.Protocol,
            connection.Server, connection.Port, connection.Handle);
        if (!_senders.TryGetValue(key, out var sender))
        {
            sender = MailboxAccess.OpenSender(connection);
            if (StatePath is not null)
            {
                Ledger ??= SendLedger.Open(FullPath(StatePath));
                sender = new TrackedSender(sender, Ledger, connection);
            }

            _senders.Add(key, sender);
        }

        return sender;
    }

    private async Task<OutgoingMessage> ComposeAsync(MailboxConnection connection)
    {
        Check();
        var answer = InReplyTo is null ? null : new Answer(InReplyTo, connection, ReplyAll);
        var attachments = new List<OutgoingAttachment>();
        attachments.AddRange(
            (Attachment ?? []).Where(a => !string.IsNullOrWhiteSpace(a)).Select(a => OutgoingAttachment.Of(FullPath(a))));
        attachments.AddRange(InlineAttachment.Cast<DictionaryEntry>()
            .Select(e => OutgoingAttachment.Of(FullPath(Text(e.Value)), Text(e.Key))));
        foreach (var message in ForwardMessage)
        {
            attachments.Add(await _forwarded.BringAsync(message, StopToken));
        }

        var (to, cc) = (Addresses.Read(To), Addresses.Read(Cc));
        return new OutgoingMessage
        {
            From = Addresses.Read(From) is [var from, ..] ? from : null,
            To = to.Count > 0 || answer is null ? to : answer.To,
            Cc = cc.Count > 0 || answer is null ? cc : answer.Cc,
            Bcc = Addresses.Read(Bcc),
            ReplyTo = Addresses.Read(ReplyTo),
            Subject = !string.IsNullOrEmpty(Subject) ? Subject : answer?.Subject ?? ForwardedSubject(),
            Body = string.IsNullOrEmpty(HtmlBody) ? Body ?? "" : HtmlBody,
            IsHtml = !string.IsNullOrEmpty(HtmlBody),
            Importance = Importance,
            SaveToSentItems = SaveToSentItems,
            Answers = answer?.Answers,
            IsAutoGenerated = AutoGenerated,
            Mime = string.IsNullOrEmpty(MimePath) ? null : OutgoingAttachment.Of(FullPath(MimePath)),
            Attachments = attachments,
        };
    }

    private string ForwardedSubject() => ForwardMessage is [var first, ..]
        ? $"Fw: {string.Concat(first.Subject.Select(c => char.IsControl(c) ? ' ' : c))}" : "";

    /// <summary>Rejects parameters that exclude each other.</summary>
    private void Check()
    {
        if (!string.IsNullOrEmpty(Body) && !string.IsNullOrEmpty(HtmlBody))
        {
            throw new InvalidRequestException(
                "BothBodiesSpecified", "Can't use both -Body and -HtmlBody because a message has one body.")
            {
                Target = Subject,
                Advice = "Use only -HtmlBody. Mail programs show it as text if required.",
            };
        }

        if (ReplyAll && InReplyTo is null)
        {
            throw new InvalidRequestException(
                "ReplyAllRequiresMessage", "-ReplyAll requires -InReplyTo.")
            {
                Advice = "Pipe the message to the cmdlet, or specify it with -InReplyTo.",
            };
        }

        if (InReplyTo is not null && string.IsNullOrEmpty(Body) && string.IsNullOrEmpty(HtmlBody) && InlineAttachment.Count == 0
            && ForwardMessage.Length == 0 && !(Attachment ?? []).Any(a => !string.IsNullOrWhiteSpace(a)))
        {
            throw new InvalidRequestException(
                "AnswerIsEmpty", $"The reply to '{InReplyTo.Subject}' has no text and no attachment.")
            {
                Target = InReplyTo.Id,
                Advice = "Specify -Body or -HtmlBody.",
            };
        }

        if (!string.IsNullOrEmpty(MimePath)
            && (AutoGenerated || InReplyTo is not null || ForwardMessage.Length > 0 || InlineAttachment.Count > 0
                || !string.IsNullOrEmpty(Subject) || !string.IsNullOrEmpty(Body) || !string.IsNullOrEmpty(HtmlBody)
                || (Attachment ?? []).Any(a => !string.IsNullOrWhiteSpace(a))))
        {
            throw new InvalidRequestException(
                "MimeIsWholeMessage", $"Can't add content to '{MimePath}' because it is a complete message.")
            {
                Target = MimePath,
                Advice = "With -MimePath, specify only the recipients, -From, and -ReplyTo. To attach the file to another "
                    + "message, use -Attachment.",
            };
        }
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>Two connections that lead to the same mailbox in the same way are one.</summary>
    private sealed record SenderKey(
        string TenantId, string ClientId, string Mailbox, MailProtocol Protocol, string? Server, int? Port, object? Handle);
}
