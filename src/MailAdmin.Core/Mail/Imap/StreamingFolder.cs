using System.Runtime.CompilerServices;
using MailKit;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Represents a MailKit folder that passes the results to the caller, message by message.</summary>
internal sealed class StreamingFolder(ImapFolderConstructorArgs args) : ImapFolder(args)
{
    /// <summary>Its name as the server wrote it.</summary>
    public string EncodedName { get; } = NameIn(args);

    /// <summary>Receives the content of messages; null if MailKit keeps it in memory.</summary>
    public IncomingMessages? Incoming { get; set; }

    /// <summary>Receives each summary when it's complete, because MailKit's own list uses sequence numbers.</summary>
    public Action<IMessageSummary>? Summaries { get; set; }

    protected override Stream CreateStream(UniqueId? uid, string section, int offset, int length) =>
        Incoming?.Begin(uid?.Id, section, offset, length) ?? base.CreateStream(uid, section, offset, length);

    protected override Stream CommitStream(Stream stream, UniqueId uid, string section, int offset, int length) => stream;

    // MailKit keeps it to itself.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "EncodedName")]
    private static extern ref string NameIn(ImapFolderConstructorArgs args);

    protected override void OnMessageSummaryFetched(IMessageSummary message)
    {
        Summaries?.Invoke(message);
        base.OnMessageSummaryFetched(message);
    }
}
