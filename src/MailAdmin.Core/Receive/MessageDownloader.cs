using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Brings the messages of a folder to their files, each under its final name before anybody sees it, and recognises what was
/// dealt with under another id.
/// </summary>
/// <param name="options">Where to, and how durably.</param>
/// <param name="targets">Where messages go on the server.</param>
/// <param name="disk">Writes the files.</param>
/// <param name="memory">What was dealt with; null when nothing is remembered.</param>
internal sealed class MessageDownloader(
    ReceiveOptions options, MailFolder folder, Targets targets, Disk disk, FolderState? memory)
{
    /// <summary>So many messages in a row that can't be written: it is not about the message.</summary>
    private const int MostWriteFailures = 3;

    /// <summary>So many messages, and so many octets, come to the disk together.</summary>
    private const int MostTogether = 16;
    private const long LargestTogether = 256 * 1024;

    private readonly string _owner = SourceName.Owner(folder);
    // A store opens the next file from a thread of its own while this one is dealt with.
    private readonly ConcurrentDictionary<string, MessageFile> _open = new(StringComparer.Ordinal);
    private int _writeFailures;

    /// <summary>Whether the content of a message is just coming.</summary>
    public bool IsOpen(string id) => _open.ContainsKey(id);

    /// <summary>Opens the file that a message's octets go to.</summary>
    /// <returns>Null when its final file is there already.</returns>
    /// <exception cref="InvalidRequestException">It can't be made (DestinationNotWritable).</exception>
    public FileSink? Open(MailboxMessage message)
    {
        var path = PathFor(message);
        if (File.Exists(path))
        {
            return null;
        }

        try
        {
            var file = MessageFile.Create(disk, path, _owner, hashed: memory is not null);
            _open[message.Id] = file;
            return file.Sink;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DestinationErrors.Of(options.Destination!, e);
        }
    }

    /// <summary>
    /// Passes messages on whose octets are on the disk. One waits for those right behind it while they are small: files that are
    /// flushed together take little longer than one. Where nothing is flushed, none waits.
    /// </summary>
    /// <param name="messages">As they come. What came whole is passed on before what went wrong after it; stopped, it comes
    /// again.</param>
    /// <returns>The same.</returns>
    public async IAsyncEnumerable<FetchedMessage> FlushAsync(IAsyncEnumerable<FetchedMessage> messages)
    {
        var waits = options is { Durability: Durability.Full, Destination: not null };
        var source = messages.GetAsyncEnumerator();
        await using (source.ConfigureAwait(false))
        {
            for (var more = true; more;)
            {
                var (together, octets, next) = (new List<FetchedMessage>(), 0L, (long?)0);
                ExceptionDispatchInfo? failure = null;
                try
                {
                    while (together.Count < MostTogether && octets + next <= LargestTogether
                        && (more = await source.MoveNextAsync().ConfigureAwait(false)))
                    {
                        together.Add(source.Current);
                        octets += source.Current.Message.Size ?? 0;
                        next = waits ? source.Current.FollowerSize : null;
                    }
                }
                catch (Exception e) when (together.Count > 0 && e is not OperationCanceledException)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }

                MessageFile.Flush(
                    [.. together.Where(item => item.Error is null).Select(item => _open.GetValueOrDefault(item.Message.Id))
                        .OfType<MessageFile>()]);
                foreach (var item in together)
                {
                    yield return item;
                }

                failure?.Throw();
            }
        }
    }

    /// <summary>Brings a message that was flushed to its final name.</summary>
    /// <param name="item">The message; its octets, if any, are in the file that was opened for it.</param>
    /// <param name="isResync">
    /// Whether the folder is gone through again: then it may have been dealt with under another id, where the server has numbered
    /// its messages anew, and there is no position before the end.
    /// </param>
    /// <returns>What to hand over; one that is no arrival is acknowledged already.</returns>
    public async Task<Delivery> CompleteAsync(FetchedMessage item, bool isResync, CancellationToken cancellationToken)
    {
        _open.TryRemove(item.Message.Id, out var file);
        var path = file?.FinalPath ?? (options.Destination is null ? null : PathFor(item.Message));
        var redelivered = path is not null && item is { Content: null, Error: null };
        var error = item.Error ?? (file is null ? null : Judge(file, item.Message));
        var content = memory is null ? null
            : file is not null ? file.Sink.Hash()
            : redelivered ? ContentHash.OfFile(path!)
            : Fingerprint(item.Message);
        var position = isResync ? null : item.Position;
        var isRenumbered = isResync && IsByUid(item.Message) && (item.Numbering is null || item.Numbering != memory!.Numbering);
        if (error is null && isRenumbered && memory!.TakeContent(content!))
        {
            file?.Discard();
            // Its content stands in the ledger; there twice, it would pass for two messages when the ids change once more.
            var known = new Delivery(new ReceivedMessage(item.Message), null)
            {
                Position = position,
                Content = new byte[SHA256.HashSizeInBytes],
            };
            known.Acknowledge();
            return known;
        }

        var length = file?.Sink.Length;
        if (file is not null)
        {
            (error, redelivered) = Commit(file, item.Message, error);
        }

        var message = new ReceivedMessage(item.Message)
        {
            Size = error is null && path is not null ? length ?? new FileInfo(path).Length : item.Message.Size,
            Path = error is null ? path : null,
            Redelivered = redelivered,
            AfterProcessing = options.AfterProcessing,
            MovedTo = targets.Move?.Path,
            DeletedTo = targets.DeletedTo(options.AfterProcessing, folder),
        };
        if (message.Path is not null && options.SaveAttachments)
        {
            try
            {
                message = message with
                {
                    Attachment = await AttachmentFiles.SaveAsync(
                        message.Path, disk, _owner, cancellationToken).ConfigureAwait(false),
                };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error = DestinationErrors.Of(message, options.Destination, e);
            }
        }

        return new Delivery(message, error)
        {
            Position = position,
            Numbering = item.Numbering,
            Content = content,
            IsArrival = true,
        };
    }

    private string PathFor(MailboxMessage message) => Path.Combine(options.Destination!, MessageFile.NameFor(message));

    /// <summary>What is wrong with the octets that came; null for nothing.</summary>
    private MailAdminException? Judge(MessageFile file, MailboxMessage message) =>
        file.Sink.Failure is { } failure ? DestinationErrors.Of(message, options.Destination, failure)
        // A message may be empty, but then the listing says so too.
        : file.Sink.Length == 0 && message.Size != 0
            ? new ServiceRefusedException($"The server sent nothing for the message {message.Id}.")
        {
            Service = message.Connection?.Protocol == MailProtocol.Imap ? "IMAP" : "Graph",
            Code = "EmptyContent",
            Advice = "It stays where it is; open it in Outlook to see whether it is damaged.",
        }
        : null;

    /// <summary>Gives a file its final name, if nothing is wrong with it.</summary>
    /// <returns>What was wrong or went wrong; and whether the file was there already.</returns>
    private (Exception? Error, bool Redelivered) Commit(MessageFile file, MailboxMessage message, Exception? error)
    {
        if (error is null)
        {
            try
            {
                file.Commit();
                _writeFailures = 0;
                return (null, false);
            }
            catch (IOException) when (File.Exists(file.FinalPath))
            {
                // The same message came in by another folder meanwhile: its file is as good.
                file.Discard();
                return (null, true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error = DestinationErrors.Of(message, options.Destination, e);
            }
        }

        file.Discard();
        return error is InvalidRequestException && ++_writeFailures == MostWriteFailures ? throw error : (error, false);
    }

    /// <summary>The store may have been ahead of the caller: what was not handed over leaves no trace.</summary>
    public void DiscardOpen()
    {
        foreach (var file in _open.Values)
        {
            file.Discard();
        }

        _open.Clear();
    }

    private static bool IsByUid(MailboxMessage message) => message.Connection?.Protocol is null or MailProtocol.Imap;

    /// <summary>Where the content is not brought, what a listing tells stands for it.</summary>
    private static byte[] Fingerprint(MailboxMessage message) => SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{message.InternetMessageId}\n{message.ReceivedAt.UtcTicks}\n{message.Size}\n"
        + $"{message.From?.Address}\n{message.Subject}"));
}
