// Longer than 250 lines: most of it declares the parameters, which PowerShell binds only on this class. Messages are processed in
// MailAdmin.Core.Receive.
using System.Management.Automation;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;

namespace MailAdmin.Commands.Mail;

/// <summary>
/// Downloads messages from mailbox folders, oldest first, and can move, delete, or mark them as read after processing.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "MailboxMessage", DefaultParameterSetName = ByConnection, SupportsShouldProcess = true)]
[OutputType(typeof(ReceivedMessage))]
public sealed class ReceiveMailboxMessage : FolderCmdlet
{
    private const string ByMessage = "Message";

    /// <summary>The parameters that filter the messages of folders.</summary>
    private static readonly string[] Conditions =
    [
        nameof(Recurse), nameof(Unread), nameof(Since), nameof(Before), nameof(From), nameof(Subject), nameof(Kind),
        nameof(ExcludeKind), nameof(First), nameof(Wait), nameof(PollInterval), nameof(Resync), nameof(LastChecked),
    ];

    private readonly List<(MailboxConnection Connection, ReceiveOptions Options)> _mailboxes = [];
    private readonly PipedMessages _messages = new();
    private ReceivePlaces? _places;
    private bool _isRefused;

    private ReceivePlaces Places => _places ??= new ReceivePlaces(Destination, StatePath, FullPath);

    /// <summary>A message that was listed before: exactly those that are piped are received, and no other.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMessage, ValueFromPipeline = true)]
    public MailboxMessage Message { get; set; } = null!;

    /// <summary>The folders to receive from: well-known names such as Inbox, or paths such as Inbox/Invoices.</summary>
    [Parameter(Position = 0, ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string[] Folder { get; set; } = ["Inbox"];

    /// <summary>Also from the folders below them.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>
    /// Specifies where the .eml files go: a folder on disk, made when it is missing, or the address of a container in Azure Blob
    /// Storage.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Also save the attachments of each message, in a folder next to its .eml file.</summary>
    [Parameter]
    public SwitchParameter SaveAttachment { get; set; }

    /// <summary>Specifies the action on the server after the pipeline has processed the message.</summary>
    [Parameter]
    public AfterProcessing AfterProcessing { get; set; }

    /// <summary>The folder that messages are moved to; made when it is missing.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? MoveTo { get; set; }

    /// <summary>Before that: a folder that gets a copy, or an address that the message is forwarded to.</summary>
    [Parameter]
    [AddressText]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? CopyTo { get; set; }

    /// <summary>A folder for messages that the server can't give; made when it is missing.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? MoveFailedTo { get; set; }

    /// <summary>Receives only unread messages. -AfterProcessing MarkRead implies this switch.</summary>
    [Parameter]
    public SwitchParameter Unread { get; set; }

    /// <summary>Received at this time or later, exact to the second.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Received before this time, exact to the second.</summary>
    [Parameter]
    public DateTimeOffset? Before { get; set; }

    /// <summary>Specifies the sender's address. Wildcards are permitted.</summary>
    [Parameter]
    [AddressText]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>Specifies text that the subject contains, or, with wildcards, the whole subject.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Subject { get; set; }

    /// <summary>Only messages of these kinds; the others are left as they are on the server.</summary>
    [Parameter]
    public MailMessageKind[] Kind { get; set; } = [];

    /// <summary>No messages of these kinds; they are left as they are on the server.</summary>
    [Parameter]
    public MailMessageKind[] ExcludeKind { get; set; } = [];

    /// <summary>At most so many of each mailbox, and no more than these are touched.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Keep receiving what comes, until it is stopped.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>With -Wait: specifies the seconds between two checks, if the server doesn't report changes.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int PollInterval { get; set; } = 30;

    /// <summary>
    /// Specifies where to keep the state between runs with -AfterProcessing None: a folder on disk, or the address of a container
    /// in Azure Blob Storage. The default is ".mailadmin" in the destination.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <summary>Resets the state, so that all messages are received again.</summary>
    [Parameter]
    public SwitchParameter Resync { get; set; }

    /// <summary>
    /// Sets the state to a time: messages that were received at this time or later are received again, earlier ones aren't.
    /// </summary>
    [Parameter]
    public DateTimeOffset? LastChecked { get; set; }

    /// <summary>Specifies the maximum number of messages that are processed on the server together.</summary>
    [Parameter]
    [ValidateRange(1, 250)]
    public int? BatchSize { get; set; }

    /// <summary>Whether files are flushed to the disk before the server is changed.</summary>
    [Parameter]
    public Durability Durability { get; set; }

    /// <summary>
    /// Saves files without the mark of Windows that they come from the Internet. By default, they have it, and Office opens them
    /// in Protected View.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipMarkOfTheWeb { get; set; }

    /// <summary>
    /// Specifies the number of mailboxes that are received at the same time. With -Wait, more mailboxes take turns.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 50)]
    public int ThrottleLimit { get; set; } = 5;

    /// <summary>
    /// Skips mailboxes that another run is receiving from to the same place. The others are taken in an order of each run's own,
    /// so any number of runs can share a list.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipInUse { get; set; }

    /// <summary>Purges without a prompt.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool ShowsProgress => false;

    private protected override IEnumerable<MailboxConnection> Connections =>
        ParameterSetName == ByMessage ? [PipedMessages.ConnectionOf(Message)] : base.Connections;

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        if (ParameterSetName == ByMessage)
        {
            // They are received together at the end, so that a folder is locked once.
            if (MayBeChosen())
            {
                _messages.Add(Message, connection);
            }

            return;
        }

        // What a saved connection says counts where nothing else is said here.
        var options = OptionsFor(connection);
        options = options with
        {
            Folders = ParameterSetName == ByFolder ? [MailFolder.Path]
                : MyInvocation.BoundParameters.ContainsKey(nameof(Folder)) ? Folder : connection.SourceFolder ?? Folder,
            Recurse = Recurse,
            Kinds = Kind.Length + ExcludeKind.Length == 0
                ? null
                : (Kind.Length > 0 ? Kind : Enum.GetValues<MailMessageKind>()).Except(ExcludeKind).ToHashSet(),
            Query = new MessageQuery
            {
                Unread = Unread || options.AfterProcessing == AfterProcessing.MarkRead ? true : null,
                Since = Since,
                Before = Before,
                First = First,
            }.With(Subject, From),
        };
        options.Validate(connection);
        var folders = string.Join(", ", options.Folders);
        if (ShouldProcess($"{connection.Mailbox}: {folders}", Plan(options))
            && MayPurge($"Messages of {connection.Mailbox}, folder {folders},", options))
        {
            _mailboxes.Add((connection, options));
        }
        else if (IsDryRun)
        {
            await Places.TestAsync(connection, StopToken);
        }
    }

    /// <summary>To receive is no change as long as nothing is done to the messages.</summary>
    private protected override bool IsChange => false;

    private protected override bool Changes(MailboxConnection connection) =>
        !IsDryRun && (After(connection) != AfterProcessing.None || CopyTo is not null || MoveFailedTo is not null);

    private AfterProcessing After(MailboxConnection connection) =>
        IsGiven(nameof(AfterProcessing)) ? AfterProcessing : connection.AfterProcessing ?? AfterProcessing;

    private ReceiveOptions OptionsFor(MailboxConnection connection)
    {
        var after = After(connection);
        var options = new ReceiveOptions
        {
            SkipsMarks = SkipMarkOfTheWeb,
            Resync = Resync,
            LastChecked = LastChecked,
            BatchSize = BatchSize,
            AfterProcessing = after,
            MoveTo = MoveTo ?? (after == AfterProcessing.Move ? connection.MoveTo : null),
            CopyTo = CopyTo,
            MoveFailedTo = MoveFailedTo,
            SaveAttachments = SaveAttachment,
            Durability = Durability,
            Wait = Wait,
            PollInterval = TimeSpan.FromSeconds(PollInterval),
        };
        return Places.In(options, connection);
    }

    /// <summary>Refuses what would choose among messages that are chosen already: once, not for each of them.</summary>
    private bool MayBeChosen()
    {
        if (Conditions.FirstOrDefault(IsGiven) is not { } given)
        {
            return true;
        }

        if (!_isRefused)
        {
            _isRefused = true;
            throw new InvalidRequestException("IdAndCondition", $"-{given} can't be combined with messages from the pipeline.")
            {
                Target = given,
                Advice = $"Remove -{given}, or select the messages with Where-Object before they are piped.",
            };
        }

        return false;
    }

    /// <summary>Prompts for the messages from the pipeline, folder by folder.</summary>
    private void PlanMessages()
    {
        foreach (var (connection, folders) in _messages.Mailboxes)
        {
            try
            {
                var options = OptionsFor(connection);
                (options with { Messages = ByFolderPath(folders) }).Validate(connection);
                var plan = Plan(options);
                var agreed = ByFolderPath(folders.Where(f =>
                    ShouldProcess($"{connection.Mailbox}: {f.Path}, {f.Description}", plan)
                    && MayPurge($"{f.Description} (from {connection.Mailbox}, folder {f.Path})", options)));
                if (agreed.Count > 0)
                {
                    _mailboxes.Add((connection, options with { Messages = agreed }));
                }
            }
            catch (InvalidRequestException e)
            {
                WriteFailure(e, connection.Mailbox);
            }
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> ByFolderPath(IEnumerable<PipedMessages.Folder> folders) =>
        folders.ToDictionary(f => f.Path, f => f.Ids, StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        PlanMessages();
        if (MyInvocation.PipelinePosition < MyInvocation.PipelineLength && _mailboxes.Exists(m => m.Options.ChangesMailbox))
        {
            WriteVerbose(
                "Each received message is processed on the server, also if a later command drops it (Where-Object). "
                    + "To exclude messages, use -Subject, -From, or -Since, or pipe the messages of "
                    + "Get-MailboxMessage.");
        }

        if (_mailboxes.Count == 0)
        {
            return;
        }

        var meter = new ProgressMeter("messages", TimeProvider.System);
        // Only now are all mailboxes known. They're received in parallel, and each message is written to the pipeline by itself.
        // If more mailboxes are specified than can be open at a time, they are closed between two checks if their state is saved.
        var takesTurns = Wait && _mailboxes.Count > ThrottleLimit
            && _mailboxes.TrueForAll(m => ReceiveRounds.CanLeave(m.Options));
        var time = MailboxAccess.TimeOf(_mailboxes[0].Connection);
        using var rounds = new ReceiveRounds(
            takesTurns ? _mailboxes.Select(m => (m.Connection, m.Options with { Wait = false, Aside = new(time) })) : _mailboxes,
            Wait && !takesTurns ? int.MaxValue : ThrottleLimit, takesTurns ? TimeSpan.FromSeconds(PollInterval) : null,
            SkipInUse);
        await foreach (var (mailbox, delivery, failure) in rounds.RunAsync(
            (source, token) => Receive(rounds, source, meter, token), StopToken))
        {
            if (delivery is not null && meter.Add(delivery.Message.Size ?? 0))
            {
                ShowProgress($"{meter}", meter.Percent, meter.SecondsLeft);
            }

            if (SkipInUse && ReceiveRounds.IsInUse(failure))
            {
                WriteVerbose($"{failure.Message} The mailbox is skipped.");
            }
            else if (failure is not null)
            {
                WriteFailure(failure, mailbox.Connection.Mailbox);
            }
            else if (delivery!.Error is { } error)
            {
                WriteFailure(error, delivery.Message.Id);
            }
            else
            {
                // A later command that throws, breaks, or stops (Select-Object -First) ends this with the same exception. So none
                // of them counts as success: the current message isn't acknowledged, and is received again.
                WriteObject(delivery.Message);
                delivery.Acknowledge();
            }
        }
    }

    private async IAsyncEnumerable<Delivery> Receive(
        ReceiveRounds rounds, ReceiveRounds.Source mailbox, ProgressMeter meter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var delivery in rounds.ReceiveAsync(mailbox, cancellationToken))
        {
            // Messages that arrive during a wait can't be counted in advance, and of several mailboxes the last can start after
            // the first has ended.
            meter.Total = Wait || _mailboxes.Count > 1 ? null : mailbox.Receiver?.Expected;
            yield return delivery;
        }
    }

    // Purge can't be undone, so prompt as if ConfirmImpact were High.
    private bool MayPurge(string messages, ReceiveOptions options) =>
        options.AfterProcessing != AfterProcessing.Purge || Force
        || ConfirmsHighImpact($"{messages} will be permanently deleted after download.", "Permanently delete messages?");

    private string Plan(ReceiveOptions options)
    {
        var plan = Destination is null ? "Receive messages" : $"Receive messages to '{Places.Destination}'";
        plan = CopyTo is null ? plan
            : CopyTo.Contains('@', StringComparison.Ordinal) ? $"{plan}, forward them to {CopyTo}"
            : $"{plan}, copy them to '{CopyTo}'";
        return options.AfterProcessing switch
        {
            AfterProcessing.MarkRead => $"{plan} and mark them as read",
            AfterProcessing.Move => $"{plan} and move them to '{options.MoveTo}'",
            AfterProcessing.Delete => $"{plan} and delete them",
            AfterProcessing.Purge => $"{plan} and permanently delete them",
            _ => plan,
        };
    }
}
