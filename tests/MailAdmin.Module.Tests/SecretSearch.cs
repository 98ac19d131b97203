using System.Text;

namespace MailAdmin.Module.Tests;

/// <summary>
/// Looks for a text in the forms in which secrets get into files unseen: as it is, escaped for a URL, UTF-16, hexadecimal, and
/// base64 at each of the three places where it can begin, also of a base64 text in turn (a token within an answer of SASL); and
/// for private keys, by how each of them begins.
/// </summary>
internal sealed class SecretSearch
{
    private static readonly string[] PrivateKeys =
    [
        "PRIVATE KEY-----",
        // RFC 5208 and RFC 8017: what the DER of an RSA key of 2048 bits has behind its length, with and without its envelope.
        "ADANBgkqhkiG9w0BAQEFAASC", "IBAAKCAQEA",
    ];

    private readonly (string Form, byte[] Pattern)[] _patterns;

    public SecretSearch(string secret)
    {
        var once = Base64(secret).Concat(Base64(Wide(secret)));
        _patterns =
        [
            .. new[]
            {
                ("as it is", secret), ("for a URL", Percent(secret)),
                ("hexadecimal", Convert.ToHexString(Encoding.UTF8.GetBytes(secret))), ("hexadecimal UTF-16", Convert.ToHexString(Encoding.Unicode.GetBytes(secret))),
            }.Concat(once.Select(b => ("base64", b))).Concat(once.SelectMany(Base64).Select(b => ("base64 of base64", b)))
            .Concat(once.SelectMany(b => new[] { ("base64 for a URL", Percent(b)) })).Concat(PrivateKeys.Select(k => ("a private key", k)))
            .Select(f => (f.Item1, Encoding.UTF8.GetBytes(f.Item2))),
            ("UTF-16", Encoding.Unicode.GetBytes(secret)),
        ];
    }

    /// <summary>The forms of a secret that are in a text; upper and lower case of ASCII letters mean the same, as hexadecimal has both.</summary>
    public IReadOnlyList<string> In(byte[] content)
    {
        var folded = Fold(content);
        return [.. _patterns.Where(p => folded.AsSpan().IndexOf(Fold(p.Pattern)) >= 0).Select(p => p.Form).Distinct()];
    }

    /// <summary>Searches all files of a folder, and those below.</summary>
    /// <returns>What was found: file and form.</returns>
    public IReadOnlyList<string> InFolder(string folder, Func<string, bool> isMeant) =>
    [
        .. from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
           let name = Path.GetRelativePath(folder, file)
           where isMeant(name)
           from form in In(File.ReadAllBytes(file))
           select $"{name}: {form}",
    ];

    private static byte[] Fold(byte[] bytes) => Array.ConvertAll(bytes, b => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b + 32) : b);

    private static string Percent(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => char.IsAsciiLetterOrDigit((char)b) ? $"{(char)b}" : $"%{b:X2}"));

    private static string Wide(string text) => Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(text));

    /// <summary>The characters that depend on nothing but the text, however many octets stand before and behind it.</summary>
    private static IEnumerable<string> Base64(string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        for (var before = 0; before < 3; before++)
        {
            var all = Convert.ToBase64String([.. new byte[before], .. octets]).TrimEnd('=');
            var from = (before * 8 + 5) / 6;
            var to = (before + octets.Length) * 8 / 6;
            var own = all[from..to];
            yield return own;
            if (own.AsSpan().IndexOfAny('+', '/') >= 0)
            {
                yield return own.Replace('+', '-').Replace('/', '_');
            }
        }
    }
}
