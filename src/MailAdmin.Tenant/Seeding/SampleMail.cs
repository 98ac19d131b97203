using System.Reflection;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Seeding;

/// <summary>The sandbox's own messages.</summary>
internal static class SampleMail
{
    /// <summary>Read once for the process, in the order in which they arrive; messages share the octets.</summary>
    private static readonly Lazy<byte[][]> Samples = new(
        () => [.. typeof(SampleMail).Assembly.GetManifestResourceNames().Where(n => n.EndsWith(".eml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(Read)]);

    /// <summary>Turn by turn to mailboxes, an hour apart, the last one just now.</summary>
    public static void Spread(IReadOnlyList<Mailbox> mailboxes)
    {
        var samples = Samples.Value;
        for (var i = 0; i < samples.Length; i++)
        {
            Deliver(mailboxes[i % mailboxes.Count], samples[i], samples.Length - i);
        }
    }

    /// <summary>Adds a number of messages to an Inbox, an hour apart, the last one now.</summary>
    public static void Fill(Mailbox mailbox, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Deliver(mailbox, Samples.Value[i % Samples.Value.Length], count - i);
        }
    }

    private static void Deliver(Mailbox mailbox, byte[] message, int hoursAgo) =>
        mailbox.Add(mailbox.WellKnown("inbox"), new MimeContent(message), mailbox.Now - TimeSpan.FromHours(hoursAgo));

    private static byte[] Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
