using System.Runtime.CompilerServices;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Receives mail so that nothing is lost: a message is on disk under its final name before the caller sees it, and the server
/// is changed only after the caller has acknowledged it. The same promises over every protocol.
/// </summary>
public sealed class MailReceiver
{
    private readonly IMailStore _store;
    private readonly ReceiveOptions _options;

    /// <summary>Receives from an open store.</summary>
    /// <param name="store">The mailbox; the caller disposes it.</param>
    /// <param name="options">What and where to.</param>
    /// <exception cref="InvalidRequestException">The options contradict each other.</exception>
    public MailReceiver(IMailStore store, ReceiveOptions options)
    {
        if (options.AfterProcessing == AfterProcessing.Move == string.IsNullOrEmpty(options.MoveTo))
        {
            throw new InvalidRequestException("MoveTargetMismatch", options.MoveTo is null
                ? "-AfterProcessing Move needs the folder to move to." : $"A folder to move to is given, but -AfterProcessing is {options.AfterProcessing}.")
            {
                Target = options.MoveTo,
                Advice = "Give -AfterProcessing Move and -MoveTo together.",
            };
        }

        if (options is { SaveAttachments: true, Destination: null })
        {
            throw new InvalidRequestException("SaveAttachmentNeedsDestination", "-SaveAttachment needs a folder to save to.")
            {
                Advice = "Give -Destination too.",
            };
        }

        (_store, _options) = (store, options);
    }

    /// <summary>Messages, oldest first. Each is to be acknowledged, or not, before the next is asked for.</summary>
    /// <param name="cancellationToken">Ends it; what was not acknowledged comes again.</param>
    /// <returns>The deliveries.</returns>
    /// <exception cref="InvalidRequestException">The folder does not exist, or the destination can't be written to.</exception>
    /// <exception cref="ServiceRefusedException">The server said no.</exception>
    /// <exception cref="ConnectionLostException">The connection broke.</exception>
    public async IAsyncEnumerable<Delivery> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var destination = PrepareDestination();
        var folder = await _store.GetFolderAsync(_options.Folder, cancellationToken).ConfigureAwait(false);
        var target = _options.AfterProcessing == AfterProcessing.Move
            ? await _store.CreateFolderAsync(_options.MoveTo!, cancellationToken).ConfigureAwait(false) : null;
        if (target?.Id == folder.Id)
        {
            throw new InvalidRequestException("MoveOntoItself", $"'{_options.MoveTo}' is the folder that is received from.") { Target = _options.MoveTo };
        }

        var open = new Dictionary<string, MessageFile>(StringComparer.Ordinal);
        try
        {
            var fetched = _store.FetchAsync(folder, _options.Query, m => destination is null ? null : OpenSink(destination, m, open), cancellationToken);
            await foreach (var item in fetched.ConfigureAwait(false))
            {
                var (message, error) = await CompleteAsync(item, destination, open, target, cancellationToken).ConfigureAwait(false);
                yield return new Delivery(message, error, (d, ct) => AcknowledgeAsync(folder, target, d, ct));
            }
        }
        finally
        {
            // The store may have been ahead of the caller: what was not handed over leaves no trace.
            foreach (var file in open.Values)
            {
                file.Discard();
            }
        }
    }

    private static Stream? OpenSink(string destination, MailboxMessage message, Dictionary<string, MessageFile> open)
    {
        var path = Path.Combine(destination, MessageFile.NameFor(message));
        if (File.Exists(path))
        {
            return null;
        }

        try
        {
            var file = MessageFile.Create(path);
            open.Add(message.Id, file);
            return file.Stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(destination, e);
        }
    }

    private async Task<(ReceivedMessage Message, Exception? Error)> CompleteAsync(
        FetchedMessage item, string? destination, Dictionary<string, MessageFile> open, MailFolder? target, CancellationToken cancellationToken)
    {
        var error = item.Error;
        var redelivered = destination is not null && item.Content is null && error is null;
        var path = destination is null ? null : Path.Combine(destination, MessageFile.NameFor(item.Message));
        if (open.Remove(item.Message.Id, out var file))
        {
            try
            {
                if (error is null && file.Stream.Length == 0)
                {
                    error = new ServiceRefusedException($"The server sent nothing for the message {item.Message.Id}.")
                    {
                        Service = item.Message.Connection?.Protocol == MailProtocol.Imap ? "IMAP" : "Graph",
                        Code = "EmptyContent",
                        Advice = "It stays where it is; open it in Outlook to see whether it is damaged.",
                    };
                }

                if (error is null)
                {
                    file.Commit();
                }
                else
                {
                    file.Discard();
                }
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another run brought the same message between our look and our renaming: its file is as good.
                file.Discard();
                redelivered = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                file.Discard();
                throw CannotWrite(destination!, e);
            }
        }

        var message = new ReceivedMessage(item.Message)
        {
            Size = error is null && path is not null ? new FileInfo(path).Length : item.Message.Size,
            Path = error is null ? path : null,
            Redelivered = redelivered,
            AfterProcessing = _options.AfterProcessing,
            MovedTo = target?.Path,
        };
        return (message.Path is null || !_options.SaveAttachments ? message
            : message with { Attachment = await SaveAttachmentsAsync(message.Path, destination!, cancellationToken).ConfigureAwait(false) }, error);
    }

    private static async Task<MailAttachment[]> SaveAttachmentsAsync(string path, string destination, CancellationToken cancellationToken)
    {
        try
        {
            return await AttachmentFiles.SaveAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(destination, e);
        }
    }

    private async Task AcknowledgeAsync(MailFolder folder, MailFolder? target, Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Error is not null || _options.AfterProcessing == AfterProcessing.None)
        {
            return;
        }

        var outcome = await _store.ProcessAsync(folder, [delivery.Message], _options.AfterProcessing, target, cancellationToken).ConfigureAwait(false);
        if (outcome[0].Error is { } error)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }
    }

    private string? PrepareDestination()
    {
        if (_options.Destination is not { } destination)
        {
            return null;
        }

        try
        {
            return Directory.CreateDirectory(destination).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CannotWrite(destination, e);
        }
    }

    private static InvalidRequestException CannotWrite(string destination, Exception e) =>
        new("DestinationNotWritable", $"'{destination}' can't be written to: {e.Message}", e)
        {
            Target = destination,
            Advice = "Nothing was changed on the server for the messages that are not on disk; make room or choose another -Destination, and run it again.",
        };
}
