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
        text = UnusualForms.All.Aggregate(text, static (rest, form) => form.Form.Replace(rest, form.Good).Trim());
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

    /// <summary>Reads the form of most dates. Every other date takes a dozen regular expressions.</summary>
    private static bool TryUsual(ReadOnlySpan<byte> raw, out DateTimeOffset date)
    {
        date = default;
        return raw.Length < LongestUsual
            && DateTimeOffset.TryParseExact(
                Encoding.ASCII.GetString(raw), Usual, CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
            && date.Year >= 1000;
    }

    private static string Named(Match date) =>
        int.Parse(date.Groups["m"].Value, CultureInfo.InvariantCulture) is var month and >= 1 and <= 12
            ? date.Result($"${{d}} {Months[month - 1]} ${{y}} ")
            : "";

    private static string TwoDigits(Group digits) => digits.Value.PadLeft(2, '0');

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

    private static Regex Form(string pattern) => new(pattern, RegexOptions.CultureInvariant);

    [GeneratedRegex(@" ([+-](?:1[4-9]|[2-9]\d)\d\d)$")]
    private static partial Regex FarZone();

    [GeneratedRegex(@"[A-Z] 0\d{3}\b")]
    private static partial Regex YearOfOld();

    /// <summary>
    /// Forms that MimeKit refuses or misreads, and what it reads instead, in this order. The class is initialized only at the
    /// first unusual date.
    /// </summary>
    private static class UnusualForms
    {
        public static readonly (Regex Form, MatchEvaluator Good)[] All =
        [
            (Form(@"[\s,""\x7F-\uFFFF]+"), static _ => " "),
            (Form(" ?: ?"), static _ => ":"),
            // ISO 8601, "4.5.2001", "5/4/2001", "04-May-01"
            (Form(@"\b(?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})(?:T|\b)"), Named),
            (Form(@"\b(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})\b"), Named),
            (Form(@"\b(?<m>\d{1,2})/(?<d>\d{1,2})/(?<y>\d{4})\b"), Named),
            (Form(@"\b(\d{1,2})-([A-Z]{3,9})-(\d{2,4})\b"), static m => m.Result("$1 $2 ") + WholeYear(m.Groups[3].Value)),
            // "14.05.44", "14:05:44.123", "14:05:44+0200", "MESZ", "GMT+02:00", "101" as a year
            (Form(@"(?<!:.*)\b(\d{1,2})\.(\d{2})(?:\.(\d{2}))?\b(?!.*:)"),
                static m => m.Result("$1:$2:") + TwoDigits(m.Groups[3])),
            (Form(@"(:\d{2})\.\d+"), static m => m.Result("$1")),
            (Form(@"(:\d{2})(?=[+\-A-Z])"), static m => m.Result("$1 ")),
            (Form(@"(?<= )[A-Z]{3,4}$|(?<= )[A-Z]{3,4}(?= \d{4}$)"), static m => Zones.GetValueOrDefault(m.Value, m.Value)),
            (Form(@" (?:GMT|UTC|UT)?([+-]\d{2})(?::?(\d{2}))?(?=$| )"), static m => m.Result(" $1") + TwoDigits(m.Groups[2])),
            (Form(@"(\b[A-Z]{3,9}) (\d{3})\b"), static m => m.Result("$1 ") + WholeYear(m.Groups[2].Value)),
        ];
    }
}
