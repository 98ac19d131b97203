using System.Net;
using System.Security;

namespace MailAdmin.Core.Base;

/// <summary>Converts between SecureString and text. A secret is text only as long as a library requires it.</summary>
internal static class Secret
{
    /// <summary>Returns the text, only to pass it to a library.</summary>
    /// <returns>The value. It must not be stored, logged, or added to a message.</returns>
    public static string Reveal(SecureString secret) => new NetworkCredential("", secret).Password;

    /// <summary>Creates a read-only SecureString from text.</summary>
    /// <returns>The secret.</returns>
    public static SecureString Close(string value)
    {
        var secret = new NetworkCredential("", value).SecurePassword;
        secret.MakeReadOnly();
        return secret;
    }
}
