using System.Net.Sockets;

namespace MailAdmin.Tenant;

/// <summary>The faults that a sandbox knows by name.</summary>
public static class Faults
{
    /// <summary>Requests are taken and never answered.</summary>
    public static Fault Hang { get; } = new("Hang", "Requests are taken and never answered.", FaultPoint.Connection);

    /// <summary>An IMAP connection ends in the middle, without a word.</summary>
    public static Fault ImapDisconnect { get; } =
        new("ImapDisconnect", "IMAP: the connection ends in the middle, without a word.", FaultPoint.Imap);

    /// <summary>LIST tells of no folder what it is for.</summary>
    public static Fault ImapNoSpecialUse { get; } = new(
        "ImapNoSpecialUse", @"IMAP: LIST has no attributes such as \Trash that tell what a folder is for.", FaultPoint.ImapList);

    /// <summary>Exchange can't convert a message, and answers with one of its own.</summary>
    public static Fault ImapNotConverted { get; } = new(
        "ImapNotConverted", "IMAP: a message with a calendar part can't be converted; one about that comes in its place.",
        FaultPoint.ImapFetch);

    /// <summary>Signing in seems to succeed, and every command after it fails.</summary>
    public static Fault ImapNotConnected { get; } =
        new("ImapNotConnected", $"IMAP: signing in succeeds; from then on {Imap.ImapRefusal.NotConnectedText}", FaultPoint.Imap);

    /// <summary>Every one of them, in the order in which they are documented.</summary>
    public static IReadOnlyList<Fault> All { get; } = [Hang, .. ConnectionFaults.All, .. EntraFaults.All, .. GraphFaults.All, .. ExchangeFaults.All, .. ImapFaults.All];

    /// <summary>A fault by its name, whatever its case; null when there is none.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The fault.</returns>
    public static Fault? Find(string name) => All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Faults of the connection.</summary>
internal static class ConnectionFaults
{
    public static Fault[] All { get; } =
    [
        new("ConnectionReset", "The connection is lost before the answer arrives.", FaultPoint.Connection)
        {
            Refusal = () => new HttpRequestException(HttpRequestError.ConnectionError, "Connection reset by peer", new SocketException((int)SocketError.ConnectionReset)),
        },
        new("NameNotResolved", "DNS does not know the service's name.", FaultPoint.Connection)
        {
            Refusal = () => new HttpRequestException(HttpRequestError.NameResolutionError, "Name or service not known", new SocketException((int)SocketError.HostNotFound)),
        },
        new("TlsFailed", "The TLS handshake fails: a proxy shows a certificate that nobody trusts.", FaultPoint.Connection)
        {
            Refusal = () => new HttpRequestException(HttpRequestError.SecureConnectionError, "The SSL connection could not be established, see inner exception.",
                new System.Security.Authentication.AuthenticationException("The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot")),
        },
    ];
}
