using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>
/// Represents a message that is uploaded to a blob. It's spooled first (in memory if it's small, otherwise in a temporary file),
/// so that only a complete message with the requested content gets a blob.
/// </summary>
internal sealed class BlobMessage : IMessageFile
{
    private const string MessageType = "message/rfc822";

    /// <summary>The maximum number of other blobs with a message's name. More are an error.</summary>
    private const int MostNames = 100;

    private readonly StorageAddress _place;
    private readonly Func<string, BlockBlobClient> _open;
    private readonly Spool _content = new();
    private readonly string _attempt = $"{Guid.NewGuid()}";
    private IReadOnlyList<string>? _blocks;

    /// <param name="open">Gives the blob of a name.</param>
    public BlobMessage(StorageAddress place, Func<string, BlockBlobClient> open, string name, bool hashed)
    {
        (_place, _open, FinalName) = (place, open, name);
        Sink = new MessageSink(_content, hashed);
    }

    /// <summary>The name within the place.</summary>
    public string FinalName { get; private set; }

    /// <inheritdoc/>
    public string FinalPath => BlobStore.AddressOf(_open(FinalName));

    /// <inheritdoc/>
    public MessageSink Sink { get; }

    /// <inheritdoc/>
    public Task<MimeMessage> OpenAsync(CancellationToken cancellationToken)
    {
        _content.Flush();
        return _content.OpenMessageAsync(cancellationToken);
    }

    /// <summary>Uploads a large message, so that only its name is missing.</summary>
    public async ValueTask StageAsync(CancellationToken cancellationToken)
    {
        _content.Flush();
        if (_content.Length <= BlobContent.Block || Sink.Failure is not null)
        {
            return;
        }

        try
        {
            _blocks = await BlobContent.StageAsync(_place, _open(FinalName), _content, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Sink.Fail(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CommitAsync(CancellationToken cancellationToken)
    {
        var wanted = FinalName;
        for (var n = 2; ; n++)
        {
            var blob = _open(FinalName);
            var isNew = _blocks is { } blocks
                ? await BlobContent.CommitAsync(_place, blob, blocks, MessageType, _attempt, cancellationToken)
                    .ConfigureAwait(false)
                : await BlobContent.PutAsync(_place, blob, _content, MessageType, _attempt, cancellationToken)
                    .ConfigureAwait(false);
            if (isNew)
            {
                return false;
            }

            if (await BlobContent.EqualsAsync(_place, blob, _content, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            if (n == MostNames)
            {
                throw new IOException($"'{FinalPath}' and {MostNames - 2} other files of that name have other content.");
            }

            // Its blocks belong to the other name.
            (FinalName, _blocks) = ($"{Path.ChangeExtension(wanted, null)}~{n}{Path.GetExtension(wanted)}", null);
        }
    }

    /// <inheritdoc/>
    public ValueTask DiscardAsync()
    {
        Sink.Dispose();
        return ValueTask.CompletedTask;
    }
}
