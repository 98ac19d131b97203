using System.Text;

namespace MailAdmin.Core.Files;

/// <summary>Reads small files of text or JSON, from any editor; the only class that does.</summary>
internal static class TextFile
{
    /// <summary>
    /// Reads a whole file: UTF-8, or UTF-16 or UTF-32 if it has a byte order mark. Another process can replace the file during
    /// the read.
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
