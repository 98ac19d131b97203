using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Base;

/// <summary>Opens a byte stream to a host and port. The caller adds TLS.</summary>
/// <param name="host">The DNS name.</param>
/// <param name="port">The TCP port.</param>
/// <returns>A stream that the caller disposes.</returns>
internal delegate ValueTask<Stream> StreamOpener(string host, int port, CancellationToken cancellationToken);

/// <summary>
/// The only seam to the outside. All requests go through <see cref="Http"/> or <see cref="OpenStream"/>, and all waiting uses
/// <see cref="Time"/>. Therefore, a tenant in the same process can replace Microsoft 365.
/// </summary>
internal sealed class Wire
{
    private Wire? _origin;

    /// <summary>Creates a wire from its parts.</summary>
    /// <param name="http">Sends all HTTP requests (of MSAL, the Graph SDK, and Exchange). The caller disposes it.</param>
    /// <param name="openStream">Opens streams for IMAP.</param>
    /// <param name="time">The clock for expiration, waiting, and retries.</param>
    public Wire(HttpMessageHandler http, StreamOpener openStream, TimeProvider time) =>
        (Http, OpenStream, Time) = (http, openStream, time);

    /// <summary>Sends all HTTP requests.</summary>
    public HttpMessageHandler Http { get; }

    /// <summary>Opens streams for IMAP.</summary>
    public StreamOpener OpenStream { get; }

    /// <summary>The clock for expiration, waiting, and retries.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether the other end is a sandbox.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>The only trusted certificate of the hosts; null to use the system's trust.</summary>
    public X509Certificate2? TrustedCertificate { get; init; }

    /// <summary>Whether requests that make changes are rejected.</summary>
    public bool IsReadOnly { get; private init; }

    /// <summary>Whether sign-ins are non-interactive: no browser is opened, and no code is shown.</summary>
    public bool IsNonInteractive { get; private init; }

    /// <summary>Shows a page to the user who signs in; null for the system's browser.</summary>
    public Func<Uri, CancellationToken, Task>? OpenBrowser { get; init; }

    /// <summary>
    /// The time to poll until a new object is returned. The service takes seconds to minutes: 4 to 18 s and longer are reported
    /// for an application, its service principal, or a new secret.
    /// </summary>
    public TimeSpan ReplicationTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The propagation times of the other end.</summary>
    public PropagationTimes Propagation { get; init; } = new();

    /// <summary>The wire that this one was created from; itself if there is none.</summary>
    internal Wire Origin => _origin ?? this;

    /// <summary>Returns the same wire with a handler that receives all HTTP requests.</summary>
    /// <param name="handler">Puts the handler before the one that carries the requests.</param>
    internal Wire Through(Func<HttpMessageHandler, HttpMessageHandler> handler) =>
        Like(handler(Http), IsReadOnly, IsNonInteractive);

    /// <summary>Returns the same wire for a runbook that must not make changes, or can't prompt.</summary>
    /// <param name="isReadOnly">Whether requests that make changes are rejected.</param>
    /// <param name="isNonInteractive">Whether sign-ins are non-interactive.</param>
    internal Wire Restrict(bool isReadOnly, bool isNonInteractive) => !isReadOnly && !isNonInteractive ? this
        : Like(isReadOnly ? new ReadOnlyHandler(Http) : Http, IsReadOnly || isReadOnly, IsNonInteractive || isNonInteractive);

    private Wire Like(HttpMessageHandler http, bool isReadOnly, bool isNonInteractive) => new(http, OpenStream, Time)
    {
        IsReadOnly = isReadOnly,
        IsNonInteractive = isNonInteractive,
        IsSandbox = IsSandbox,
        TrustedCertificate = TrustedCertificate,
        OpenBrowser = OpenBrowser,
        ReplicationTimeout = ReplicationTimeout,
        Propagation = Propagation,
        _origin = Origin,
    };

#pragma warning disable RS0030 // The only use of the real clock, the real connection pool, and real sockets.
    /// <summary>
    /// The computer's clock, for the real network, and for programs and libraries that use it. Everything else uses <see
    /// cref="Time"/>.
    /// </summary>
    internal static TimeProvider MachineTime => TimeProvider.System;

    /// <summary>The real network: one connection pool for the process, TLS 1.2 or later, and validated certificates.</summary>
    public static Wire Real { get; } = new(NewHandler(), OpenTcpAsync, MachineTime);

    /// <summary>The longest wait for data of an HTTP response. Services return 504 earlier.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Creates a connection pool for a wire over a network.</summary>
    internal static SocketsHttpHandler NewHandler() => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        AutomaticDecompression = System.Net.DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PlaintextStreamFilter = static (context,
            _) => ValueTask.FromResult<Stream>(new ReadTimeoutStream(context.PlaintextStream, ReadTimeout, MachineTime)),
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy that requires authentication gets the account that runs this process (Negotiate, NTLM).
        DefaultProxyCredentials = System.Net.CredentialCache.DefaultCredentials,
        // Set explicitly, because the default can change with the version of .NET. Behind company proxies, revocation lists are
        // often unreachable, and a failed check would stop every run.
        SslOptions = new() { CertificateRevocationCheckMode = X509RevocationMode.NoCheck },
    };

    /// <summary>
    /// Creates a client over handlers that end in <see cref="Http"/>, which stays open when the client is disposed. It has no
    /// timeout, because that would use the computer's clock. Waiting ends with the caller's token, or when no more data is
    /// received.
    /// </summary>
    /// <param name="pipeline">The handlers.</param>
    internal static HttpClient NewClient(HttpMessageHandler pipeline) =>
        new(pipeline, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Connects to a host and port.</summary>
    internal static async ValueTask<Stream> OpenTcpAsync(string host, int port, CancellationToken cancellationToken)
    {
        var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            client.NoDelay = true;
            return client.GetStream();
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
#pragma warning restore RS0030
}
