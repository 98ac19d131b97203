using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>How a body is encoded for transport: RFC 2045 section 6.</summary>
internal enum TransferEncoding
{
    /// <summary>7bit, 8bit, binary, or something unknown: as it is.</summary>
    Identity,
    /// <summary>RFC 2045 section 6.8.</summary>
    Base64,
    /// <summary>RFC 2045 section 6.7.</summary>
    QuotedPrintable,
    /// <summary>The "x-uuencode" of old mailers.</summary>
    UUEncode,
}

/// <summary>
/// Undoes a transfer encoding: bytes in as they come, bytes out. It takes anything; what can't be decoded is skipped or kept
/// as it is, whichever loses less.
/// </summary>
internal abstract class ContentDecoder
{
    /// <summary>Decodes the next bytes.</summary>
    public abstract void Write(ReadOnlySpan<byte> input, IBufferWriter<byte> output);

    /// <summary>Gives out what was waiting for more.</summary>
    public virtual void Finish(IBufferWriter<byte> output) { }

    public static ContentDecoder For(TransferEncoding encoding) => encoding switch
    {
        TransferEncoding.Base64 => new Base64Decoder(),
        TransferEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
        TransferEncoding.UUEncode => new UuDecoder(),
        _ => new IdentityDecoder(),
    };

    /// <summary>Reads the value of Content-Transfer-Encoding; what follows the name is ignored.</summary>
    public static TransferEncoding Parse(ReadOnlySpan<char> value)
    {
        value = value.Trim("\"' \t");
        if (value.IndexOfAny(" \t;,(\"") is var end and >= 0)
        {
            value = value[..end];
        }
        return value switch
        {
            _ when Is(value, "base64") || Is(value, "base-64") || Is(value, "b64") => TransferEncoding.Base64,
            _ when Is(value, "quoted-printable") || Is(value, "quotedprintable") => TransferEncoding.QuotedPrintable,
            _ when Is(value, "x-uuencode") || Is(value, "uuencode") || Is(value, "x-uue") || Is(value, "uue") =>
                TransferEncoding.UUEncode,
            _ => TransferEncoding.Identity,
        };

        static bool Is(ReadOnlySpan<char> value, string name) => value.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The value of a hexadecimal digit; -1 when it is none.</summary>
    public static int HexDigit(byte c) => Hex[c];

    private static readonly sbyte[] Hex = MakeHex();

    private static sbyte[] MakeHex()
    {
        var hex = new sbyte[256];
        for (var c = 0; c < hex.Length; c++)
        {
            hex[c] = (sbyte)(char.IsAsciiHexDigit((char)c) ? (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10) : -1);
        }
        return hex;
    }
}

internal sealed class IdentityDecoder : ContentDecoder
{
    public override void Write(ReadOnlySpan<byte> input, IBufferWriter<byte> output) => output.Write(input);
}
