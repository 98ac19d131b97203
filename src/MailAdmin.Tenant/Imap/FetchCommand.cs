using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>FETCH: RFC 3501 sections 6.4.5 and 7.4.2.</summary>
internal static class FetchCommand
{
    public static async ValueTask<string> RunAsync(
        ImapSession session, ImapArguments arguments, bool byUid, CancellationToken cancellationToken)
    {
        arguments.Space();
        var set = arguments.Set();
        arguments.Space();
        var items = FetchItem.ParseAll(arguments);
        arguments.End();
        if (byUid && !items.Contains(FetchItem.Uid))
        {
            items.Insert(0, FetchItem.Uid);
        }

        List<(int Index, SeenMessage Message)> messages;
        Fault? fault;
        lock (session.Tenant.Gate)
        {
            messages = MessageCommands.Named(session, set, byUid);
            fault = session.Strike(FaultPoint.ImapFetch);
            if (fault == ImapFaults.NoSummary && items.Exists(i => i.Kind is FetchKind.Envelope or FetchKind.Size)
                && !items.Exists(i => i.Kind == FetchKind.Section)
                && messages.Exists(m => IsAwkward(m.Message)))
            {
                throw new ImapRefusal("NO FETCH failed: a message can't be read.");
            }
        }

        foreach (var (index, message) in messages)
        {
            ItemContent content;
            var wanted = items;
            lock (session.Tenant.Gate)
            {
                content = fault == ImapFaults.NotConverted ? SubstituteMessage.InPlaceOf(message, session.Mailbox!)
                    : message.Item.Content;
                if (fault == ImapFaults.NoContent && IsAwkward(message))
                {
                    wanted = items.FindAll(i => i.Kind != FetchKind.Section);
                }
            }

            await WriteAsync(session, index, message, content, wanted, fault, cancellationToken).ConfigureAwait(false);
            await session.Output.FlushIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        return "FETCH completed.";
    }

    /// <summary>The messages that a fault is about: those reported had a calendar part.</summary>
    private static bool IsAwkward(SeenMessage message) => message.View.Message.Calendars.Any();

    private static async Task WriteAsync(
        ImapSession session, int index, SeenMessage message, ItemContent content, List<FetchItem> items, Fault? fault,
        CancellationToken cancellationToken)
    {
        var output = session.Output;
        var name = "(";
        foreach (var item in Begin(session, message, items))
        {
            if (name == "(")
            {
                output.Write($"* {index + 1} FETCH ");
            }

            output.Write($"{name}{item.Label} ");
            name = " ";
            if (item is { Kind: FetchKind.Section, Partial: null } && item.Section == BodySection.Whole)
            {
                Stream stream;
                lock (session.Tenant.Gate)
                {
                    stream = content.OpenMime();
                }

                await using (stream.ConfigureAwait(false))
                {
                    await output.LiteralAsync(stream, stream.Length, cancellationToken).ConfigureAwait(false);
                }
            }
            else
            {
                lock (session.Tenant.Gate)
                {
                    Write(output, message, content, item, fault);
                }
            }
        }

        if (name == " ")
        {
            output.Line(")");
        }
    }

    /// <summary>
    /// Marks the message as read if an item requires it, and returns the items to write: also the flags if they changed, and none
    /// if the message doesn't exist anymore.
    /// </summary>
    private static List<FetchItem> Begin(ImapSession session, SeenMessage message, List<FetchItem> items)
    {
        lock (session.Tenant.Gate)
        {
            var selected = session.Selected!;
            if (!selected.IsHere(message))
            {
                return [];
            }

            var marks = !selected.IsReadOnly && !message.Item.IsRead && items.Exists(i => i.MarksRead);
            if (marks)
            {
                MessageFlagNames.Set(message.Item, MessageFlagNames.Of(message.Item) | MessageFlags.Seen);
            }

            return marks && !items.Contains(FetchItem.Flags) ? [.. items, FetchItem.Flags] : items;
        }
    }

    private static void Write(ImapOutput output, SeenMessage message, ItemContent content, FetchItem item, Fault? fault)
    {
        switch (item.Kind)
        {
            case FetchKind.Flags:
                message.Flags = MessageFlagNames.Of(message.Item);
                output.Write(MessageFlagNames.Format(message.Flags));
                break;
            case FetchKind.Uid:
                output.Write($"{message.Uid}");
                break;
            case FetchKind.InternalDate when fault == ImapFaults.NoDate:
                output.Write("\"not a date\"");
                break;
            case FetchKind.InternalDate:
                output.Write(ImapText.DateTime(message.Item.ReceivedAt));
                break;
            case FetchKind.Size:
                output.Write($"{message.Item.Content.MimeLength}");
                break;
            case FetchKind.Envelope when fault == ImapFaults.PoorEnvelope:
                output.Write(Envelope.Poor);
                break;
            case FetchKind.Envelope:
                output.Write(Envelope.Format(new MessageView(content).Message));
                break;
            case FetchKind.Body or FetchKind.BodyStructure:
                output.Write(BodyStructure.Format(new MessageView(content), isExtended: item.Kind == FetchKind.BodyStructure));
                break;
            default:
                WriteSection(output, new MessageView(content).Section(item.Section), item.Partial);
                break;
        }
    }

    private static void WriteSection(ImapOutput output, ReadOnlyMemory<byte>? octets, (uint Offset, uint Count)? partial)
    {
        if (octets is not { } all)
        {
            output.Write("NIL");
            return;
        }

        var (offset, count) = partial ?? (0, uint.MaxValue);
        var rest = all[(int)Math.Min(offset, all.Length)..];
        output.Literal(rest.Span[..(int)Math.Min(count, rest.Length)]);
    }
}
