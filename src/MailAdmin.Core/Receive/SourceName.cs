using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Receive;

/// <summary>Returns the names of the state files of one folder of one mailbox.</summary>
internal static class SourceName
{
    private const int LongestPart = 40;

    /// <summary>Readable, and unique: "invoices@contoso.com-Inbox-1a2b3c4d".</summary>
    public static string Of(MailFolder folder) => $"{Plain(folder.Mailbox)}-{Plain(folder.Path)}-{Owner(folder)}";

    /// <summary>The unique part.</summary>
    public static string Owner(MailFolder folder) =>
        Hash($"{folder.Connection?.Protocol}\n{folder.Mailbox.ToUpperInvariant()}\n{folder.Id}");

    /// <summary>
    /// The owner of temporary files in the destination: the runs of a folder with one place of state. The lock doesn't exclude a
    /// run with another place, which therefore must not remove these files.
    /// </summary>
    /// <param name="statePath">The place of the state; null for one in the destination, which can be moved.</param>
    public static string Owner(MailFolder folder, string? statePath) => statePath is null ? Owner(folder)
        : $"{Owner(folder)}-{Hash(IsAddress(statePath) ? statePath : FullPath(statePath))}";

    /// <summary>Whether a place is no folder on disk.</summary>
    public static bool IsAddress(string place) => place.Contains("://", StringComparison.Ordinal);

    private static string FullPath(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static string Hash(string text) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8].ToLowerInvariant();

    private static string Plain(string text) =>
        string.Concat(text.Take(LongestPart).Select(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '_' ? c : '-'));
}
