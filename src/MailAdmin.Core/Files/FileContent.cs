namespace MailAdmin.Core.Files;

/// <summary>Compares the content of files.</summary>
internal static class FileContent
{
    /// <summary>Whether two files have the same octets.</summary>
    /// <param name="path">A file.</param>
    /// <param name="other">Another; a link, or what can't be read, is never the same.</param>
    public static bool Equal(string path, string other)
    {
        var (left, right) = (new FileInfo(path), new FileInfo(other));
        if (!left.Exists || !right.Exists || right.LinkTarget is not null || left.Length != right.Length)
        {
            return false;
        }

        try
        {
            using var one = FileSystem.OpenRead(path, FileShare.Read);
            using var two = FileSystem.OpenRead(other, FileShare.ReadWrite | FileShare.Delete);
            var (a, b) = (new byte[64 * 1024], new byte[64 * 1024]);
            while (true)
            {
                var read = one.ReadAtLeast(a, a.Length, throwOnEndOfStream: false);
                if (two.ReadAtLeast(b, b.Length, throwOnEndOfStream: false) != read
                    || !a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, read)))
                {
                    return false;
                }

                if (read < a.Length)
                {
                    return true;
                }
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return false;
        }
    }
}
