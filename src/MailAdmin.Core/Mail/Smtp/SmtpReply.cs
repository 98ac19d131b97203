using System.Globalization;
using System.Text.RegularExpressions;
using MailKit.Net.Smtp;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>
/// Represents a server's response: RFC 5321 section 4.2, with the enhanced status code of RFC 3463 if it has one.
/// </summary>
/// <param name="Code">The three digits.</param>
/// <param name="Status">The enhanced status code; null if there is none.</param>
/// <param name="Text">The readable text, in one line, with the enhanced status code.</param>
internal sealed partial record SmtpReply(int Code, string? Status, string Text)
{
    /// <summary>Whether the command succeeded, or requires more data.</summary>
    public bool IsGood => Code is >= 200 and < 400;

    /// <summary>The enhanced status code, or the three digits.</summary>
    public string BestCode => Status ?? Code.ToString(CultureInfo.InvariantCulture);

    public static SmtpReply Of(SmtpResponse response) => Of((int)response.StatusCode, response.Response);

    /// <summary>Reads the digits and the text after them.</summary>
    public static SmtpReply Of(int code, string text)
    {
        var line = Blanks().Replace(string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c)), " ").Trim();
        var status = EnhancedStatus().Match(line);
        return new SmtpReply(code, status.Success ? status.Groups[1].Value : null, line);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} {Text}");

    [GeneratedRegex(@"^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EnhancedStatus();

    [GeneratedRegex(@" {2,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}
