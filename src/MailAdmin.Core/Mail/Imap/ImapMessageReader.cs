using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Reads one message with what a listing does not tell. A big one goes through a temporary file, so that it needs no more memory
/// than its bodies; for the header fields alone no more than the header section is brought.
/// </summary>
internal sealed class ImapMessageReader(ImapPool pool)
{
    /// <summary>Reads it.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="detail">What is wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when there is none: it is gone, marked \Deleted, or its UID has come to mean another message.</returns>
    public async Task<MailboxMessage?> FindAsync(
        MailFolder folder, string id, MessageDetail detail, CancellationToken cancellationToken)
    {
        if (!MessageSummary.TryParseId(id, out var uidValidity, out var uid))
        {
            return null;
        }

        var known = (uidValidity, uid);
        try
        {
            return detail == MessageDetail.None
                ? (await ReadAsync(folder, known, null, "", cancellationToken).ConfigureAwait(false))?.Message
                : await ReadContentAsync(folder, known, detail, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == "UIDVALIDITY" && uidValidity > 0)
        {
            return null;
        }
        catch (IOException e)
        {
            throw new InvalidRequestException(
                "TemporaryFileFailed", $"The message can't be kept in a temporary file: {e.Message}", e)
            {
                Target = Path.GetTempPath(),
                Advice = "Make room in the folder for temporary files, or name another one by the environment (TMPDIR, on "
                    + "Windows TMP).",
            };
        }
    }

    /// <summary>Adds to a message what was asked for, from what its content was fetched to.</summary>
    /// <param name="fetched">The message; its content is disposed.</param>
    /// <param name="detail">What is wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The message without its content, or with the error that it came with.</returns>
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

    private async Task<MailboxMessage?> ReadContentAsync(
        MailFolder folder, (uint, uint) known, MessageDetail detail, CancellationToken cancellationToken)
    {
        var spool = new Spool();
        await using (spool.ConfigureAwait(false))
        {
            var section = detail == MessageDetail.InternetHeaders ? "HEADER" : "";
            if (await ReadAsync(folder, known, _ => spool, section, cancellationToken).ConfigureAwait(false) is not { } fetched)
            {
                return null;
            }

            if (fetched.Error is { } error)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
            }

            using var content = await spool.OpenMessageAsync(cancellationToken).ConfigureAwait(false);
            return await MessageContent.CompleteAsync(fetched.Message, content, detail, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<FetchedMessage?> ReadAsync(
        MailFolder folder, (uint, uint) known, Func<MailboxMessage, Stream?>? openSink, string section,
        CancellationToken cancellationToken)
    {
        var reading = new ImapReading(pool, folder, new MessageQuery(), openSink, section, known);
        await using (reading.ConfigureAwait(false))
        {
            var found = await reading.NextAsync(cancellationToken).ConfigureAwait(false);
            while (await reading.NextAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
                // Nothing else was asked for; but only at its end is the connection free for the next.
            }

            return found;
        }
    }
}
