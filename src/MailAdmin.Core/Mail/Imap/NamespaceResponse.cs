namespace MailAdmin.Core.Mail.Imap;

/// <summary>A namespace: where the names of a kind of mailboxes begin.</summary>
/// <param name="Prefix">What its names begin with, often nothing.</param>
/// <param name="Separator">What parts its names; null when they have no parts.</param>
internal readonly record struct ImapNamespace(MailboxName Prefix, char? Separator);

/// <summary>NAMESPACE (RFC 9051 section 7.3.2).</summary>
/// <param name="Personal">The user's own.</param>
/// <param name="OtherUsers">Other users'.</param>
/// <param name="Shared">Public folders.</param>
internal sealed record NamespaceResponse(
    IReadOnlyList<ImapNamespace> Personal, IReadOnlyList<ImapNamespace> OtherUsers, IReadOnlyList<ImapNamespace> Shared)
    : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static NamespaceResponse Read(ref ImapReader reader) =>
        new(ReadKind(ref reader), ReadKind(ref reader), ReadKind(ref reader));

    private static List<ImapNamespace> ReadKind(ref ImapReader reader)
    {
        var kind = new List<ImapNamespace>();
        reader.Space();
        if (reader.TryNil())
        {
            return kind;
        }

        reader.Open();
        while (!reader.TryClose())
        {
            reader.Open();
            var prefix = MailboxName.FromWire(reader.String());
            reader.Space();
            var separator = reader.NString();
            kind.Add(new ImapNamespace(prefix, separator is [var octet, ..] ? (char)octet : null));
            while (!reader.TryClose())
            {
                reader.SkipValue();
            }
        }

        return kind;
    }
}
