namespace MailAdmin.Core.Mail.Imap;

/// <summary>What a server says it can do (RFC 9051 section 6.1.1). Names are compared whatever their case.</summary>
internal sealed class ImapCapabilities
{
    /// <summary>A server that has not told yet.</summary>
    public static ImapCapabilities None { get; } = new([]);

    private readonly HashSet<string> _names;

    /// <summary>Makes a list.</summary>
    /// <param name="names">As the server sent them.</param>
    public ImapCapabilities(IEnumerable<string> names) => _names = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);

    /// <summary>True until the server has sent a list.</summary>
    public bool IsEmpty => _names.Count == 0;

    /// <summary>Literals without waiting, of any size (RFC 7888).</summary>
    public bool LiteralPlus => _names.Contains("LITERAL+");

    /// <summary>Literals without waiting up to 4096 octets (RFC 7888 section 5; part of IMAP4rev2).</summary>
    public bool LiteralMinus => _names.Contains("LITERAL-") || _names.Contains("IMAP4rev2");

    /// <summary>AUTHENTICATE takes the first response on its own line (RFC 4959; part of IMAP4rev2).</summary>
    public bool SaslInitialResponse => Has("SASL-IR");

    /// <summary>Whether an extension is there, by its own name or as part of IMAP4rev2 (RFC 9051 appendix E).</summary>
    /// <param name="name">As in the IANA registry, such as "UIDPLUS".</param>
    /// <returns>True when it is.</returns>
    public bool Has(string name) => _names.Contains(name) || (PartOfRevision2.Contains(name) && _names.Contains("IMAP4rev2"));

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', _names);

    private static readonly HashSet<string> PartOfRevision2 = new(StringComparer.OrdinalIgnoreCase)
    {
        "NAMESPACE", "UNSELECT", "UIDPLUS", "ESEARCH", "ENABLE", "IDLE", "SASL-IR", "LIST-EXTENDED", "LIST-STATUS", "MOVE",
        "SPECIAL-USE", "STATUS=SIZE",
    };
}
