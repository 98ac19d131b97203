using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Receive;

/// <summary>What the files that keep the memory of one folder of one mailbox are called.</summary>
internal static class SourceName
{
    private const int LongestPart = 40;

    /// <summary>Readable, and unique: "invoices@contoso.com-Inbox-1a2b3c4d".</summary>
    public static string Of(MailFolder folder) => $"{Plain(folder.Mailbox)}-{Plain(folder.Path)}-{Owner(folder)}";

    /// <summary>The part that makes it unique.</summary>
    public static string Owner(MailFolder folder)
    {
        var identity = $"{folder.Connection?.Protocol}\n{folder.Mailbox.ToUpperInvariant()}\n{folder.Id}";
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..8].ToLowerInvariant();
    }

    private static string Plain(string text) =>
        string.Concat(text.Take(LongestPart).Select(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '_' ? c : '-'));
}
