using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Redirect URIs of a registration, across the three places where Graph keeps them.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/application (web, publicClient, spa)</remarks>
internal static class RedirectUris
{
    public static MailAppRedirectUri[] Read(App app) =>
    [
        .. (app.Web?.RedirectUris ?? []).Select(u => new MailAppRedirectUri(u, RedirectPlatform.Web)),
        .. (app.PublicClient?.RedirectUris ?? []).Select(u => new MailAppRedirectUri(u, RedirectPlatform.PublicClient)),
        .. (app.Spa?.RedirectUris ?? []).Select(u => new MailAppRedirectUri(u, RedirectPlatform.Spa)),
    ];

    /// <summary>Adds the missing URIs to a patch; false if none is missing.</summary>
    public static bool Complete(App present, IReadOnlyList<MailAppRedirectUri> wanted, App patch)
    {
        var have = Read(present);
        var missing = wanted.Except(have).ToLookup(w => w.Platform);
        List<string> All(RedirectPlatform platform) =>
            [.. have.Where(h => h.Platform == platform).Concat(missing[platform]).Select(r => r.Uri)];
        // The SDK sends an assigned null, and a null in a PATCH clears the property. So only missing URIs are assigned.
        if (missing.Contains(RedirectPlatform.Web))
        {
            patch.Web = new WebApplication { RedirectUris = All(RedirectPlatform.Web) };
        }

        if (missing.Contains(RedirectPlatform.PublicClient))
        {
            patch.PublicClient = new PublicClientApplication { RedirectUris = All(RedirectPlatform.PublicClient) };
        }

        if (missing.Contains(RedirectPlatform.Spa))
        {
            patch.Spa = new SpaApplication { RedirectUris = All(RedirectPlatform.Spa) };
        }

        return missing.Count > 0;
    }

    /// <summary>Rejects URIs that the service would reject, before the first change.</summary>
    /// <remarks>https://learn.microsoft.com/entra/identity-platform/reply-url (scheme, length, wildcard, fragment)</remarks>
    /// <exception cref="InvalidRequestException">
    /// A URI isn't absolute, isn't https although that is required, is too long, or has a fragment.
    /// </exception>
    public static void Check(IEnumerable<MailAppRedirectUri> uris)
    {
        foreach (var redirect in uris)
        {
            if (Problem(redirect) is { } problem)
            {
                throw new InvalidRequestException(
                    "InvalidRedirectUri", $"Can't use '{redirect.Uri}' as a redirect URI for {redirect.Platform} "
                        + $"because {problem}.")
                {
                    Target = redirect.Uri,
                    Advice = "Specify it exactly as the program sends it, such as https://host/path.",
                };
            }
        }
    }

    private static string? Problem(MailAppRedirectUri redirect)
    {
        if (!Uri.TryCreate(redirect.Uri, UriKind.Absolute, out var uri))
        {
            return "it isn't an absolute URI";
        }

        if (redirect.Uri.Length > 256)
        {
            return "it is longer than 256 characters";
        }

        if (uri.Fragment.Length > 0)
        {
            return "it has a fragment";
        }

        if (redirect.Uri.Contains('*', StringComparison.Ordinal))
        {
            return "it has a wildcard";
        }

        var isSafe = uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback);
        return redirect.Platform == RedirectPlatform.PublicClient || isSafe
            ? null : "it must use https, or http for localhost";
    }
}
