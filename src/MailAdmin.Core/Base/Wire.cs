using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Base;

/// <summary>Opens a byte stream to a host and port. TLS, where there is any, is the caller's.</summary>
/// <param name="host">DNS name.</param>
/// <param name="port">TCP port.</param>
/// <returns>A stream that the caller disposes.</returns>
internal delegate ValueTask<Stream> StreamOpener(string host, int port, CancellationToken cancellationToken);

/// <summary>
/// The one seam to the outside. Whatever leaves this library, leaves through <see cref="Http"/> or <see cref="OpenStream"/>,
/// and whatever waits, waits on <see cref="Time"/>; so a tenant in the same process can stand in for Microsoft 365.
/// </summary>
internal sealed class Wire
{
    private Wire? _origin;

    /// <summary>Makes a wire from its parts.</summary>
    /// <param name="http">Carries every HTTP request (MSAL's, the Graph SDK's, Exchange's). The wire's maker disposes it.</param>
    /// <param name="openStream">Carries IMAP.</param>
    /// <param name="time">The clock that expiry, waiting and back-off go by.</param>
    public Wire(HttpMessageHandler http, StreamOpener openStream, TimeProvider time) =>
        (Http, OpenStream, Time) = (http, openStream, time);

    /// <summary>Carries every HTTP request.</summary>
    public HttpMessageHandler Http { get; }

    /// <summary>Carries IMAP.</summary>
    public StreamOpener OpenStream { get; }

    /// <summary>The clock that expiry, waiting and back-off go by.</summary>
    public TimeProvider Time { get; }

    /// <summary>True when a sandbox is at the other end.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>
    /// The one certificate by which the hosts at the other end are known; null for what the operating system trusts.
    /// </summary>
    public X509Certificate2? TrustedCertificate { get; init; }

    /// <summary>Whether requests that change something are refused.</summary>
    public bool IsReadOnly { get; private init; }

    /// <summary>Whether nobody is there to sign in: no browser is opened, and no code is shown.</summary>
    public bool IsNonInteractive { get; private init; }

    /// <summary>Shows a page to the person who signs in; null for the system's browser.</summary>
    public Func<Uri, CancellationToken, Task>? OpenBrowser { get; init; }

    /// <summary>
    /// How long to keep polling for something just made to become visible before giving up. The service takes seconds to
    /// minutes (application to service principal, a fresh secret: 4 to 18 s and longer are reported).
    /// </summary>
    public TimeSpan ReplicationTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the other end takes until changes are in effect.</summary>
    public PropagationTimes Propagation { get; init; } = new();

    /// <summary>The wire that this one was made from; itself when it was not.</summary>
    internal Wire Origin => _origin ?? this;

    /// <summary>The same wire with a handler that sees every HTTP request.</summary>
    /// <param name="handler">Puts the handler before the one that carries the requests.</param>
    internal Wire Through(Func<HttpMessageHandler, HttpMessageHandler> handler) =>
        Like(handler(Http), IsReadOnly, IsNonInteractive);

    /// <summary>The same wire for a runbook that must not change anything, or has nobody to ask.</summary>
    /// <param name="isReadOnly">Whether requests that change something are refused.</param>
    /// <param name="isNonInteractive">Whether nobody is there to sign in.</param>
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

#pragma warning disable RS0030 // This is where the real clock, the real pool and the real sockets come from.
    /// <summary>
    /// The machine's clock: of the real wires, and of what another program or a library times by it. Everything else goes by
    /// <see cref="Time"/>.
    /// </summary>
    internal static TimeProvider MachineTime => TimeProvider.System;

    /// <summary>The real network: one connection pool for the process, TLS 1.2 or later, certificates always validated.</summary>
    public static Wire Real { get; } = new(NewHandler(), OpenTcpAsync, MachineTime);

    /// <summary>How long an answer over HTTP may say nothing; services give up earlier, with a 504.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMinutes(2);

    /// <summary>A connection pool as every wire over a network needs it.</summary>
    internal static SocketsHttpHandler NewHandler() => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        AutomaticDecompression = System.Net.DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PlaintextStreamFilter = static (context,
            _) => ValueTask.FromResult<Stream>(new ReadTimeoutStream(context.PlaintextStream, ReadTimeout, MachineTime)),
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy that wants to know who asks is told by the account that runs this (Negotiate, NTLM).
        DefaultProxyCredentials = System.Net.CredentialCache.DefaultCredentials,
        // On purpose, and not by whatever a version of .NET has as its default: behind the proxies of companies, revocation lists
        // are often out of reach, and a check that can't be made would stop every run.
        SslOptions = new() { CertificateRevocationCheckMode = X509RevocationMode.NoCheck },
    };

    /// <summary>
    /// A client over handlers that end in <see cref="Http"/>, which stays open when the client is disposed. It has no time limit
    /// of its own, which would go by the machine's clock: waiting ends with the caller's token, or when nothing comes any more.
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
