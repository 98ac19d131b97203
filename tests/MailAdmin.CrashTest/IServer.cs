namespace MailAdmin.CrashTest;

/// <summary>The other side of a campaign: a mail server.</summary>
internal interface IServer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>An empty mailbox of which nobody has heard yet, or whose Inbox is empty again.</summary>
    string MailboxFor(int campaign);

    /// <summary>How a receiving process gets into a mailbox.</summary>
    MailboxFacts FactsOf(string mailbox);

    /// <summary>Puts a message into the Inbox.</summary>
    Task DeliverAsync(string mailbox, byte[] message);

    /// <summary>Each message that a folder holds.</summary>
    Task<IReadOnlyList<Held>> GetMessagesAsync(string mailbox, string folder);

    /// <summary>Whether its mail outlives its process, so that it may be killed too.</summary>
    bool MayBeKilled { get; }

    /// <summary>Kills it, and starts it again on the same mail.</summary>
    Task KillAsync();
}

/// <summary>A message on a server.</summary>
/// <param name="Hash">SHA-256, in lower-case hexadecimal.</param>
/// <param name="IsRead">Whether it is marked as read.</param>
internal sealed record Held(string Hash, bool IsRead);
