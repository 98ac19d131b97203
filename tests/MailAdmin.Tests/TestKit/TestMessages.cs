using System.Text;

namespace MailAdmin.Tests.TestKit;

/// <summary>Messages made up for tests, always the same ones.</summary>
internal static class TestMessages
{
    /// <summary>Plain texts, HTML with an inline image, and attachments, as a mailbox mixes them.</summary>
    public static IEnumerable<byte[]> Mixed(int count, int text = 5_000, int html = 50_000, int attachment = 200_000)
    {
        var random = new Random(17);
        for (var n = 0; n < count; n++)
        {
            var (kind, size) = (n % 20) switch
            {
                0 => ("application/pdf", attachment),
                < 5 => ("image/png", html),
                _ => ("text/plain", text),
            };
            yield return Make(n, kind, random, size);
        }
    }

    private static byte[] Make(int n, string kind, Random random, int size)
    {
        var message = new StringBuilder();
        message.Append($"From: Sender {n % 7} <sender{n % 7}@contoso.test>\r\nTo: inbox@contoso.test\r\nSubject: message {n}\r\n")
            .Append($"Date: Mon, 06 May 2024 10:{n / 60 % 60:D2}:{n % 60:D2} +0200\r\nMessage-ID: <{n}@contoso.test>\r\nMIME-Version: 1.0\r\n");
        if (kind == "text/plain")
        {
            message.Append("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
            while (message.Length < size)
            {
                message.Append($"Line {random.Next()}: Grüße aus Köln, and a dot:\r\n.\r\n");
            }

            return Encoding.UTF8.GetBytes(message.ToString());
        }

        var octets = new byte[size * 3 / 4];
        random.NextBytes(octets);
        message.Append(kind == "image/png"
                ? $"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>See below.</p><img src=\"cid:f{n}@contoso.test\">\r\n--b\r\nContent-ID: <f{n}@contoso.test>\r\n"
                : "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--b\r\n")
            .Append($"Content-Type: {kind}\r\nContent-Disposition: {(kind == "image/png" ? "inline" : "attachment")}; filename=f{n}\r\n")
            .Append("Content-Transfer-Encoding: base64\r\n\r\n")
            .Append(Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks)).Append("\r\n--b--\r\n");
        return Encoding.UTF8.GetBytes(message.ToString());
    }
}
