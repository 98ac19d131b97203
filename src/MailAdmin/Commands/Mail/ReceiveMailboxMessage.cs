// Longer than 250 lines: most of it declares the parameters, which PowerShell binds only on this class. Messages are processed in
// MailAdmin.Core.Receive.
using System.Management.Automation;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
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

    /// <summary>Specifies messages, as Get-MailboxMessage returns them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMessage, ValueFromPipeline = true)]
    public MailboxMessage Message { get; set; } = null!;

    /// <summary>
    /// Specifies the folders to receive from, in order: well-known names such as Inbox, or paths such as Inbox/Invoices.
    /// </summary>
    [Parameter(Position = 0, ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string[] Folder { get; set; } = ["Inbox"];

    /// <summary>Includes subfolders, except those that messages are moved or copied to.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Specifies the folder on disk for the .eml files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>
    /// Saves the attachments of each message in a folder beside its .eml file, with the name of the file without its extension.
    /// </summary>
    [Parameter]
    public SwitchParameter SaveAttachment { get; set; }

    /// <summary>Specifies what happens to a message on the server after the pipeline has processed it.</summary>
    [Parameter]
    public AfterProcessing AfterProcessing { get; set; }

    /// <summary>Specifies the folder to move messages to, with -AfterProcessing Move.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? MoveTo { get; set; }

    /// <summary>Specifies where to copy each message before -AfterProcessing is applied:</summary>
    [Parameter]
    [AddressText]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? CopyTo { get; set; }

    /// <summary>Specifies a folder for messages that can't be downloaded.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? MoveFailedTo { get; set; }

    /// <summary>Returns only unread messages.</summary>
    [Parameter]
    public SwitchParameter Unread { get; set; }

    /// <summary>Returns only messages that were received at or after this time.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Returns only messages that were received before this time, exact to the second.</summary>
    [Parameter]
    public DateTimeOffset? Before { get; set; }

    /// <summary>Specifies the address of the sender.</summary>
    [Parameter]
    [AddressText]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>Specifies text that the subject contains.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Subject { get; set; }

    /// <summary>Returns only messages of these kinds.</summary>
    [Parameter]
    public MailMessageKind[] Kind { get; set; } = [];

    /// <summary>Excludes messages of these kinds.</summary>
    [Parameter]
    public MailMessageKind[] ExcludeKind { get; set; } = [];

    /// <summary>Specifies the maximum number of messages.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Continues to receive new messages until the pipeline is stopped.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Specifies the number of seconds between two checks of the mailbox, with -Wait.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int PollInterval { get; set; } = 30;

    /// <summary>
    /// Specifies the location of the saved positions, with -AfterProcessing None: a folder on disk, or the address of a container
    /// in Azure Blob Storage.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <summary>Discards the saved position of the folders (see -StatePath).</summary>
    [Parameter]
    public SwitchParameter Resync { get; set; }

    /// <summary>Sets the saved position of the folders (see -StatePath) to a time.</summary>
    [Parameter]
    public DateTimeOffset? LastChecked { get; set; }

    /// <summary>Specifies the maximum number of messages that are processed on the server together.</summary>
    [Parameter]
    [ValidateRange(1, 250)]
    public int? BatchSize { get; set; }

    /// <summary>Specifies whether files are flushed to disk.</summary>
    [Parameter]
    public Durability Durability { get; set; }

    /// <summary>Saves files without the Mark of the Web.</summary>
    [Parameter]
    public SwitchParameter SkipMarkOfTheWeb { get; set; }

    /// <summary>Specifies the number of mailboxes that are received from at the same time.</summary>
    [Parameter]
    [ValidateRange(1, 50)]
    public int ThrottleLimit { get; set; } = 5;

    /// <summary>
    /// Skips mailboxes that another run is receiving from to the same destination, and receives the others in a random order.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipInUse { get; set; }

    /// <summary>Purges messages without a prompt, also in a mailbox that is on hold.</summary>
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

        // A value of a saved connection applies if the parameter isn't specified.
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
        await CheckDeletingAsync(connection, options);
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
    private async Task PlanMessagesAsync()
    {
        foreach (var (connection, folders) in _messages.Mailboxes)
        {
            try
            {
                var options = OptionsFor(connection);
                (options with { Messages = ByFolderPath(folders) }).Validate(connection);
                await CheckDeletingAsync(connection, options);
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
        await PlanMessagesAsync();
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
        // Where a run has to stay, its connection doesn't.
        using var turns = Wait && !takesTurns && _mailboxes.Count > ThrottleLimit ? new SemaphoreSlim(ThrottleLimit) : null;
        using var rounds = new ReceiveRounds(
            _mailboxes.Select(m => (m.Connection, takesTurns ? m.Options with { Wait = false, Aside = new(time) }
                : m.Options with { Turns = turns })),
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

    /// <summary>Stops at a hold, and warns before deleting stops working.</summary>
    private async Task CheckDeletingAsync(MailboxConnection connection, ReceiveOptions options)
    {
        if (await PurgeGuard.CheckAsync(connection, options.AfterProcessing, Force, StopToken) is { } warning)
        {
            WriteWarning(warning);
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
