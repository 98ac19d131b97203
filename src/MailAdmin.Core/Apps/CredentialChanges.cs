using System.Globalization;

namespace MailAdmin.Core.Apps;

/// <summary>How the journal writes of credentials: by their id and end, never their value.</summary>
internal static class CredentialChanges
{
    public static string Describe(string id, DateTimeOffset? end) =>
        string.Create(CultureInfo.InvariantCulture, $"{id} until {end:u}");
}
