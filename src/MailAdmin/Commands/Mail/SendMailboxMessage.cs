using System.Collections;
using System.Globalization;
using System.Management.Automation;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;

namespace MailAdmin.Commands.Mail;

/// <summary>Sends mail out of a mailbox, with attachments of up to 150 MB each.</summary>
[Cmdlet(VerbsCommunications.Send, "MailboxMessage", DefaultParameterSetName = ByConnection, SupportsShouldProcess = true)]
[OutputType(typeof(SentMessage))]
public sealed class SendMailboxMessage : MailboxCmdlet
{
    private readonly ProgressMeter _meter = new("messages", TimeProvider.System);

    /// <summary>
    /// Specifies the recipients: address objects, such as From of a message, or texts. A text is an address, Name
    /// &lt;address&gt;, or several of them separated by commas or semicolons.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] To { get; set; } = [];

    /// <summary>Who gets a copy.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] Cc { get; set; } = [];

    /// <summary>Specifies the Bcc recipients. Other recipients can't see them.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] Bcc { get; set; } = [];

    /// <summary>Where replies go; to the sender when left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public object[] ReplyTo { get; set; } = [];

    /// <summary>Who it says it is from; the mailbox itself when left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString, AllowNull]
    public object? From { get; set; }

    /// <summary>The subject.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString, AllowNull]
    public string? Subject { get; set; }

    /// <summary>The body as plain text.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString, AllowNull]
    public string? Body { get; set; }

    /// <summary>The body as HTML, instead of -Body.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString, AllowNull]
    public string? HtmlBody { get; set; }

    /// <summary>Files to attach, none larger than 150 MB.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [AllowEmptyCollection, AllowEmptyString, AllowNull]
    public string[] Attachment { get; set; } = [];

    /// <summary>Files that the HTML body shows: what it calls each by ("cid:logo"), and its path.</summary>
    [Parameter]
    public Hashtable InlineAttachment { get; set; } = [];

    /// <summary>How important it is.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CsvCell(MailImportance.Normal)]
    public MailImportance Importance { get; set; }

    /// <summary>Whether a copy is kept in Sent Items.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CsvCell(true)]
    public bool SaveToSentItems { get; set; } = true;

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        using var sender = MailboxAccess.OpenSender(connection);
        var message = Compose();
        if (!ShouldProcess(
            connection.Mailbox,
            $"Send '{message.Subject}' to {string.Join(", ", message.To.Concat(message.Cc).Concat(message.Bcc))}"))
        {
            return;
        }

        var sent = await sender.SendAsync(message, StopToken);
        if (sent.SavedToSentItems && !message.SaveToSentItems)
        {
            WriteWarning(
                $"'{sent.Subject}' was too large for one request; of such mail the service always keeps a copy in Sent Items.");
        }

        WriteObject(sent);
        if (_meter.Add(message.Attachments.Sum(a => a.Size)))
        {
            ShowProgress($"{_meter}");
        }
    }

    private OutgoingMessage Compose() => !string.IsNullOrEmpty(Body) && !string.IsNullOrEmpty(HtmlBody)
        ? throw new InvalidRequestException(
            "BothBodiesSpecified", "A message that is sent over Graph has one body, and both -Body and -HtmlBody are given.")
        {
            Target = Subject,
            Advice = "Give -HtmlBody alone: recipients' programs make text of it where they need it.",
        }
        : new OutgoingMessage
        {
            From = Addresses.Read(From) is [var from, ..] ? from : null,
            To = Addresses.Read(To),
            Cc = Addresses.Read(Cc),
            Bcc = Addresses.Read(Bcc),
            ReplyTo = Addresses.Read(ReplyTo),
            Subject = Subject ?? "",
            Body = string.IsNullOrEmpty(HtmlBody) ? Body ?? "" : HtmlBody,
            IsHtml = !string.IsNullOrEmpty(HtmlBody),
            Importance = Importance,
            SaveToSentItems = SaveToSentItems,
            Attachments =
            [
                .. (Attachment ?? []).Where(a => !string.IsNullOrWhiteSpace(a)).Select(a => OutgoingAttachment.Of(FullPath(a))),
                .. InlineAttachment.Cast<DictionaryEntry>()
                    .Select(e => OutgoingAttachment.Of(FullPath(Text(e.Value)), Text(e.Key))),
            ],
        };

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
