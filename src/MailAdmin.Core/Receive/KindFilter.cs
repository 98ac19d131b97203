using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Chooses messages by what they are. Only the content tells that, so what isn't wanted was downloaded in vain, and stays as it
/// is on the server; as long as a run waits, it isn't downloaded again.
/// </summary>
/// <param name="kinds">Which kinds are wanted; null for all.</param>
internal sealed class KindFilter(IReadOnlySet<MailMessageKind>? kinds)
{
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);

    /// <summary>Whether a message has shown that it is of another kind.</summary>
    public bool IsOther(string id) => _others.Contains(id);

    /// <summary>What to ask the store for: it can't count what is wanted, and brings content where it would bring none.</summary>
    public MessageQuery Widen(MessageQuery query) => kinds is null ? query : query with
    {
        First = null,
        Detail = query.Detail == MessageDetail.None ? MessageDetail.None : query.Detail | MessageDetail.Kind,
    };

    /// <summary>Looks at a message that was downloaded.</summary>
    /// <param name="item">The message.</param>
    /// <param name="file">Its file; null where it has none, and its content was read already.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The message with its kind; null when it is of another kind.</returns>
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
