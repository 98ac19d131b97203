using MailAdmin.Tenant.Mailboxes;
using MimeKit;

namespace MailAdmin.Tenant.Imap;

/// <summary>Reads the keys of SEARCH.</summary>
internal sealed class SearchKeys(ImapArguments arguments, SelectedFolder folder)
{
    /// <summary>NOT, OR and parentheses within each other.</summary>
    private const int MaxDepth = 50;

    private readonly uint _largestUid = folder.Messages.Count == 0 ? 0 : folder.Messages[^1].Uid;
    private int _depth;

    /// <summary>All keys up to the end of the command; a message has to fit all of them.</summary>
    public Func<SearchSubject, bool> Parse()
    {
        var keys = new List<Func<SearchSubject, bool>>();
        do
        {
            keys.Add(Key());
        }
        while (arguments.Take(' '));
        arguments.End();
        return All(keys);
    }

    private static Func<SearchSubject, bool> All(List<Func<SearchSubject, bool>> keys) =>
        subject => keys.TrueForAll(k => k(subject));

    private Func<SearchSubject, bool> Key()
    {
        if (++_depth > MaxDepth)
        {
            throw ImapRefusal.Syntax();
        }

        var key = arguments.Next('(') ? All(arguments.List(Key)) : IsSet() ? Numbers() : Named(arguments.Keyword());
        _depth--;
        return key;
    }

    private bool IsSet() => "0123456789*".Any(arguments.Next);

    private Func<SearchSubject, bool> Numbers()
    {
        var set = arguments.Set();
        var count = (uint)folder.Messages.Count;
        return s => set.Contains(s.Number, count);
    }

    private Func<SearchSubject, bool> Named(string name) => name switch
    {
        "ALL" => _ => true,
        "CHARSET" => Charset(),
        "NOT" => Not(Operand()),
        "OR" => Or(Operand(), Operand()),
        "UID" => Uids(),
        "NEW" or "RECENT" => _ => false,
        "OLD" => _ => true,
        "KEYWORD" => Flag(MessageFlagNames.Parse(Text())),
        "UNKEYWORD" => Not(Flag(MessageFlagNames.Parse(Text()))),
        "BEFORE" => Date(static (received, date) => received < date),
        "ON" => Date(static (received, date) => received == date),
        "SINCE" => Date(static (received, date) => received >= date),
        "SENTBEFORE" => SentDate(static (sent, date) => sent < date),
        "SENTON" => SentDate(static (sent, date) => sent == date),
        "SENTSINCE" => SentDate(static (sent, date) => sent >= date),
        "LARGER" => Size(static (size, limit) => size > limit),
        "SMALLER" => Size(static (size, limit) => size < limit),
        "FROM" or "TO" or "CC" or "BCC" or "SUBJECT" => Header(name, Text()),
        "HEADER" => Header(Text(), Text()),
        "BODY" => Body(Text()),
        "TEXT" => Anywhere(Text()),
        ['U', 'N', .. var flag] => Not(Flag(Standard(flag))),
        _ => Flag(Standard(name)),
    };

    private static MessageFlags Standard(string name) => name is "SEEN" or "ANSWERED" or "FLAGGED" or "DELETED" or "DRAFT"
        ? MessageFlagNames.Parse(@"\" + name)
        : throw ImapRefusal.Syntax();

    private static Func<SearchSubject, bool> Flag(MessageFlags flag) => s => flag != MessageFlags.None && s.Flags.HasFlag(flag);

    private static Func<SearchSubject, bool> Not(Func<SearchSubject, bool> key) => s => !key(s);

    private static Func<SearchSubject, bool> Or(Func<SearchSubject, bool> left, Func<SearchSubject, bool> right) =>
        s => left(s) || right(s);

    private Func<SearchSubject, bool> Operand()
    {
        arguments.Space();
        return Key();
    }

    private string Text()
    {
        arguments.Space();
        return arguments.AString();
    }

    private Func<SearchSubject, bool> Charset()
    {
        // Exchange supports no other: https://github.com/jstedfast/MailKit/issues/808, angus-mail#145.
        return Text().ToUpperInvariant() is "US-ASCII"
            ? Operand()
            : throw new ImapRefusal("NO [BADCHARSET (US-ASCII)] The specified charset is not supported.");
    }

    private Func<SearchSubject, bool> Uids()
    {
        arguments.Space();
        var set = arguments.Set();
        return s => set.Contains(s.Uid, _largestUid);
    }

    private Func<SearchSubject, bool> Date(Func<DateOnly, DateOnly, bool> fits)
    {
        arguments.Space();
        var date = arguments.Date();
        return s => fits(DateOnly.FromDateTime(s.Item.ReceivedAt.UtcDateTime), date);
    }

    // The date in the sender's own zone: RFC 3501 section 6.4.4.
    private Func<SearchSubject, bool> SentDate(Func<DateOnly, DateOnly, bool> fits)
    {
        arguments.Space();
        var date = arguments.Date();
        return s => s.View.Message.Date is { } sent && fits(DateOnly.FromDateTime(sent.DateTime), date);
    }

    private Func<SearchSubject, bool> Size(Func<long, uint, bool> fits)
    {
        arguments.Space();
        var limit = arguments.Number();
        return s => fits(s.Item.Content.MimeLength, limit);
    }

    private static Func<SearchSubject, bool> Header(string name, string text) => s => s.View.Message.Fields
        .Any(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            && h.Value.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static Func<SearchSubject, bool> Body(string text) => s => IsInBody(s.View.Message, text);

    private static Func<SearchSubject, bool> Anywhere(string text) => s =>
        s.View.Message.Fields.Any(h => $"{h.Name}: {h.Value}".Contains(text, StringComparison.OrdinalIgnoreCase))
            || IsInBody(s.View.Message, text);

    private static bool IsInBody(ParsedMessage message, string text) => message.Parts.Any(part => part is TextPart shown
        ? message.Text(shown).Contains(text, StringComparison.OrdinalIgnoreCase)
        : message.Held(part) is { } held && IsInBody(held, text));
}
