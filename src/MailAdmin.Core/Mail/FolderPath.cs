using System.Text;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail;

/// <summary>
/// Paths of folders: parts separated by "/", a "/" in a name written "\/", a "\" before one of the two or at the end written
/// "\\".
/// </summary>
internal static class FolderPath
{
    /// <summary>The parts of a path, unescaped.</summary>
    /// <param name="path">Such as "Inbox/Invoices". A leading "/" is allowed.</param>
    /// <returns>The names from the top.</returns>
    /// <exception cref="InvalidRequestException">A part is empty.</exception>
    public static IReadOnlyList<string> Split(string path)
    {
        var parts = Parts(UnicodeText.Check(path.StartsWith('/') ? path[1..] : path));
        return parts.TrueForAll(p => p.Trim().Length > 0) ? parts
            : throw new InvalidRequestException("InvalidFolderPath", $"'{path}' contains an empty folder name.")
            {
                Target = path,
                Advice = "Specify a path as Inbox/Invoices. Write a slash in a name as \\/.",
            };
    }

    /// <summary>A path with one more part.</summary>
    /// <param name="parent">The path above; null or empty at the top.</param>
    /// <param name="name">The name as it is.</param>
    /// <returns>The longer path.</returns>
    public static string Join(string? parent, string name)
    {
        var escaped = Escape(name);
        return string.IsNullOrEmpty(parent) ? escaped : $"{parent}/{escaped}";
    }

    /// <summary>Puts names together.</summary>
    /// <param name="names">The names as they are, from the top.</param>
    /// <returns>The path.</returns>
    public static string Join(IEnumerable<string> names) => string.Join('/', names.Select(Escape));

    /// <summary>Returns the last name of a path from a server, of any form.</summary>
    /// <returns>The name, unescaped.</returns>
    public static string NameOf(string path) => Parts(path)[^1];

    // A backslash is doubled only if it would escape the next character, so that names stay readable.
    private static string Escape(string name)
    {
        var path = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            var escapes = name[i] == '\\' && (i + 1 == name.Length || name[i + 1] is '/' or '\\');
            path.Append(escapes || name[i] == '/' ? "\\" : "").Append(name[i]);
        }

        return path.ToString();
    }

    private static List<string> Parts(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '/' or '\\')
            {
                part.Append(text[++i]);
            }
            else if (text[i] == '/')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(text[i]);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }
}
