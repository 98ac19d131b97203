using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// Dovecot 2.3 with SASL XOAUTH2 and OAUTHBEARER alone, tokens validated by its own, any user, Maildir. Everything is in one
/// temporary folder; it runs as root and as an ordinary user.
/// </summary>
internal sealed class DovecotServer : IAsyncDisposable
{
    public const string Binary = "/usr/sbin/dovecot";
    public const string Audience = "https://outlook.office.com";
    private const string Scope = "https://outlook.office.com/IMAP.AccessAsUser.All";

    private const UnixFileMode All = (UnixFileMode)0b111_111_111;

    private readonly ECDsa _tokenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _root = Directory.CreateTempSubdirectory("mailadmin-dovecot-").FullName;
    private Process? _process;

    public int TlsPort { get; } = FreePort();

    public int PlainPort { get; } = FreePort();

    /// <summary>The port of submission, where there is a relay.</summary>
    public int SubmissionPort { get; } = FreePort();

    /// <summary>Whether this machine's Dovecot can take mail for submission (dovecot-submissiond).</summary>
    public static bool HasSubmission => File.Exists("/usr/lib/dovecot/submission-login");

    public X509Certificate2 Certificate { get; private set; } = null!;

    public string MailRoot => Path.Combine(_root, "mail");

    /// <summary>Starts one.</summary>
    /// <param name="separator">Of mailbox names.</param>
    /// <param name="prefix">Of the personal namespace.</param>
    /// <param name="capability">The capabilities after login; null for its own.</param>
    /// <param name="mechanisms">The SASL mechanisms.</param>
    /// <param name="relay">Where it hands on what is submitted; null for no submission.</param>
    public static async Task<DovecotServer> StartAsync(
        char separator = '/', string prefix = "", string? capability = null, string mechanisms = "xoauth2 oauthbearer",
        int? relay = null)
    {
        var server = new DovecotServer();
        server.Configure(separator, prefix, capability, mechanisms, relay);
        await server.RunAsync();
        return server;
    }

    /// <summary>Kills all its processes in the middle of what they do, and starts it again on the same mail.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await RunAsync();
    }

    public ImapServer Endpoint(ImapSecurity security = ImapSecurity.Tls) => new()
    {
        Host = "localhost",
        Port = security == ImapSecurity.Tls ? TlsPort : PlainPort,
        Security = security,
        TrustedCertificate = Certificate,
    };

    public ImapMailStore Open(string user, ImapOptions? options = null) =>
        new(Wire.Real, Endpoint(), user, (_, _) => ValueTask.FromResult(Token(user)), options);

    /// <summary>A token that is good unless told otherwise.</summary>
    public string Token(string user, string audience = Audience, TimeSpan? lifetime = null)
    {
        var now = DateTimeOffset.UtcNow;
        var header = Encode(new { alg = "ES256", kid = "k1", typ = "JWT" });
        var payload = Encode(new
        {
            iss = "https://sts.test/tenant1",
            aud = audience,
            azp = "mailadmin",
            sub = user,
            upn = user,
            scope = Scope,
            iat = now.AddMinutes(-10).ToUnixTimeSeconds(),
            nbf = now.AddMinutes(-10).ToUnixTimeSeconds(),
            exp = (now + (lifetime ?? TimeSpan.FromHours(1))).ToUnixTimeSeconds(),
        });
        var signature = _tokenKey.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256);
        return $"{header}.{payload}.{Base64Url(signature)}";
    }

    /// <summary>Puts messages into a user's INBOX without IMAP, in an order that Dovecot keeps.</summary>
    public void Deliver(string user, IEnumerable<byte[]> messages)
    {
        // Only what is made here is opened to the server's own user: beside it the server makes and removes files of its own.
        var folder = Path.Combine(MailRoot, user);
        foreach (var name in new[] { "", "cur", "new", "tmp" })
        {
            SetMode(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, All);
        }

        var n = 0;
        foreach (var message in messages)
        {
            var file = Path.Combine(folder, "cur", $"{1_700_000_000 + n}.M{n:D6}P1.test:2,");
            File.WriteAllBytes(file, message);
            SetMode(file, All);
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(1_700_000_000 + n)); // becomes INTERNALDATE
            n++;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _tokenKey.Dispose();
        Certificate.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private async Task RunAsync()
    {
        Start();
        for (var started = Stopwatch.StartNew(); ; await Task.Delay(5))
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, TlsPort);
                return;
            }
            catch (SocketException e) when (started.Elapsed > TimeSpan.FromSeconds(10))
            {
                await DisposeAsync();
                throw new InvalidOperationException("dovecot does not start", e);
            }
            catch (SocketException) when (_process!.HasExited)
            {
                // Of one that was killed, a process may hold the port for a moment longer than the first of them lives.
                await KillAsync();
                Start();
            }
            catch (SocketException)
            {
                // It is still starting.
            }
        }
    }

    // setsid, because dovecot's processes have to go together in the end.
    private void Start() =>
        _process = Process.Start(new ProcessStartInfo("setsid", [Binary, "-F", "-c", Path.Combine(_root, "dovecot.conf")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private async Task KillAsync()
    {
        if (_process is not null)
        {
            using var kill = Process.Start("kill", ["-KILL", "--", $"-{_process.Id}"]);
            await kill.WaitForExitAsync();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Encode(object value) => Base64Url(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Base64Url(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private void Configure(char separator, string prefix, string? capability, string mechanisms, int? relay)
    {
        var keys = Path.Combine(_root, "keys", "mailadmin", "ES256");
        foreach (var folder in new[] { keys, MailRoot, Path.Combine(_root, "state") })
        {
            Directory.CreateDirectory(folder);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(Path.Combine(_root, "tls.crt"), Certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_root, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(keys, "k1"), _tokenKey.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(Path.Combine(_root, "oauth2.conf"), $"""
            introspection_mode = local
            local_validation_key_dict = fs:posix:prefix={_root}/keys/
            username_attribute = upn
            issuers = https://sts.test/tenant1
            scope = {Scope}
            active_attribute = aud
            active_value = {Audience}

            """);
        var (user, group) = Environment.IsPrivilegedProcess ? ("65534", "65534") : (RunId("-u"), RunId("-g"));
        var unprivileged = Environment.IsPrivilegedProcess ? "" : $$"""
            default_internal_user = {{RunId("-un")}}
            default_login_user = {{RunId("-un")}}
            default_internal_group = {{RunId("-gn")}}
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
            }
            service stats {
              chroot =
            }
            """;
        var submission = relay is null ? "" : $$"""
            submission_relay_host = 127.0.0.1
            submission_relay_port = {{relay}}
            submission_relay_trusted = no
            submission_max_mail_size = 20 M
            service submission-login {
              {{(Environment.IsPrivilegedProcess ? "" : "chroot =")}}
              inet_listener submission {
                port = {{SubmissionPort}}
              }
            }
            """;
        File.WriteAllText(Path.Combine(_root, "dovecot.conf"), $$"""
            protocols = imap{{(relay is null ? "" : " submission")}}
            {{submission}}
            listen = 127.0.0.1
            base_dir = {{_root}}/run
            state_dir = {{_root}}/state
            log_path = {{_root}}/dovecot.log
            auth_verbose = yes
            auth_mechanisms = {{mechanisms}}
            auth_failure_delay = 0
            auth_cache_size = 0
            disable_plaintext_auth = yes
            ssl = required
            ssl_cert = <{{_root}}/tls.crt
            ssl_key = <{{_root}}/tls.key
            ssl_min_protocol = TLSv1.2
            mail_location = maildir:{{_root}}/mail/%u
            first_valid_uid = 1
            mail_max_userip_connections = 100
            {{(capability is null ? "" : $"imap_capability = {capability}")}}
            {{unprivileged}}
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            service imap-login {
              service_count = 0
              inet_listener imap {
                port = {{PlainPort}}
              }
              inet_listener imaps {
                port = {{TlsPort}}
                ssl = yes
              }
            }
            service imap {
              client_limit = 1
              vsz_limit = 512M
            }
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = {{_root}}/oauth2.conf
            }
            userdb {
              driver = static
              args = uid={{user}} gid={{group}} home={{_root}}/mail/%u
            }
            namespace inbox {
              inbox = yes
              separator = "{{separator.ToString().Replace(@"\", @"\\")}}"
              prefix = {{prefix}}
              mailbox Trash {
                special_use = \Trash
                auto = create
              }
            }

            """);
        SetMode(_root, (UnixFileMode)0b111_101_101);
        SetMode(MailRoot, All);
    }

    private static string RunId(string option)
    {
        using var id = Process.Start(new ProcessStartInfo("id", [option]) { RedirectStandardOutput = true })!;
        return id.StandardOutput.ReadToEnd().Trim();
    }
}
