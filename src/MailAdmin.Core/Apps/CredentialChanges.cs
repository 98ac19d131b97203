using System.Globalization;

namespace MailAdmin.Core.Apps;

/// <summary>Formats credentials for the journal: their ID and expiration, never their value.</summary>
internal static class CredentialChanges
{
    public static string Describe(string id, DateTimeOffset? end) =>
        string.Create(CultureInfo.InvariantCulture, $"{id} until {end:u}");
}
