using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Object IDs of mailboxes that a signed-in session has looked up, by the address that they were looked up by. Each address is
/// looked up once for a session.
/// </summary>
internal static class MailboxIds
{
    private static readonly ConditionalWeakTable<Session, ConcurrentDictionary<string, string>> Known = [];

    /// <summary>The object IDs of a session's mailboxes, by address.</summary>
    /// <param name="session">The session.</param>
    public static ConcurrentDictionary<string, string> Of(Session session) =>
        Known.GetValue(session, _ => new(StringComparer.OrdinalIgnoreCase));
}
