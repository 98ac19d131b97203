using System.Text;

namespace MailAdmin.Core.Imap;

/// <summary>Paths as <see cref="MailFolder.Path"/> has them: parts separated by "/", a "/" within a part written "\/".</summary>
internal static class FolderPath
{
    /// <summary>What INBOX is called in a path, as over Graph.</summary>
    public const string Inbox = "Inbox";

    /// <summary>Makes a path from a server's name.</summary>
    /// <param name="name">The name as text.</param>
    /// <param name="separator">The server's separator; null when it has none.</param>
    /// <returns>The path.</returns>
    public static string FromName(string name, char? separator)
    {
        var parts = separator is { } c ? name.Split(c) : [name];
        if (string.Equals(parts[0], MailboxName.Inbox.Octets, StringComparison.OrdinalIgnoreCase))
        {
            parts[0] = Inbox;
        }

        return string.Join('/', parts.Select(static part => part.Replace("/", @"\/", StringComparison.Ordinal)));
    }

    /// <summary>Takes a path apart.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Its parts, with nothing escaped; none is empty.</returns>
    public static IReadOnlyList<string> Split(string path)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i <= path.Length; i++)
        {
            if (i == path.Length || path[i] == '/')
            {
                if (part.Length > 0)
                {
                    parts.Add(part.ToString());
                }

                part.Clear();
            }
            else if (path[i] == '\\' && i + 1 < path.Length && path[i + 1] == '/')
            {
                part.Append(path[++i]);
            }
            else
            {
                part.Append(path[i]);
            }
        }

        return parts;
    }

    /// <summary>Puts parts together.</summary>
    /// <param name="parts">With nothing escaped.</param>
    /// <returns>The path.</returns>
    public static string Join(IEnumerable<string> parts) =>
        string.Join('/', parts.Select(static part => part.Replace("/", @"\/", StringComparison.Ordinal)));
}
