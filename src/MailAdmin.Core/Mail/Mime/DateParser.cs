// Longer than 250 lines: one grammar (RFC 5322 section 3.3, obsolete forms included) in one place.
using System.Globalization;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Reads dates: RFC 5322 sections 3.3 and 4.3, and what else mailers write there: ctime's "Fri May  4 14:05:44 2001",
/// "04-May-2001", ISO 8601, no seconds, no zone (taken for UTC), zones by name.
/// </summary>
internal static class DateParser
{
    private const int MaxLength = 200;

    private static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, int> ZoneHours = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UT"] = 0, ["UTC"] = 0, ["GMT"] = 0, ["Z"] = 0, ["WET"] = 0,
        ["EST"] = -5, ["EDT"] = -4, ["CST"] = -6, ["CDT"] = -5, ["MST"] = -7, ["MDT"] = -6, ["PST"] = -8, ["PDT"] = -7,
        ["BST"] = 1, ["CET"] = 1, ["MET"] = 1, ["MEZ"] = 1, ["CEST"] = 2, ["MEST"] = 2, ["MESZ"] = 2, ["EET"] = 2, ["EEST"] = 3,
        ["MSK"] = 3, ["JST"] = 9, ["KST"] = 9,
    };

    /// <summary>The time a Date field tells; null when it tells none.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> raw)
    {
        Span<char> text = stackalloc char[MaxLength];
        var length = CopyWithoutComments(raw, text);
        var date = new Parts();
        foreach (var range in new TokenEnumerator(text[..length]))
        {
            date.Take(text[..length][range]);
        }
        return date.ToDate();
    }

    private static int CopyWithoutComments(ReadOnlySpan<byte> raw, Span<char> text)
    {
        var length = 0;
        for (var i = 0; i < raw.Length && length < text.Length; i++)
        {
            if (raw[i] == '(')
            {
                i = Comment.Skip(raw, i) - 1;
                if (length == 0 || text[length - 1] != ':')
                {
                    text[length++] = ' ';
                }
            }
            else
            {
                var c = raw[i] is > 0x20 and < 0x7F and not (byte)',' and not (byte)'"' ? (char)raw[i] : ' ';
                // RFC 5322 section 4.3: there may be blanks around the colons of a time.
                length = c == ':' ? text[..length].TrimEnd(' ').Length : length;
                if (c != ' ' || length == 0 || text[length - 1] != ':')
                {
                    text[length++] = c;
                }
            }
        }
        return length;
    }

    /// <summary>Words between blanks; a "T" between ISO 8601's date and time is a blank.</summary>
    private ref struct TokenEnumerator(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _end;

        public Range Current { get; private set; }

        public readonly TokenEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            var start = _end;
            while (start < _text.Length && (_text[start] == ' ' || IsSeparatorT(start)))
            {
                start++;
            }
            if (start == _text.Length)
            {
                return false;
            }
            _end = start;
            while (_end < _text.Length && _text[_end] != ' ' && !IsSeparatorT(_end))
            {
                _end++;
            }
            Current = start.._end;
            return true;
        }

        private readonly bool IsSeparatorT(int at) =>
            _text[at] == 'T' && at > 0 && at + 1 < _text.Length
            && char.IsAsciiDigit(_text[at - 1]) && char.IsAsciiDigit(_text[at + 1]);
    }

    private struct Parts
    {
        private int? _day, _month, _year;
        private TimeSpan? _time;
        private TimeSpan? _zone;
        private int _halfDay;

        public void Take(ReadOnlySpan<char> token)
        {
            if (_time is null && token.Contains(':') && char.IsAsciiDigit(token[0]))
            {
                // The zone may be glued to the time: "14:05:44+0200", "14:05:44Z".
                var end = token.IndexOfAnyExcept("0123456789:.");
                Time(end < 0 ? token : token[..end]);
                if (end > 0)
                {
                    Take(token[end..]);
                }
            }
            else if ((_time is not null || _year is not null) && token[0] is '+' or '-')
            {
                _zone ??= Offset(token);
            }
            else if (_time is null && _year is not null && _day is not null && token.Contains('.') && char.IsAsciiDigit(token[0]))
            {
                // "14.05.44", as some write after the date.
                Time(token);
            }
            else if (char.IsAsciiDigit(token[0]))
            {
                Numbers(token);
            }
            else
            {
                Word(token);
            }
        }

        private void Time(ReadOnlySpan<char> token)
        {
            Span<Range> fields = stackalloc Range[4];
            var count = token.SplitAny(fields, ":.");
            var hour = Number(token[fields[0]]);
            var minute = count > 1 ? Number(token[fields[1]]) : 0;
            var second = count > 2 ? Number(token[fields[2]]) : 0;
            if (hour is >= 0 and <= 24 && minute is >= 0 and <= 59 && second is >= 0 and <= 60)
            {
                // A leap second is the last one that DateTime knows.
                _time = new TimeSpan(hour.Value, minute.Value, Math.Min(second.Value, 59));
            }
        }

        // A day, a year, or both and a month: "04-May-2001", "2001-05-04", "5/4/2001".
        private void Numbers(ReadOnlySpan<char> token)
        {
            Span<Range> fields = stackalloc Range[4];
            var count = token.SplitAny(fields, "-/.", StringSplitOptions.RemoveEmptyEntries);
            if (count == 3 && Number(token[fields[0]]) is { } first && Number(token[fields[1]]) is { } middle
                && Number(token[fields[2]]) is { } last)
            {
                if (first > 31)
                {
                    (_year, _month, _day) = (first, middle, last);
                }
                else if (token.Contains('/') && first <= 12)
                {
                    (_month, _day, _year) = (first, middle, last);
                }
                else
                {
                    (_day, _month, _year) = (first, middle, last);
                }
                return;
            }
            for (var i = 0; i < count; i++)
            {
                var field = token[fields[i]];
                if (Number(field) is not { } number)
                {
                    Word(field);
                }
                else if (_day is null && number <= 31 && field.Length <= 2)
                {
                    _day = number;
                }
                else
                {
                    _year ??= field.Length switch
                    {
                        // RFC 5322 section 4.3.
                        <= 2 => number + (number < 50 ? 2000 : 1900),
                        3 => number + 1900,
                        _ => number,
                    };
                }
            }
        }

        private void Word(ReadOnlySpan<char> word)
        {
            for (var month = 0; month < Months.Length && word.Length >= 3; month++)
            {
                if (word.StartsWith(Months[month], StringComparison.OrdinalIgnoreCase))
                {
                    _month ??= month + 1;
                    return;
                }
            }
            if (word.Equals("AM", StringComparison.OrdinalIgnoreCase) || word.Equals("PM", StringComparison.OrdinalIgnoreCase))
            {
                _halfDay = (word[0] | 0x20) == 'a' ? 1 : 2;
                return;
            }
            var sign = word.IndexOfAny('+', '-');
            var name = sign < 0 ? word : word[..sign];
            if (_time is not null && name.Length <= 4 && ZoneHours.TryGetValue(name.ToString(), out var hours))
            {
                _zone ??= sign < 0 ? TimeSpan.FromHours(hours) : Offset(word[sign..]);
            }
        }

        private static TimeSpan? Offset(ReadOnlySpan<char> token)
        {
            Span<char> digits = stackalloc char[4];
            var count = 0;
            foreach (var c in token[1..])
            {
                if (char.IsAsciiDigit(c) && count < 4)
                {
                    digits[count++] = c;
                }
                else if (c != ':')
                {
                    break;
                }
            }
            if (Number(digits[..count]) is not { } number)
            {
                return null;
            }
            var minutes = count <= 2 ? number * 60 : number / 100 * 60 + number % 100;
            return TimeSpan.FromMinutes(token[0] == '-' ? -minutes : minutes);
        }

        private static int? Number(ReadOnlySpan<char> digits) =>
            digits.Length is > 0 and <= 6 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

        public readonly DateTimeOffset? ToDate()
        {
            if (_day is not { } day || _month is not { } month || _year is not { } year
                || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            {
                return null;
            }
            var time = _time ?? TimeSpan.Zero;
            if (_halfDay != 0 && time.Hours <= 12)
            {
                time = new TimeSpan(time.Hours % 12 + (_halfDay == 2 ? 12 : 0), time.Minutes, time.Seconds);
            }
            var zone = _zone ?? TimeSpan.Zero;
            var ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).Ticks + time.Ticks;
            var utc = ticks - zone.Ticks;
            if (ticks > DateTime.MaxValue.Ticks || utc < 0 || utc > DateTime.MaxValue.Ticks)
            {
                return null;
            }
            // DateTimeOffset knows no zone beyond 14 hours; the moment counts, so tell it in UTC.
            return zone.Duration() <= TimeSpan.FromHours(14) ? new(ticks, zone) : new DateTimeOffset(utc, TimeSpan.Zero);
        }
    }
}
