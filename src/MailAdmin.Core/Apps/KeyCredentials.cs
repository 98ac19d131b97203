using System.Security.Cryptography.X509Certificates;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Certificates of a registration. Only the public part ever leaves this machine.</summary>
/// <remarks>https://learn.microsoft.com/graph/applications-how-to-add-certificate</remarks>
internal static class KeyCredentials
{
    /// <summary>
    /// The properties to read from a registration before its certificates change. The service returns the keys only if the
    /// property is selected by name (https://learn.microsoft.com/graph/api/resources/keycredential). A change must contain all
    /// remaining keys.
    /// </summary>
    public static readonly string[] Select = ["id", "appId", "displayName", "keyCredentials"];

    public static bool Has(App app, X509Certificate2 certificate) =>
        (app.KeyCredentials ?? [])
            .Exists(k => k.CustomKeyIdentifier is { } id && id.AsSpan().SequenceEqual(certificate.GetCertHash()));

    /// <summary>
    /// Returns all of them and a new one: a PATCH replaces the whole list, so it must contain the existing ones.
    /// </summary>
    public static List<KeyCredential> With(App app, X509Certificate2 certificate) =>
    [
        .. app.KeyCredentials ?? [],
        new KeyCredential
        {
            Type = "AsymmetricX509Cert",
            Usage = "Verify",
            DisplayName = certificate.Subject,
            Key = certificate.Export(X509ContentType.Cert),
            CustomKeyIdentifier = certificate.GetCertHash(),
            StartDateTime = certificate.NotBefore.ToUniversalTime(),
            EndDateTime = certificate.NotAfter.ToUniversalTime(),
        },
    ];
}
