using System.Buffers;
using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// A command, built from typed arguments so that none can be taken for something else: each method knows how its kind is
/// spelled (RFC 9051 section 9), and nothing is ever put together from text.
/// </summary>
internal sealed class ImapCommand
{
    private static readonly SearchValues<char> AtomCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_=+$\\/:[]<>,@");

    private readonly List<Part> _parts = [];
    private readonly ArrayBufferWriter<byte> _text = new(64);
    private readonly StringBuilder _log = new();
    private bool _afterOpen;

    /// <summary>Begins a command.</summary>
    /// <param name="name">Its words, such as "UID FETCH".</param>
    public ImapCommand(string name)
    {
        Name = name;
        Append(name);
    }

    /// <summary>A stretch of a command: text, or a literal. A literal's announcement is written by the session, which knows the server.</summary>
    /// <param name="Octets">The octets; empty where <paramref name="Content"/> has them.</param>
    /// <param name="Content">Where a large literal is read from.</param>
    /// <param name="LiteralSize">Octets of the literal; null for text.</param>
    public readonly record struct Part(ReadOnlyMemory<byte> Octets, Stream? Content, long? LiteralSize);

    /// <summary>Its words.</summary>
    public string Name { get; }

    /// <summary>What names it in the server's answer; set when it is sent.</summary>
    public string Tag { get; internal set; } = "";

    /// <summary>The exchange of AUTHENTICATE; null for every other command.</summary>
    public SaslMechanism? Sasl { get; private init; }

    /// <summary>The mailbox that it selects; null for every other command.</summary>
    public MailboxName? Selects { get; init; }

    /// <summary>Whether a refusal says that the login was not good, so that nothing can be done on this connection.</summary>
    public bool ProvesLogin { get; set; }

    /// <summary>The text and literals in their order.</summary>
    public IReadOnlyList<Part> Parts
    {
        get
        {
            Break();
            return _parts;
        }
    }

    /// <summary>AUTHENTICATE (RFC 9051 section 6.2.2).</summary>
    /// <param name="mechanism">How.</param>
    /// <param name="withInitialResponse">Whether the server takes the first response on the same line (RFC 4959).</param>
    /// <returns>The command. Its argument never shows in <see cref="ToString"/>.</returns>
    public static ImapCommand Authenticate(SaslMechanism mechanism, bool withInitialResponse)
    {
        var command = new ImapCommand("AUTHENTICATE") { Sasl = mechanism }.Atom(mechanism.Name);
        return withInitialResponse ? command.Secret(mechanism.TakeInitialResponse()) : command;
    }

    /// <summary>Adds a word of the protocol's own.</summary>
    /// <param name="word">Letters, digits and what else an atom or flag may hold.</param>
    /// <returns>This.</returns>
    public ImapCommand Atom(string word)
    {
        if (word.Length == 0 || word.AsSpan().ContainsAnyExcept(AtomCharacters))
        {
            throw new InvalidRequestException("InvalidImapArgument", "A word of an IMAP command holds a character that has no place in it.")
            {
                Target = word,
            };
        }

        return Space().Append(word);
    }

    /// <summary>Adds a number.</summary>
    /// <param name="number">Not negative.</param>
    /// <returns>This.</returns>
    public ImapCommand Number(long number) => Space().Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a set of UIDs.</summary>
    /// <param name="uids">At least one.</param>
    /// <returns>This.</returns>
    public ImapCommand Set(UidSet uids) =>
        uids.IsEmpty ? throw new ArgumentException("The set is empty.", nameof(uids)) : Space().Append(uids.ToString());

    /// <summary>Adds a mailbox name, in the server's own octets.</summary>
    /// <param name="name">The name.</param>
    /// <returns>This.</returns>
    public ImapCommand Mailbox(MailboxName name) => Octets(Encoding.Latin1.GetBytes(name.Octets));

    /// <summary>Adds a string: quoted where that can hold it, else as a literal.</summary>
    /// <param name="text">Any text without NUL.</param>
    /// <returns>This.</returns>
    public ImapCommand Text(string text) => Octets(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a date.</summary>
    /// <param name="date">The date.</param>
    /// <returns>This.</returns>
    public ImapCommand Date(DateOnly date) => Space().Append(ImapDate.Format(date));

    /// <summary>Adds a date and time.</summary>
    /// <param name="time">The time.</param>
    /// <returns>This.</returns>
    public ImapCommand DateTime(DateTimeOffset time) => Space().Append($"\"{ImapDate.Format(time)}\"");

    /// <summary>Begins a parenthesised list.</summary>
    /// <returns>This.</returns>
    public ImapCommand Open()
    {
        Space().Append("(");
        _afterOpen = true;
        return this;
    }

    /// <summary>Ends a parenthesised list.</summary>
    /// <returns>This.</returns>
    public ImapCommand Close()
    {
        _afterOpen = false;
        return Append(")");
    }

    /// <summary>Adds BODY.PEEK[section] to a FETCH (RFC 9051 section 6.4.5).</summary>
    /// <param name="section">Empty for the whole message; a part such as "1.2", "HEADER", "TEXT" or "2.MIME".</param>
    /// <param name="range">The octets to fetch, as origin and count; null for all.</param>
    /// <returns>This.</returns>
    public ImapCommand Peek(string section, (long Origin, long Count)? range = null)
    {
        Atom("BODY.PEEK[" + section + "]");
        return range is { } r ? Append(string.Create(CultureInfo.InvariantCulture, $"<{r.Origin}.{r.Count}>")) : this;
    }

    /// <summary>Adds a message as a literal.</summary>
    /// <param name="size">Its octets.</param>
    /// <param name="content">Where they are read from, once.</param>
    /// <returns>This.</returns>
    public ImapCommand Literal(long size, Stream content)
    {
        Space();
        Break();
        _parts.Add(new Part(default, content, size));
        _log.Append(CultureInfo.InvariantCulture, $"{{{size}}}");
        return this;
    }

    /// <summary>The command for a log: strings and literals as they are, secrets left out.</summary>
    /// <returns>Without the tag.</returns>
    public override string ToString() => _log.ToString();

    private ImapCommand Secret(string base64)
    {
        Space();
        Encoding.ASCII.GetBytes(base64, _text);
        _log.Append("***");
        return this;
    }

    private ImapCommand Octets(byte[] octets)
    {
        if (octets.Contains((byte)0))
        {
            throw new InvalidRequestException("InvalidImapArgument", "A name or search text holds a NUL character, which IMAP cannot carry.")
            {
                Target = Encoding.UTF8.GetString(octets),
            };
        }

        Space();
        if (octets.AsSpan().IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
        {
            return Append("\"" + Encoding.ASCII.GetString(octets).Replace(@"\", @"\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal) + "\"");
        }

        Break();
        _parts.Add(new Part(octets, null, octets.Length));
        _log.Append(CultureInfo.InvariantCulture, $"{{{octets.Length}}}");
        return this;
    }

    private ImapCommand Space()
    {
        if (!_afterOpen)
        {
            Append(" ");
        }

        _afterOpen = false;
        return this;
    }

    private ImapCommand Append(string ascii)
    {
        Encoding.ASCII.GetBytes(ascii, _text);
        _log.Append(ascii);
        return this;
    }

    private void Break()
    {
        if (_text.WrittenCount > 0)
        {
            _parts.Add(new Part(_text.WrittenSpan.ToArray(), null, null));
            _text.ResetWrittenCount();
        }
    }
}
