using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Tenant.Configuration;

/// <summary>
/// Security identifiers as access control lists hold them:
/// https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers.
/// </summary>
internal static class Sids
{
    /// <summary>Returns the SID of an object, derived from its ID.</summary>
    public static string Of(string id)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(id.ToLowerInvariant()));
        var (a, b, c) = (BitConverter.ToUInt32(hash, 0), BitConverter.ToUInt32(hash, 4), BitConverter.ToUInt32(hash, 8));
        var relative = BitConverter.ToUInt16(hash, 12);
        return string.Create(CultureInfo.InvariantCulture, $"S-1-5-21-{a}-{b}-{c}-{relative}");
    }
}
