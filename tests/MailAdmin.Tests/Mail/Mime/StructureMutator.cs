using System.Text;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>Changes what a reader goes by: boundaries, folds, empty lines, nesting and encoded-words; octets alone rarely hit them.</summary>
internal static class StructureMutator
{
    /// <summary>Changes a message.</summary>
    /// <param name="message">Its octets.</param>
    /// <param name="other">Another message, to put into it.</param>
    /// <param name="random">Decides.</param>
    /// <returns>The changed one.</returns>
    public static byte[] Mutate(byte[] message, byte[] other, Random random)
    {
        var text = Encoding.Latin1.GetString(message);
        return Encoding.Latin1.GetBytes(random.Next(5) switch
        {
            0 => Boundary(text, random),
            1 => Fold(text, random),
            2 => EmptyLine(text, random),
            3 => Nest(text, Encoding.Latin1.GetString(other), random),
            _ => Word(text, random),
        });
    }

    private static string Boundary(string text, Random random)
    {
        var at = Next(text, random.Next(3) == 0 ? "boundary=" : "\n--", random);
        if (at < 0)
        {
            return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + text;
        }

        var lineEnd = text.IndexOf('\n', at + 1) is var end and >= 0 ? end : text.Length;
        var line = text[at..lineEnd];
        return random.Next(7) switch
        {
            0 => text.Remove(at, line.Length),
            1 => text.Insert(lineEnd, line),
            2 => text.Insert(lineEnd, "--"),
            3 => text.Insert(lineEnd, new string(' ', random.Next(1, 200))),
            4 => text.Insert(at + (line.Length / 2), "\r\n "),
            5 => text.Remove(at + random.Next(Math.Max(1, line.Length)), 1),
            _ => text.Replace("; boundary", random.Next(2) == 0 ? " boundary" : ";\n boundary", StringComparison.Ordinal),
        };
    }

    private static string Fold(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        string[] folds = ["\r\n ", "\r\n\t", "\n \n ", "\r ", "\r\n  \r\n ", "\n"];
        return text.Insert(at, string.Concat(Enumerable.Repeat(folds[random.Next(folds.Length)], random.Next(1, 20))));
    }

    private static string EmptyLine(string text, Random random)
    {
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var at = Next(text, end + end, random);
        return at < 0 ? text + end + end
            : random.Next(3) == 0 ? text.Remove(at, end.Length)
            : random.Next(2) == 0 ? text.Insert(at + end.Length, " ")
            : text.Insert(at, $"{end}not a field{end}");
    }

    private static string Nest(string text, string other, Random random)
    {
        var at = Next(text, "\n--", random);
        var boundary = at < 0 ? "--b" : text[(at + 1)..].Split('\r', '\n')[0];
        var part = $"{boundary}\r\nContent-Type: message/{(random.Next(3) == 0 ? "rfc822\r\nContent-Transfer-Encoding: quoted-printable" : "rfc822")}\r\n\r\n{other}\r\n";
        return random.Next(3) == 0 ? $"Content-Type: multipart/digest; boundary=w{random.Next(3)}\r\n\r\n--w1\r\n\r\n{text}\r\n--w1--" : text.Insert(at < 0 ? 0 : at + 1, part);
    }

    private static string Word(string text, Random random)
    {
        var at = Next(text, ": ", random);
        if (at < 0)
        {
            return text;
        }

        string[] charsets = ["utf-8", "iso-8859-1", "iso-2022-jp", "gb2312", "utf-7", "x-none", "utf-8*de"];
        var content = text.Substring(at + 2, Math.Min(random.Next(1, 30), text.Length - at - 2));
        var charset = charsets[random.Next(charsets.Length)];
        var word = random.Next(2) == 0 ? $"=?{charset}?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(content))}?=" : $"=?{charset}?Q?{content}=C3=A4?=";
        word = random.Next(3) == 0 ? word[..random.Next(word.Length)] : word;
        return text.Insert(at + 2, string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Repeat(word, random.Next(1, 5))));
    }

    private static int Next(string text, string wanted, Random random)
    {
        var at = text.IndexOf(wanted, random.Next(text.Length + 1), StringComparison.Ordinal);
        return at < 0 ? text.IndexOf(wanted, StringComparison.Ordinal) : at;
    }
}
