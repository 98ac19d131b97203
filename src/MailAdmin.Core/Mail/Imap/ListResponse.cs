using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>LIST and LSUB: a mailbox (RFC 9051 section 7.3.1).</summary>
/// <param name="Attributes">As written: "\HasChildren", "\NonExistent", "\Sent" (RFC 6154).</param>
/// <param name="Separator">What parts its name; null when the name has no parts.</param>
/// <param name="Name">The name.</param>
internal sealed record ListResponse(IReadOnlyList<string> Attributes, char? Separator, MailboxName Name) : ImapResponse
{
    /// <summary>Whether an attribute is there, whatever its case.</summary>
    /// <param name="attribute">With its backslash.</param>
    /// <returns>True when it is.</returns>
    public bool Has(string attribute) => Attributes.Contains(attribute, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static ListResponse Read(ref ImapReader reader)
    {
        var attributes = new List<string>();
        reader.Space();
        reader.Open();
        while (!reader.TryClose())
        {
            attributes.Add(Encoding.Latin1.GetString(reader.Atom()));
        }

        reader.Space();
        var separator = reader.NString();
        reader.Space();
        var isAtom = reader.Peek is not ((byte)'"' or (byte)'{' or (byte)'~');
        var name = isAtom && reader.Quirks.HasFlag(ImapQuirks.UnquotedFolderNames) ? reader.Rest() : reader.AString();

        // What may follow (RFC 9051: CHILDINFO, OLDNAME) is not needed.
        return new ListResponse(attributes, separator is [var octet, ..] ? (char)octet : null, MailboxName.FromWire(name));
    }
}
