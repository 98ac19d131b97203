using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Connections;

/// <summary>Represents messages to attach to another one, as files: their exact content, downloaded from their mailbox.</summary>
internal sealed class ForwardedMessages : IDisposable
{
    private readonly List<string> _temporary = [];

    /// <summary>Downloads a message as an attachment.</summary>
    /// <param name="message">The message; one that was received is read from its file.</param>
    /// <exception cref="InvalidRequestException">
    /// It has no connection (NoConnection), or isn't there (MessageNotFound).
    /// </exception>
    public async Task<OutgoingAttachment> BringAsync(MailboxMessage message, CancellationToken cancellationToken)
    {
        var subject = message.Subject.Length > 0 ? message.Subject : "message";
        var name = SafeFileName.From($"{subject}.eml", "message/rfc822");
        if (message is ReceivedMessage { Path: { } path } && File.Exists(path))
        {
            return OutgoingAttachment.Of(path, name: name);
        }

        var connection = message.Connection
            ?? throw new InvalidRequestException(
                "NoConnection", $"The message {message.Id} has no connection.")
            {
                Target = message.Id,
                Advice = "Attach its .eml file instead, with -Attachment.",
            };
        var file = Path.Combine(Path.GetTempPath(), $"mailadmin-{Guid.NewGuid():N}.eml");
        _temporary.Add(file);
        var store = MailboxAccess.Open(connection);
        await using (store.ConfigureAwait(false))
        {
            return await SaveAsync(store, message, file, cancellationToken).ConfigureAwait(false)
                ? OutgoingAttachment.Of(file, name: name)
                : throw new InvalidRequestException(
                    "MessageNotFound", $"The message '{message.Subject}' isn't in the folder '{message.Folder}' anymore.")
                {
                    Target = message.Id,
                    Advice = "List the messages again.",
                };
        }
    }

    /// <summary>Removes the downloaded messages.</summary>
    public void Dispose()
    {
        foreach (var file in _temporary)
        {
            try
            {
                FileSystem.OfMachine.Remove(file);
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                Base.VerboseLog.Write($"Can't remove {file}: {e.Message}");
            }
        }

        _temporary.Clear();
    }

    private static async Task<bool> SaveAsync(
        IMailStore store, MailboxMessage message, string file, CancellationToken cancellationToken)
    {
        var folder = await store.FindFolderAsync(message.Folder, cancellationToken, counted: false).ConfigureAwait(false);
        if (folder is null)
        {
            return false;
        }

        var isWhole = false;
        WritableFile? open = null;
        try
        {
            await foreach (var fetched in store.FetchAsync(
                folder, new MessageQuery { Ids = [message.Id] }, _ => open = FileSystem.OfMachine.Create(file), cancellationToken)
                .ConfigureAwait(false))
            {
                isWhole = fetched.Error is null ? true : throw fetched.Error;
            }
        }
        finally
        {
            if (open is not null)
            {
                await open.DisposeAsync().ConfigureAwait(false);
            }
        }

        return isWhole;
    }
}
