using System.Net.Sockets;
using System.Security.Authentication;

namespace MailAdmin.Tenant.Base;

internal static class ConnectionFaults
{
    /// <summary>The time without data after which a gateway closes a connection, on the tenant's clock.</summary>
    public static readonly TimeSpan GatewayTimeout = TimeSpan.FromMinutes(4);

    /// <summary>Requests are taken and not answered.</summary>
    public static Fault Hang { get; } = new(
        "Hang", "Requests get no response. After 4 minutes, a gateway returns 504.", FaultPoint.Connection);

    public static Fault[] All { get; } =
    [
        Hang,
        new("ConnectionReset", "The connection is lost before the response arrives.", FaultPoint.Connection)
        {
            Refusal = () => new HttpRequestException(
                HttpRequestError.ConnectionError,
                "Connection reset by peer",
                new SocketException((int)SocketError.ConnectionReset)),
        },
        new("NameNotResolved", "DNS can't resolve the service's name.", FaultPoint.Connection)
        {
            Refusal = () => new HttpRequestException(
                HttpRequestError.NameResolutionError,
                "Name or service not known",
                new SocketException((int)SocketError.HostNotFound)),
        },
        new("TlsFailed", "The TLS handshake fails because a proxy presents an untrusted certificate.", FaultPoint.Connection)
        {
            Refusal = () => new HttpRequestException(
                HttpRequestError.SecureConnectionError,
                "The SSL connection could not be established, see inner exception.",
                new AuthenticationException(
                    "The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot")),
        },
    ];
}
