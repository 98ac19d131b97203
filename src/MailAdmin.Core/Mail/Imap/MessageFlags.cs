using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The system flags (RFC 9051 section 2.3.2).</summary>
[Flags]
internal enum SystemFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>\Seen: it was read.</summary>
    Seen = 1 << 0,

    /// <summary>\Answered.</summary>
    Answered = 1 << 1,

    /// <summary>\Flagged.</summary>
    Flagged = 1 << 2,

    /// <summary>\Deleted: an EXPUNGE takes it away.</summary>
    Deleted = 1 << 3,

    /// <summary>\Draft.</summary>
    Draft = 1 << 4,

    /// <summary>\Recent (RFC 3501 section 2.3.2).</summary>
    Recent = 1 << 5,
}

/// <summary>A parenthesised list of flags.</summary>
/// <param name="System">The ones that every server knows.</param>
/// <param name="Others">Keywords and unknown flags, as written.</param>
internal readonly record struct MessageFlags(SystemFlags System, IReadOnlyList<string> Others)
{
    /// <summary>Reads one.</summary>
    /// <param name="reader">Stands before the "(".</param>
    /// <returns>The flags.</returns>
    public static MessageFlags Read(ref ImapReader reader)
    {
        var system = SystemFlags.None;
        List<string>? others = null;
        reader.Open();
        while (!reader.TryClose())
        {
            var flag = reader.Atom();
            var known = Recognise(flag);
            system |= known;
            if (known == SystemFlags.None)
            {
                (others ??= []).Add(Encoding.Latin1.GetString(flag));
            }
        }

        return new MessageFlags(system, others ?? (IReadOnlyList<string>)[]);
    }

    private static SystemFlags Recognise(ReadOnlySpan<byte> flag) =>
        Ascii.EqualsIgnoreCase(flag, @"\Seen"u8) ? SystemFlags.Seen
        : Ascii.EqualsIgnoreCase(flag, @"\Answered"u8) ? SystemFlags.Answered
        : Ascii.EqualsIgnoreCase(flag, @"\Flagged"u8) ? SystemFlags.Flagged
        : Ascii.EqualsIgnoreCase(flag, @"\Deleted"u8) ? SystemFlags.Deleted
        : Ascii.EqualsIgnoreCase(flag, @"\Draft"u8) ? SystemFlags.Draft
        : Ascii.EqualsIgnoreCase(flag, @"\Recent"u8) ? SystemFlags.Recent
        : SystemFlags.None;
}
