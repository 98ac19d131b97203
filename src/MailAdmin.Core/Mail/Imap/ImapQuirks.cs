namespace MailAdmin.Core.Mail.Imap;

/// <summary>Where a known server departs from RFC 3501. Each is tolerated only on the servers that are known for it.</summary>
[Flags]
internal enum ImapQuirks
{
    /// <summary>A server that keeps to the grammar.</summary>
    None = 0,

    /// <summary>COPYUID and APPENDUID with an empty set, where uid-set asks for at least one number (RFC 4315 section 4).</summary>
    EmptyUidSets = 1 << 0,

    /// <summary>LIST names outside quotes although they hold spaces, tabs or other control characters.</summary>
    UnquotedFolderNames = 1 << 1,

    /// <summary>"* [CODE] text", without the OK before it.</summary>
    BareResponseCodes = 1 << 2,

    /// <summary>BODYSTRUCTURE that leaves fields out, as "NIL NIL" for a whole part: it is passed over.</summary>
    MalformedBodyStructure = 1 << 3,

    /// <summary>
    /// Exchange Online and Exchange Server, as seen at outlook.office365.com by the authors of MailKit and imapflow and in the
    /// issues of other clients.
    /// </summary>
    Exchange = EmptyUidSets | UnquotedFolderNames | BareResponseCodes | MalformedBodyStructure,
}
