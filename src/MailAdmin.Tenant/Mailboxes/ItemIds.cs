using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Creates IDs like Exchange's: long, URL-safe base64, and some that differ only in case, so that a case-insensitive comparison
/// fails. https://learn.microsoft.com/graph/outlook-immutable-id
/// </summary>
internal sealed class ItemIds
{
    private readonly byte[] _mailbox = RandomNumberGenerator.GetBytes(36);
    private long _next;

    /// <summary>An ordinary id of a message or an attachment: it changes when the message moves.</summary>
    public string NewItem() => Make("AAMkA", 114);

    /// <summary>Creates an ID that is permanent while the message is in the mailbox.</summary>
    public string NewImmutable() => Make("AAkALg", 66);

    /// <summary>An id of a folder.</summary>
    public string NewFolder() => Make("AQMkA", 84);

    /// <summary>An id of a conversation.</summary>
    public string NewConversation() => Make("AAQkA", 52);

    /// <summary>Whether it can be an ID at all: what can't is malformed, what can isn't found.</summary>
    public static bool IsWellFormed(string id) =>
        id.Length >= 40 && id.StartsWith('A') && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=');

    private string Make(string prefix, int length)
    {
        var bytes = new byte[length];
        _mailbox.AsSpan(0, Math.Min(36, length - 16)).CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(length - 9), Interlocked.Increment(ref _next));
        return prefix + Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');
    }
}
