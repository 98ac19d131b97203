using System.Net;
using System.Security;

namespace MailAdmin.Core.Base;

/// <summary>
/// The two crossings between SecureString and text; a secret is text only for as long as a library needs it so.
/// </summary>
internal static class Secret
{
    /// <summary>The text, for handing straight to a library.</summary>
    /// <returns>Its value: never to be kept, logged or put in a message.</returns>
    public static string Reveal(SecureString secret) => new NetworkCredential("", secret).Password;

    /// <summary>Closes a text in a read-only SecureString.</summary>
    /// <returns>The secret.</returns>
    public static SecureString Close(string value)
    {
        var secret = new NetworkCredential("", value).SecurePassword;
        secret.MakeReadOnly();
        return secret;
    }
}
