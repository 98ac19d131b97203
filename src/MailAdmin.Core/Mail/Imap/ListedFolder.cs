using System.Text;
using System.Text.RegularExpressions;
using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Represents a folder in a LIST response.</summary>
/// <param name="Id">
/// Its name as text, with the server's own separators; where one of them belongs to a name, as the server wrote it.
/// </param>
/// <param name="Path">As <see cref="MailFolder.Path"/>.</param>
/// <param name="WellKnownName">As <see cref="MailFolder.WellKnownName"/>.</param>
/// <param name="CanSelect">False for one that only holds other folders.</param>
internal sealed partial record ListedFolder(string Id, string Path, string? WellKnownName, bool CanSelect)
{
    /// <summary>
    /// The Inbox, which every server has, listed in any case (RFC 9051 section 5.1). Its path is the same as over Graph.
    /// </summary>
    public static ListedFolder Inbox { get; } = new("INBOX", "Inbox", "inbox", CanSelect: true);

    /// <summary>Whether a name is the Inbox's.</summary>
    public static bool IsInbox(string id) => string.Equals(id, Inbox.Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Reads a folder from MailKit. Its well-known name is from its attributes; <see cref="SpecialFolders"/> determines the final
    /// one.
    /// </summary>
    public static ListedFolder From(IMailFolder folder)
    {
        var names = NamesOf(folder);
        var path = PathOf(names);
        var wellKnown = path == Inbox.Path ? Inbox.WellKnownName : SpecialFolders.Of(folder.Attributes);
        // The state of the Inbox is stored by its name.
        var id = IsInbox(folder.FullName) ? Inbox.Id
            : HasSeparator(names, folder.DirectorySeparator) ? ((StreamingFolder)folder).EncodedName : folder.FullName;
        var isClosed = (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) != 0;
        return new ListedFolder(id, path, wellKnown, !isClosed);
    }

    /// <summary>Creates a path from a server's name.</summary>
    /// <param name="separator">The server's separator; NUL if it has none.</param>
    public static string PathOf(string name, char separator) => PathOf(separator == '\0' ? [name] : name.Split(separator));

    /// <summary>Returns whether an ID can be a name as the server wrote it.</summary>
    public static bool MayBeEncoded(string id) => Encoded().IsMatch(id);

    private static bool HasSeparator(string[] names, char separator) =>
        separator != '\0' && Array.Exists(names, name => name.Contains(separator, StringComparison.Ordinal));

    private static string PathOf(string[] names) => FolderPath.Join(IsInbox(names[0]) ? [Inbox.Path, .. names[1..]] : names);

    /// <summary>
    /// Returns the names of a folder and its parents. MailKit decodes a path as a whole, so an encoded separator in a name looks
    /// like one between two names. The server's encoded path distinguishes them.
    /// </summary>
    private static string[] NamesOf(IMailFolder folder)
    {
        var (name, separator) = (folder.FullName, folder.DirectorySeparator);
        if (separator == '\0')
        {
            return [name];
        }

        string[] levels = folder is StreamingFolder { EncodedName: var encoded }
            && encoded.AsSpan().Count(separator) < name.AsSpan().Count(separator)
                ? [.. encoded.Split(separator).Select(static level => Encoded().Replace(level, Decode))] : [];
        return levels.Length > 0 && string.Join(separator, levels) == name ? levels : name.Split(separator);
    }

    // RFC 3501 section 5.1.3: UTF-16 in base64, with "," for "/" and no padding.
    private static string Decode(Match encoded)
    {
        var text = encoded.Groups[1].Value.Replace(',', '/');
        var octets = new byte[text.Length];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return text.Length > 0 && Convert.TryFromBase64String(padded, octets, out var count)
            ? Encoding.BigEndianUnicode.GetString(octets, 0, count)
            : "&";
    }

    [GeneratedRegex("&([A-Za-z0-9+,]*)-", RegexOptions.NonBacktracking)]
    private static partial Regex Encoded();
}
