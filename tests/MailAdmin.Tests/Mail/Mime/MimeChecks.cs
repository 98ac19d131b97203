using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>What holds for any bytes at all.</summary>
internal static class MimeChecks
{
    private static readonly MimeLimits Tight = new()
    {
        MaxDepth = 4,
        MaxParts = 5,
        MaxHeaderBytes = 300,
        MaxHeaderFields = 10,
        MaxParameters = 3,
        MaxTextBytes = 50,
    };

    /// <summary>Reads everything there is to read of a message, in one piece and in many, and checks what must hold.</summary>
    public static void Verify(byte[] bytes, int seed = 0)
    {
        // Now and then everything is over a limit.
        var limits = seed % 4 == 3 ? Tight : MimeLimits.Default;
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MimeMessage.Parse(bytes, limits);
        ReadAll(message, bytes.Length);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Ensure(allocated < 2_000_000 + 400L * bytes.Length, $"{allocated} bytes allocated for {bytes.Length}");
        Ensure(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed} for {bytes.Length} bytes");
        Ensure(Outline(message.Root) == Outline(ParseInPieces(bytes, new Random(seed), limits: limits)), $"in pieces it is another message");
    }

    /// <summary>Reads everything there is to read.</summary>
    /// <returns>How long it took, in ticks of the stopwatch.</returns>
    public static long ReadAll(byte[] bytes)
    {
        var start = Stopwatch.GetTimestamp();
        ReadAll(MimeMessage.Parse(bytes), bytes.Length);
        return Stopwatch.GetTimestamp() - start;
    }

    /// <summary>Reads everything there is to read, and takes it apart in pieces as from a slow stream.</summary>
    public static void ReadWholeAndInPieces(byte[] bytes)
    {
        ReadAll(MimeMessage.Parse(bytes), bytes.Length);
        ParseInPieces(bytes, new Random(bytes.Length), maxPiece: 8192);
    }

    /// <summary>Parses with windows that end anywhere.</summary>
    public static MimePart ParseInPieces(byte[] bytes, Random random, int maxPiece = 200, MimeLimits? limits = null)
    {
        return MimeMessage.Read(new(new SlowStream(bytes, random, maxPiece)), limits, CancellationToken.None).Root;
    }

    /// <summary>Gives as much as a slow stream does: some of what is asked for.</summary>
    private sealed class SlowStream(byte[] bytes, Random random, int maxPiece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer)
        {
            // The base class reads by way of an array where Read is overridden.
            var piece = new byte[Math.Min(buffer.Length, random.Next(1, maxPiece + 1))];
            var count = base.Read(piece, 0, piece.Length);
            piece.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
    }

    /// <summary>The name that a part is saved by.</summary>
    public static string SafeName(this MimePart part) => SafeFileName.From(part.FileName, part.ContentType.Value);

    /// <summary>The tree of parts with the places of everything.</summary>
    public static string Outline(MimePart part)
    {
        var outline = new StringBuilder();
        foreach (var p in part.Walk())
        {
            outline.Append($"{p.ContentType} {p.Offset} {p.BodyOffset} {p.EndOffset} {p.Header.Count}\n");
            if (p.HoldsMessage && p.Message is { } nested)
            {
                outline.Append('(').Append(Outline(nested.Root)).Append(')');
            }
        }
        return outline.ToString();
    }

    private static void ReadAll(MimeMessage message, long end)
    {
        foreach (var text in new[] { message.Subject, message.MessageId })
        {
            IsOneLine(text);
        }
        foreach (var list in new[] { message.From, message.To, message.Cc, message.Bcc, message.ReplyTo })
        {
            foreach (var address in list)
            {
                IsOneLine(address.Name);
                IsOneLine(address.Address);
            }
        }
        _ = message.Date;
        _ = message.Sender;
        _ = message.TextBody;
        _ = message.HtmlBody;
        _ = message.Calendars.Count;
        foreach (var file in MailFile.AllOf(message))
        {
            Ensure(file.Name.Length > 0, $"a file without a name");
            IsOneLine(file.Name);
            IsSafe(file.FileName);
        }

        _ = MessageKinds.Of(message);
        _ = MessageKinds.DeliveryStatus(message);
        foreach (var part in message.Root.Walk())
        {
            Read(part, end);
        }
    }

    private static void Read(MimePart part, long end)
    {
        Ensure(0 <= part.Offset && part.Offset <= part.BodyOffset && part.BodyOffset <= part.EndOffset && part.EndOffset <= end, $"a part lies outside the message");
        if (part.Parent is { } parent)
        {
            Ensure(parent.BodyOffset <= part.Offset && part.EndOffset <= parent.EndOffset, $"a part lies outside its parent: {part} {part.Offset} {part.BodyOffset} {part.EndOffset} in {parent} {parent.Offset} {parent.BodyOffset} {parent.EndOffset}");
        }
        foreach (var header in part.Header)
        {
            Ensure(header.Name.Length > 0, $"a field without a name");
            IsOneLine(header.Value);
        }
        IsOneLine(part.FileName);
        IsOneLine(part.ContentId);
        IsSafe(part.SafeName());
        _ = (part.IsCalendar, part.Disposition);
        var decoded = part.Decode();
        Ensure(decoded.Length <= part.EncodedSize, $"decoding made it longer");
        if (part.ContentType.IsType("text"))
        {
            _ = part.GetText();
        }
        if (part.Message is { } nested)
        {
            ReadAll(nested, part.HoldsMessage ? end : decoded.Length);
        }
    }

    /// <summary>Nothing in it can end a line: in a header, a log, a terminal.</summary>
    public static void IsOneLine(string? text) =>
        Ensure(text is null || !text.Any(c => (char.IsControl(c) && c != '\t') || c is '\u2028' or '\u2029'), $"a control character in \"{text}\"");

    /// <summary>A file of this name lies where it is put, on any system.</summary>
    public static void IsSafe(string name)
    {
        Ensure(name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= 240, $"length of \"{name}\"");
        Ensure(name.IndexOfAny(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) < 0 && !name.Any(char.IsControl), $"character in \"{name}\"");
        Ensure(name == name.Trim() && !name.EndsWith('.') && name[0] is not '~', $"ends of \"{name}\"");
        Ensure(Path.GetFileName(name) == name && name is not ("." or ".."), $"path in \"{name}\"");
        var stem = name.Split('.')[0].Trim().ToUpperInvariant();
        Ensure(stem is not ("CON" or "PRN" or "AUX" or "NUL" or "COM1" or "LPT1" or "COM9" or "LPT9" or "COM0"), $"device \"{name}\"");
    }

    private static void Ensure(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] Explanation what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what.ToString());
        }
    }

    /// <summary>The text of a failure. It's written only then, so it isn't counted among what reading a message allocates.</summary>
    [InterpolatedStringHandler]
    private readonly ref struct Explanation
    {
        private readonly StringBuilder? _text;

        public Explanation(int literalLength, int formattedCount, bool holds, out bool isNeeded)
        {
            isNeeded = !holds;
            _text = holds ? null : new StringBuilder(literalLength + (16 * formattedCount));
        }

        public void AppendLiteral(string text) => _text!.Append(text);

        public void AppendFormatted<T>(T value) => _text!.Append(value);

        public override string ToString() => $"{_text}";
    }
}
