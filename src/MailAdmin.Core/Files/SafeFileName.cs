using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Files;

/// <summary>
/// Converts names from senders to file names that are valid on Windows, Linux, and macOS, and that can't leave their folder.
/// </summary>
/// <remarks>https://learn.microsoft.com/windows/win32/fileio/naming-a-file</remarks>
internal static class SafeFileName
{
    /// <summary>Bytes of UTF-8; less than the 255 of file systems, so that there is room for a suffix.</summary>
    private const int MaxBytes = 200;

    private const int MaxExtensionBytes = 32;

    private static readonly Dictionary<string, string> Extensions = new(StringComparer.Ordinal)
    {
        ["text/plain"] = ".txt", ["text/html"] = ".html", ["text/calendar"] = ".ics", ["text/csv"] = ".csv",
        ["text/xml"] = ".xml",
        ["application/pdf"] = ".pdf", ["application/xml"] = ".xml", ["application/json"] = ".json", ["application/zip"] = ".zip",
        ["application/ms-tnef"] = ".dat", ["application/pkcs7-mime"] = ".p7m", ["application/pkcs7-signature"] = ".p7s",
        ["application/pgp-signature"] = ".asc", ["image/jpeg"] = ".jpg", ["image/png"] = ".png", ["image/gif"] = ".gif",
        ["image/tiff"] = ".tif", ["message/rfc822"] = ".eml", ["message/global"] = ".eml",
    };

    /// <summary>Returns a safe name.</summary>
    /// <param name="name">The name from the sender, decoded; null if there is none.</param>
    /// <param name="mediaType">The media type, which determines the extension of a generated name.</param>
    /// <returns>A name without folders, never empty.</returns>
    public static string From(string? name, string mediaType)
    {
        var safe = Trim(Compose(LastSegment(name ?? "")));
        if (safe.Length == 0)
        {
            return "attachment" + Extensions.GetValueOrDefault(mediaType, ".bin");
        }
        return Shorten(IsDevice(safe) ? "_" + safe : safe);
    }

    /// <summary>
    /// Returns the maximum length of a file name in a folder. On Windows, Explorer and many programs don't open paths of 260
    /// characters or more.
    /// </summary>
    /// <param name="folder">The folder's full path.</param>
    /// <param name="isWindows">Whether it is for Windows; other systems have no such limit.</param>
    /// <returns>The length without a number after the name, and at least that of a short name.</returns>
    /// <remarks>https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation</remarks>
    public static int RoomIn(string folder, bool isWindows)
    {
        const int Longest = 259, Number = 7, Least = 24;
        return isWindows ? Math.Max(Longest - folder.Length - 1 - Number, Least) : int.MaxValue;
    }

    /// <summary>Shortens a safe name but keeps its extension.</summary>
    /// <param name="name">The name.</param>
    /// <param name="room">The maximum length.</param>
    public static string Fit(string name, int room)
    {
        if (name.Length <= room)
        {
            return name;
        }

        var extension = Path.GetExtension(name);
        extension = extension.Length <= room / 2 ? extension : "";
        var length = room - extension.Length;
        // No half of a character.
        return name[..(char.IsHighSurrogate(name[length - 1]) ? length - 1 : length)].TrimEnd('.', ' ') + extension;
    }

    /// <summary>Returns a key that is equal for names that some file systems treat as the same.</summary>
    internal static string Fold(string name) => Compose(name).ToUpperInvariant();

    // Names that look the same must be the same. Normalize throws at invalid code points; Replace removes them.
    private static string Compose(string name) => Replace(name).Normalize(NormalizationForm.FormC);

    private static string LastSegment(string name)
    {
        var segment = name.AsSpan().TrimEnd("/\\ ");
        segment = segment[(segment.LastIndexOfAny('/', '\\') + 1)..];
        // Normalization takes longer for longer names, and the middle of such a name is cut off later.
        return segment.Length <= MaxBytes * 2 ? segment.ToString() : string.Concat(segment[..MaxBytes], segment[^MaxBytes..]);
    }

    private static string Replace(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                // Bidirectional marks and zero-width characters only disguise a name ("exe.txt" for "txt.exe").
                case UnicodeCategory.Format:
                    break;
                case UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    safe.Append('_');
                    break;
                case UnicodeCategory.SpaceSeparator:
                    safe.Append(' ');
                    break;
                default:
                    safe.Append(IsReserved(rune.Value) ? "_" : rune.Value is 0xFF0E or 0x2024 or 0xFE52 ? "." : rune.ToString());
                    break;
            }
        }
        return safe.ToString();
    }

    // Characters that Windows doesn't allow, and those that a conversion to a code page of Windows turns into them.
    private static bool IsReserved(int c) => c is '<' or '>' or ':' or '"' or '/' or '\\' or '|' or '?' or '*'
        or 0xFF1C or 0xFF1E or 0xFF1A or 0xFF02 or 0xFF0F or 0xFF3C or 0xFF5C or 0xFF1F or 0xFF0A
        or 0x2044 or 0x2215 or 0x2216 or 0x29F5 or 0x29F8 or 0x2236 or 0xA789 or 0xFE68 or 0xFFFD;

    // Windows drops dots and spaces at the end; a "~" at the start means the home folder to a shell, and "-" an option.
    private static string Trim(string name)
    {
        name = name.Trim().TrimEnd('.', ' ');
        if (name.AsSpan().IndexOfAnyExcept("._ ~-") < 0)
        {
            return "";
        }
        return name[0] is '~' or '-' ? "_" + name[1..] : name;
    }

    private static bool IsDevice(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var stem = (dot < 0 ? name : name[..dot]).Trim().ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$" or "CLOCK$"
            || (stem.Length == 4 && stem[..3] is "COM" or "LPT"
                && (char.IsAsciiDigit(stem[3]) || stem[3] is '\u00B9' or '\u00B2' or '\u00B3'));
    }

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
        {
            return name;
        }
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 && Encoding.UTF8.GetByteCount(name.AsSpan(dot)) <= MaxExtensionBytes ? name[dot..] : "";
        var room = MaxBytes - Encoding.UTF8.GetByteCount(extension);
        var stem = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }
            stem.Append(rune.ToString());
        }
        return stem.ToString().TrimEnd('.', ' ') + extension;
    }
}
