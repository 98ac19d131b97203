using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace MailAdmin.Core.Report;

/// <summary>
/// A piece of HTML. It is written as an interpolated string, whose text is markup and whose holes are content: content is always
/// encoded, so no name, subject or answer of a service can become markup.
/// </summary>
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string _markup;

    private Html(string markup) => _markup = markup;

    public static Html Empty { get; } = new("");

    /// <summary>Markup with content in it.</summary>
    public static Html Of(Writer writer) => new(writer.Done());

    /// <summary>Pieces one after the other.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(p => p._markup)));

    /// <summary>The built-in style sheet, without content.</summary>
    public static Html Style(string css) => new($"<style>{css}</style>");

    public override string ToString() => _markup;

    /// <summary>
    /// Returns content as text of a page. Invisible characters, and those that change the direction of text, are shown as a
    /// replacement character.
    /// </summary>
    internal static string Encode(string content)
    {
        var safe = new StringBuilder(content.Length);
        foreach (var rune in content.EnumerateRunes())
        {
            safe.Append(IsInvisible(rune) ? "\uFFFD" : rune.ToString());
        }

        return Encoder.Encode(safe.ToString());
    }

    private static bool IsInvisible(Rune rune) => rune.Value is not ('\n' or '\t') && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Takes an interpolated string apart.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Writer
    {
        private readonly StringBuilder _markup;

        public Writer(int literalLength, int holes) => _markup = new StringBuilder(literalLength + (holes * 16));

        public void AppendLiteral(string markup) => _markup.Append(markup);

        public void AppendFormatted(Html piece) => _markup.Append(piece._markup);

        public void AppendFormatted(IEnumerable<Html> pieces)
        {
            foreach (var piece in pieces)
            {
                _markup.Append(piece._markup);
            }
        }

        public void AppendFormatted(string? content) => _markup.Append(Encode(content ?? ""));

        public void AppendFormatted(int content) => _markup.Append(content.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(Enum content) => AppendFormatted(content.ToString());

        public void AppendFormatted(DateTimeOffset content, string format) =>
            AppendFormatted(content.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));

        public string Done() => _markup.ToString();
    }
}
