using System.Text;

namespace MailAdmin.Core.Files;

/// <summary>The one way to read a small file of text or JSON, whoever wrote it with whatever editor.</summary>
internal static class TextFile
{
    /// <summary>
    /// Reads a file as a whole: UTF-8, or UTF-16 or UTF-32 where a byte order mark says so. Meanwhile another process may replace
    /// the file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The text, without the mark.</returns>
    /// <exception cref="IOException">It can't be read.</exception>
    public static string Read(string path)
    {
        using var reader = new StreamReader(
            FileSystem.OpenRead(path, bufferSize: 4096), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
