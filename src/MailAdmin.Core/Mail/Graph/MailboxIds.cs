using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Object IDs of mailboxes that a signed-in session has looked up, by the address that they were looked up by. Each address is
/// looked up once for a session.
/// </summary>
internal sealed class MailboxIds
{
    private static readonly ConditionalWeakTable<Session, MailboxIds> Known = [];

    private readonly ConcurrentDictionary<string, string> _ids = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the session isn't allowed to read the directory, so that no further request is sent.</summary>
    public bool IsDenied { get; set; }

    /// <summary>The mailboxes of a session.</summary>
    /// <param name="session">The session.</param>
    public static MailboxIds Of(Session session) => Known.GetValue(session, _ => new MailboxIds());

    /// <summary>Returns the object ID for an address; null if it wasn't looked up.</summary>
    /// <param name="address">The address.</param>
    public string? Find(string address) => _ids.GetValueOrDefault(address);

    /// <summary>Keeps an object ID.</summary>
    /// <param name="address">The address that was looked up.</param>
    /// <param name="id">The object ID; null for none.</param>
    public void Keep(string address, string? id)
    {
        if (id is not null)
        {
            _ids[address] = id;
        }
    }
}
