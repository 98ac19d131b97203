using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit.Utils;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Reads dates: RFC 5322 sections 3.3 and 4.3, with MimeKit. Other forms that mailers write are converted first: ISO 8601,
/// "04-May-2001", "4.5.2001 14.05", zones without a space before them, without minutes, or with European names.
/// </summary>
internal static partial class DateParser
{
    private const int LongestDate = 200;

    private const int LongestUsual = 40;

    private static readonly string[] Usual = ["ddd, d MMM yyyy HH:mm:ss zzz", "d MMM yyyy HH:mm:ss zzz"];

    private static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames;

    private static readonly Dictionary<string, string> Zones = new()
    {
        ["WET"] = "+0000", ["BST"] = "+0100", ["CET"] = "+0100", ["MET"] = "+0100", ["MEZ"] = "+0100", ["CEST"] = "+0200",
        ["MEST"] = "+0200", ["MESZ"] = "+0200", ["EET"] = "+0200", ["EEST"] = "+0300", ["MSK"] = "+0300", ["JST"] = "+0900",
        ["KST"] = "+0900",
    };

    /// <summary>Returns the time in a Date field; null if it has none.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> raw)
    {
        if (TryUsual(raw.Trim(" \t\r\n"u8), out var usual))
        {
            return usual;
        }

        var plain = Comment.Without(raw[..Math.Min(raw.Length, 4 * LongestDate)], out _);
        var text = Encoding.ASCII.GetString(plain[..Math.Min(plain.Length, LongestDate)]).ToUpperInvariant();
        text = Blank().Replace(text, " ").Trim();
        text = AroundColon().Replace(text, ":");
        text = Iso().Replace(text, static m => Named(m.Groups[3].Value, m.Groups[2].Value, m.Groups[1].Value));
        text = DayFirst().Replace(text, static m => Named(m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value));
        text = MonthFirst().Replace(text, static m => Named(m.Groups[2].Value, m.Groups[1].Value, m.Groups[3].Value));
        text = Dashes().Replace(text, static m => $"{m.Groups[1].Value} {m.Groups[2].Value} {WholeYear(m.Groups[3].Value)}");
        text = text.Contains(':', StringComparison.Ordinal)
            ? text
            : Dots().Replace(
                text, static m => $"{m.Groups[1].Value}:{m.Groups[2].Value}:{m.Groups[4].Value.PadLeft(2, (char)48)}");
        text = Fraction().Replace(text, "$1");
        text = GluedZone().Replace(text, "$1 ");
        text = ZoneName().Replace(text, static m => Zones.GetValueOrDefault(m.Value, m.Value));
        text = ZoneOffset()
            .Replace(text, static m => $" {m.Groups[1].Value}{m.Groups[2].Value}{m.Groups[4].Value.PadLeft(2, '0')}");
        text = ShortYear().Replace(text, static m => $"{m.Groups[1].Value} {WholeYear(m.Groups[2].Value)}");
        var far = FarZone().Match(text);
        text = far.Success ? text[..far.Index] + " +0000" : text;
        try
        {
            if (YearOfOld().IsMatch(text) || !DateUtils.TryParse(text, out var date))
            {
                return null;
            }

            date = text.Contains(" 24:", StringComparison.Ordinal) ? date.AddDays(1) : date;
            return far.Success ? date - Offset(far.Groups[1].Value) : date;
        }
        catch (ArgumentOutOfRangeException)
        {
            // At the ends of the calendar.
            return null;
        }
    }

    /// <summary>Reads the form of most dates. Every other date takes fourteen regular expressions.</summary>
    private static bool TryUsual(ReadOnlySpan<byte> raw, out DateTimeOffset date)
    {
        date = default;
        return raw.Length < LongestUsual
            && DateTimeOffset.TryParseExact(
                Encoding.ASCII.GetString(raw), Usual, CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
            && date.Year >= 1000;
    }

    private static string Named(string day, string month, string year) =>
        int.Parse(month, CultureInfo.InvariantCulture) is var number and >= 1 and <= 12
            ? $"{day} {Months[number - 1]} {year} "
            : "";

    // RFC 5322 section 4.3.
    private static int WholeYear(string digits) => int.Parse(digits, CultureInfo.InvariantCulture) switch
    {
        < 50 when digits.Length == 2 => 2000 + int.Parse(digits, CultureInfo.InvariantCulture),
        < 1000 and var year when digits.Length < 4 => 1900 + year,
        var year => year,
    };

    // DateTimeOffset has no zone beyond 14 hours, so the time is converted.
    private static TimeSpan Offset(string zone)
    {
        var number = int.Parse(zone.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
        var offset = TimeSpan.FromMinutes((number / 100 * 60) + (number % 100));
        return zone[0] == '-' ? -offset : offset;
    }

    [GeneratedRegex(@"[\s,""\x7F-\uFFFF]+")]
    private static partial Regex Blank();

    [GeneratedRegex(" ?: ?")]
    private static partial Regex AroundColon();

    [GeneratedRegex(@"\b(\d{4})-(\d{1,2})-(\d{1,2})(T|\b)")]
    private static partial Regex Iso();

    [GeneratedRegex(@"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")]
    private static partial Regex DayFirst();

    [GeneratedRegex(@"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")]
    private static partial Regex MonthFirst();

    [GeneratedRegex(@"\b(\d{1,2})-([A-Z]{3,9})-(\d{2,4})\b")]
    private static partial Regex Dashes();

    [GeneratedRegex(@"\b(\d{1,2})\.(\d{2})(\.(\d{2}))?\b")]
    private static partial Regex Dots();

    [GeneratedRegex(@"(:\d{2})\.\d+")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"(:\d{2})(?=[+\-A-Z])")]
    private static partial Regex GluedZone();

    [GeneratedRegex(@"(?<= )[A-Z]{3,4}$|(?<= )[A-Z]{3,4}(?= \d{4}$)")]
    private static partial Regex ZoneName();

    [GeneratedRegex(@" (?:GMT|UTC|UT)?([+-])(\d{2})(:?(\d{2}))?(?=$| )")]
    private static partial Regex ZoneOffset();

    [GeneratedRegex(@"(\b[A-Z]{3,9}) (\d{3})\b")]
    private static partial Regex ShortYear();

    [GeneratedRegex(@" ([+-](?:1[4-9]|[2-9]\d)\d\d)$")]
    private static partial Regex FarZone();

    [GeneratedRegex(@"[A-Z] 0\d{3}\b")]
    private static partial Regex YearOfOld();
}
