using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Filters messages by kind. Only the content shows the kind, so a message of another kind is downloaded, discarded, and not
/// changed on the server. A waiting run doesn't download it again.
/// </summary>
/// <param name="kinds">The kinds; null for all.</param>
internal sealed class KindFilter(IReadOnlySet<MailMessageKind>? kinds)
{
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);

    /// <summary>Whether a message has shown that it is of another kind.</summary>
    public bool IsOther(string id) => _others.Contains(id);

    /// <summary>Returns the query for the store, which can't count by kind, and must return the content.</summary>
    public MessageQuery Widen(MessageQuery query) => kinds is null ? query : query with
    {
        First = null,
        Detail = query.Detail == MessageDetail.None ? MessageDetail.None : query.Detail | MessageDetail.Kind,
    };

    /// <summary>Checks a downloaded message.</summary>
    /// <param name="item">The message.</param>
    /// <param name="file">Its file; null if it has none, and its content was already read.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The message with its kind; null if it's of another kind.</returns>
    /// <exception cref="IOException">The file can't be read.</exception>
    public async Task<FetchedMessage?> JudgeAsync(FetchedMessage item, IMessageFile? file, CancellationToken cancellationToken)
    {
        if (kinds is null)
        {
            return item;
        }

        var kind = item.Message.Kind;
        if (kind is null && file is not null)
        {
            using var content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
            kind = MessageKinds.Of(content);
        }

        if (kind is not null && kinds.Contains(kind.Value))
        {
            return item with { Message = item.Message with { Kind = kind } };
        }

        _others.Add(item.Message.Id);
        return null;
    }
}
