namespace MailAdmin.Core.Mail.Imap;

/// <summary>An address in an envelope. In a group's beginning only <paramref name="Mailbox"/> is there, in its end nothing.</summary>
/// <param name="Name">The display name as it stands in the header, encoded words and all.</param>
/// <param name="Mailbox">The part before the "@", or the name of a group.</param>
/// <param name="Host">The part after it; null begins or ends a group.</param>
internal readonly record struct EnvelopeAddress(byte[]? Name, byte[]? Mailbox, byte[]? Host);

/// <summary>
/// ENVELOPE: the header as the server reads it (RFC 9051 section 7.5.2). The strings are raw octets; <see cref="EnvelopeText"/>
/// decodes them.
/// </summary>
internal sealed record Envelope
{
    /// <summary>The Date field.</summary>
    public byte[]? Date { get; private init; }

    /// <summary>The Subject field.</summary>
    public byte[]? Subject { get; private init; }

    /// <summary>The From field.</summary>
    public EnvelopeAddress[] From { get; private init; } = [];

    /// <summary>The Sender field; From where there is none.</summary>
    public EnvelopeAddress[] Sender { get; private init; } = [];

    /// <summary>The Reply-To field; From where there is none.</summary>
    public EnvelopeAddress[] ReplyTo { get; private init; } = [];

    /// <summary>The To field.</summary>
    public EnvelopeAddress[] To { get; private init; } = [];

    /// <summary>The Cc field.</summary>
    public EnvelopeAddress[] Cc { get; private init; } = [];

    /// <summary>The Bcc field.</summary>
    public EnvelopeAddress[] Bcc { get; private init; } = [];

    /// <summary>The In-Reply-To field.</summary>
    public byte[]? InReplyTo { get; private init; }

    /// <summary>The Message-ID field.</summary>
    public byte[]? MessageId { get; private init; }

    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands before the "(".</param>
    /// <returns>The envelope; null for NIL.</returns>
    public static Envelope? Read(ref ImapReader reader)
    {
        if (reader.TryNil())
        {
            return null;
        }

        reader.Open();
        var envelope = new Envelope
        {
            Date = ReadString(ref reader),
            Subject = ReadString(ref reader),
            From = ReadAddresses(ref reader),
            Sender = ReadAddresses(ref reader),
            ReplyTo = ReadAddresses(ref reader),
            To = ReadAddresses(ref reader),
            Cc = ReadAddresses(ref reader),
            Bcc = ReadAddresses(ref reader),
            InReplyTo = ReadString(ref reader),
            MessageId = ReadString(ref reader),
        };
        return reader.TryClose() ? envelope : throw reader.Error("an envelope has more than ten fields");
    }

    private static byte[]? ReadString(ref ImapReader reader)
    {
        var value = reader.NString();
        reader.Space();
        return value;
    }

    private static EnvelopeAddress[] ReadAddresses(ref ImapReader reader)
    {
        var addresses = new List<EnvelopeAddress>();
        if (!reader.TryNil())
        {
            reader.Open();
            while (!reader.TryClose())
            {
                reader.Open();
                var name = ReadString(ref reader);
                ReadString(ref reader); // The source route, obsolete since RFC 2822.
                addresses.Add(new EnvelopeAddress(name, ReadString(ref reader), reader.NString()));
                if (!reader.TryClose())
                {
                    throw reader.Error("an address has more than four fields");
                }
            }
        }

        reader.Space();
        return [.. addresses];
    }
}
