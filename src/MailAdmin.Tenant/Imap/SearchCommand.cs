using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>SEARCH: RFC 3501 section 6.4.4.</summary>
internal static class SearchCommand
{
    public static string Run(ImapSession session, ImapArguments arguments, bool byUid)
    {
        arguments.Space();
        var selected = session.Selected!;
        var key = new SearchKeys(arguments, selected).Parse();
        session.Output.Write("* SEARCH");
        for (var i = 0; i < selected.Messages.Count; i++)
        {
            var message = selected.Messages[i];
            if (selected.IsHere(message) && key(new SearchSubject(message, (uint)i + 1)))
            {
                session.Output.Write($" {(byUid ? message.Uid : (uint)i + 1)}");
            }
        }

        session.Output.Line("");
        return "SEARCH completed.";
    }
}

/// <summary>A message that is held against search keys.</summary>
internal sealed class SearchSubject(SeenMessage message, uint number)
{
    private MessageView? _view;

    public Item Item => message.Item;

    public uint Uid => message.Uid;

    public uint Number => number;

    public MessageFlags Flags { get; } = MessageFlagNames.Of(message.Item);

    public MessageView View => _view ??= message.View;
}
