namespace MailAdmin.Core.Mail.Imap;

/// <summary>What is known about the selected mailbox (RFC 9051 section 6.3.2).</summary>
internal sealed record MailboxState
{
    /// <summary>Which one.</summary>
    public required MailboxName Name { get; init; }

    /// <summary>True after EXAMINE, or when the server grants no more.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Messages in it.</summary>
    public uint Exists { get; set; }

    /// <summary>UIDVALIDITY; 0 when the server did not tell, and then UIDs mean nothing beyond this session.</summary>
    public uint UidValidity { get; set; }

    /// <summary>UIDNEXT; 0 when the server did not tell.</summary>
    public uint UidNext { get; set; }

    /// <summary>HIGHESTMODSEQ (RFC 7162); null where there is none.</summary>
    public long? HighestModSeq { get; set; }
}
