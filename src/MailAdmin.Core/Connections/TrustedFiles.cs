using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Connections;

/// <summary>
/// Records the connection files that this user trusts, each with its content. A file that was changed since isn't trusted.
/// </summary>
/// <param name="path">The file of the record.</param>
internal sealed class TrustedFiles(string path)
{
    /// <summary>Those of this user.</summary>
    public static TrustedFiles OfUser { get; } =
        new(Path.Combine(Path.GetDirectoryName(ConnectionFile.DefaultPath)!, "trusted-files.json"));

    /// <summary>Returns whether a file with this content was trusted; false if the record can't be read.</summary>
    public bool Contains(string file, string content) => Read().GetValueOrDefault(file) == Fingerprint(content);

    /// <summary>Remembers a file with its content.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Add(string file, string content)
    {
        var all = Read();
        all[file] = Fingerprint(content);
        OwnFile.MakeFolder(Path.GetDirectoryName(path)!);
        OwnFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(all));
    }

    private Dictionary<string, string> Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(TextFile.Read(path)) ?? [] : [];
        }
        catch (Exception e) when (FileFailure.Is(e) || e is JsonException)
        {
            VerboseLog.Write($"The list of trusted files can't be read: {e.Message}");
            return [];
        }
    }

    private static string Fingerprint(string content) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
