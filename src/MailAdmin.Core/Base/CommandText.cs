namespace MailAdmin.Core.Base;

/// <summary>Values as they are written on a command line of PowerShell.</summary>
/// <remarks>https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules</remarks>
internal static class CommandText
{
    /// <summary>The characters that end a text in single quotation marks: PowerShell takes the typographic ones, too.</summary>
    private const string Quotes = "'\u2018\u2019\u201A\u201B";

    /// <summary>A value, in quotation marks if it needs them.</summary>
    public static string Of(string value) => value.Length > 0 && value[0] is not ('-' or '@') && value.All(IsPlain)
        ? value
        : $"'{string.Concat(value.Select(c => Quotes.Contains(c, StringComparison.Ordinal) ? $"{c}{c}" : $"{c}"))}'";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '@' or '/';
}
