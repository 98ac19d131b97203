using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// How a rotation is known again after it broke off. Its secret carries a name of its own, and once the secret was stored
/// the registration carries a tag with the secret's id. A secret with the name and without the tag is known to nobody.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/application (tags: "custom strings that can be used to categorize and identify
/// the application")
/// </remarks>
internal static class RotationTag
{
    private const string Name = "MailAdmin rotation", TagBefore = "MailAdmin.HandedOver:";

    /// <summary>The display name of a rotation's secret.</summary>
    public static string NameOf(DateTimeOffset now) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name} {now.UtcDateTime:yyyy-MM-dd}");

    /// <summary>Whether a secret was made by a rotation and not stored, as far as the registration tells.</summary>
    public static bool IsUnfinished(App app, MailAppCredential secret) =>
        secret.Kind == CredentialKind.Secret && secret.DisplayName?.StartsWith(Name, StringComparison.Ordinal) == true
        && !IsHandedOver(app, secret.KeyId);

    /// <summary>Whether the registration says that a secret was stored.</summary>
    public static bool IsHandedOver(App app, string keyId) =>
        (app.Tags ?? []).Contains(TagBefore + keyId, StringComparer.OrdinalIgnoreCase);

    /// <summary>The registration's tags with the one for this secret; those of earlier secrets are of no use any more.</summary>
    public static List<string> TagsWith(App app, string keyId) =>
        [.. (app.Tags ?? []).Where(t => !t.StartsWith(TagBefore, StringComparison.OrdinalIgnoreCase)), TagBefore + keyId];
}
