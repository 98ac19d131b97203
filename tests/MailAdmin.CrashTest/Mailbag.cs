using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.CrashTest;

/// <summary>Messages, no two alike; most are small, one in fifty is so large that it takes time.</summary>
internal static class Mailbag
{
    public static byte[] NewMessage()
    {
        var id = Guid.NewGuid().ToString("N");
        var octets = Random.Shared.Next(50) == 0 ? 1_000_000 : Random.Shared.Next(200, 12_000);
        return Encoding.ASCII.GetBytes($"""
            From: Dana <dana@fabrikam.com>
            To: invoices@contoso.com
            Subject: Invoice {id[..8]}
            Date: {DateTimeOffset.UtcNow.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)}
            Message-ID: <{id}@fabrikam.com>
            MIME-Version: 1.0
            Content-Type: application/octet-stream; name="{id}.bin"
            Content-Transfer-Encoding: base64

            {Convert.ToBase64String(RandomNumberGenerator.GetBytes(octets), Base64FormattingOptions.InsertLineBreaks)}

            """.ReplaceLineEndings("\r\n"));
    }

    public static string HashOf(byte[] message) => Convert.ToHexStringLower(SHA256.HashData(message));
}
