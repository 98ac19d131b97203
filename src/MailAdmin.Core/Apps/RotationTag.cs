using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Identifies an interrupted rotation. Its secret has a special name. After the secret was stored, the registration has a tag
/// with the secret ID. A secret with the name but without the tag wasn't stored.
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

    /// <summary>Returns whether a rotation created a secret that wasn't stored, according to the registration.</summary>
    public static bool IsUnfinished(App app, MailAppCredential secret) =>
        secret.Kind == CredentialKind.Secret && secret.DisplayName?.StartsWith(Name, StringComparison.Ordinal) == true
        && !IsHandedOver(app, secret.KeyId);

    /// <summary>Returns whether a secret was stored, according to the registration.</summary>
    public static bool IsHandedOver(App app, string keyId) =>
        (app.Tags ?? []).Contains(TagBefore + keyId, StringComparer.OrdinalIgnoreCase);

    /// <summary>The registration's tags with the one for this secret; those of earlier secrets are of no use any more.</summary>
    public static List<string> TagsWith(App app, string keyId) =>
        [.. (app.Tags ?? []).Where(t => !t.StartsWith(TagBefore, StringComparison.OrdinalIgnoreCase)), TagBefore + keyId];
}
