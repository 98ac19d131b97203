using System.Net;

namespace MailAdmin.Core.Base;

/// <summary>The advice for a host that can't be reached over HTTP.</summary>
internal static class Unreachable
{
    /// <summary>Whether the proxy requires authentication (407), which a retry can't change.</summary>
    /// <param name="error">The exception that was thrown.</param>
    public static bool IsProxySignIn(Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } http
        && (http.StatusCode == HttpStatusCode.ProxyAuthenticationRequired
            || http.Message.Contains("'407'", StringComparison.Ordinal));

    /// <summary>Whether a retry can succeed.</summary>
    /// <param name="error">The exception that was thrown.</param>
    public static bool MayRecover(Exception error) => !IsProxySignIn(error)
        && error is not HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    /// <summary>Returns the advice for a connection error of a host.</summary>
    /// <param name="error">The exception that was thrown.</param>
    /// <param name="host">The host.</param>
    public static string Advice(Exception error, string host) => IsProxySignIn(error)
        ? $"The proxy requires authentication and rejected the account that runs this. Allow {host}:443 without authentication, "
            + "or set [Net.Http.HttpClient]::DefaultProxy.Credentials. See about_MailAdmin_Network."
        : $"Check name resolution, proxy, and firewall for {host}:443. See about_MailAdmin_Network.";
}
