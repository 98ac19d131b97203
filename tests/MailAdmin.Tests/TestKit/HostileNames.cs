namespace MailAdmin.Tests.TestKit;

/// <summary>Two hundred texts that others may choose as a name, an address, or an ID, each awkward for something.</summary>
internal static class HostileNames
{
    private static readonly string[] Pieces =
    [
        ".", "..", "../..", "..\\..", "/", "\\", "a/b", "/etc/passwd", "C:\\Windows", "~", "%2e%2e", "%2F", "%", "%00", "%0d%0a",
        "?", "?$top=1", "#", "&", "&$filter=", "=", ";", ":", "@", "*", "(", ")", "()", "a(b)", "(id='x')", "$count", "$batch", "$value", "microsoft.graph.delta",
        "'", "''", "' or 1 eq 1 or '", "') or ('", "x' eq 'x", "\"", "\"\"", "\" OR \"", "`", "$(Get-Date)", "${env:PATH}", "{0}", "{{0}}", "%s%n", "{", "}",
        "\r\n", "\n", "\r", "a\r\nBcc: evil@example.com", "a\r\nX: y\r\n\r\nbody", "\0", "a\0b", "\t", " ", "  a  ", "\u00a0", "\u200b", "\u202eexe.txt", "\u2066", "\ufeff", "\ufffd",
        "\x01", "\x1b[31m", "\x7f", "\u0085", "\u2028", "ä", "a\u0308", "İ", "ß", "ﬀ", "Ａ", "\U0001f600", "\ud800", "\udc00",
        "<script>alert(1)</script>", "<!--", "]]>", "&lt;", "&#x0;", "javascript:alert(1)", "<a@b>", "a@b@c", "a@", "@b", "a b@c", "\"a b\"@c", "a@[127.0.0.1]", "a,b", "a;b",
        "INBOX", "inbox", "{5}", "{5}\r\nhello", "{5+}\r\nhello", "\" \"", "A1 LOGOUT", "a\" LOGOUT", "&AC8-", "&", "&-", "&AGE", "~peter", "*", "%", "\\Seen", "(\\Deleted)",
        "NIL", "null", "true", "0", "-1", "1e999", "undefined", "NaN", "CON", "NUL.txt", "aux", "a.", "a ", "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}",
        "-Identity", "--", "-eq", "$true", "$null", "@{a=1}", "@odata.type", "@odata.id", "[a]", "[", "]", "^", "|", "||", "!", "~~~", "+", "<", ">",
    ];

    /// <summary>The texts that this run sends to one place, such as a parameter or a field.</summary>
    public static IReadOnlyList<string> For(string place, IReadOnlyList<string> texts) => Sweep.For(place, texts, turns: 16);

    /// <summary>The texts.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Pieces.Distinct(StringComparer.Ordinal).Concat(
        [
            new string('a', 300), new string('a', 5000), new string('/', 300), new string('\'', 300), new string('(', 300), new string('.', 300),
            string.Concat(Enumerable.Repeat("a@", 200)), string.Concat(Enumerable.Repeat("ä", 300)), string.Concat(Enumerable.Repeat("\r\n", 100)),
        ]).Concat(Pieces.Distinct(StringComparer.Ordinal).Select(p => $"a{p}b")).Distinct(StringComparer.Ordinal).Take(200),
    ];
}
