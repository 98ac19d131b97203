namespace MailAdmin.CrashTest;

/// <summary>The other side of a campaign: a mail server that nobody kills.</summary>
internal interface IServer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>An empty mailbox of which nobody has heard yet, or whose Inbox is empty again.</summary>
    string MailboxFor(int campaign);

    /// <summary>How a receiving process gets into a mailbox.</summary>
    MailboxFacts FactsOf(string mailbox);

    /// <summary>Puts a message into the Inbox.</summary>
    Task DeliverAsync(string mailbox, byte[] message);

    /// <summary>SHA-256 of each message that a folder holds, in lower-case hexadecimal.</summary>
    Task<IReadOnlyList<string>> GetHashesAsync(string mailbox, string folder);
}
