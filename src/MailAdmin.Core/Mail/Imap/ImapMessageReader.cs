using System.Runtime.ExceptionServices;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Reads one message with the properties that a listing doesn't have. A large message is read through a temporary file, so that
/// only its bodies are in memory. For header fields, only the header section is downloaded.
/// </summary>
internal sealed class ImapMessageReader(ImapPool pool)
{
    /// <summary>Reads it.</summary>
    /// <param name="detail">The properties to read.</param>
    /// <returns>Null if the message doesn't exist, is marked \Deleted, or its UID identifies another message now.</returns>
    public async Task<MailboxMessage?> FindAsync(
        MailFolder folder, string id, MessageDetail detail, CancellationToken cancellationToken)
    {
        if (!MessageSummary.TryParseId(id, out var uidValidity, out var uid))
        {
            return null;
        }

        var section = detail == MessageDetail.InternetHeaders ? "HEADER" : "";
        Func<MailboxMessage, long, Stream?>? open = detail == MessageDetail.None ? null : static (_, _) => new Spool();
        var reading = new ImapReading(pool, folder, new MessageQuery(), open, section, (uidValidity, uid));
        try
        {
            FetchedMessage? found = null;
            // It is the only one, but the connection is free only after the end of the content.
            await foreach (var fetched in reading.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                found = await CompleteAsync(fetched, detail, cancellationToken).ConfigureAwait(false);
            }

            if (found?.Error is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
            }

            return found?.Message;
        }
        catch (ServiceRefusedException e) when (e.Code == ImapCodes.UidValidity && uidValidity > 0)
        {
            return null;
        }
        catch (IOException e)
        {
            throw Spool.Failed(e);
        }
    }

    /// <summary>Adds the requested properties to a message, from its downloaded content.</summary>
    /// <param name="fetched">The message; its content is disposed.</param>
    /// <returns>The message without its content, or with its error.</returns>
    public static async Task<FetchedMessage> CompleteAsync(
        FetchedMessage fetched, MessageDetail detail, CancellationToken cancellationToken)
    {
        if (fetched.Content is not Spool spool)
        {
            return fetched;
        }

        await using (spool.ConfigureAwait(false))
        {
            if (fetched.Error is not null)
            {
                return fetched with { Content = null };
            }

            using var content = await spool.OpenMessageAsync(cancellationToken).ConfigureAwait(false);
            return fetched with
            {
                Message = await MessageContent.CompleteAsync(
                    fetched.Message, content, detail, cancellationToken).ConfigureAwait(false),
                Content = null,
            };
        }
    }
}
