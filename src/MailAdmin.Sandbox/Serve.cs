using System.Net.Sockets;
using System.Text.Json;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Description;
using MailAdmin.Tenant.State;

namespace MailAdmin.Sandbox;

/// <summary>
/// Serves a sandbox tenant for other processes: its hosts over HTTPS, its mailboxes over IMAP and SMTP, all on loopback. The
/// tenant exists as long as this process, regardless of its clients.
/// </summary>
/// <param name="output">Receives the addresses and credentials.</param>
/// <param name="options">The options of the server.</param>
internal sealed class Serve(TextWriter output, ServeOptions options)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (options.MailFolder is not null && !Directory.Exists(options.MailFolder))
        {
            await Console.Error.WriteLineAsync($"The folder '{options.MailFolder}' wasn't found.").ConfigureAwait(false);
            return 2;
        }

        SandboxTenant tenant;
        try
        {
            tenant = SandboxTenant.Create(Mailed(Described()));
        }
        catch (Exception e) when (e is InvalidRequestException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 2;
        }

        using var certificate = LoopbackCertificate.Create([.. SandboxTenant.Hosts, ServedSandbox.Host]);
        // A folder that other users can't write or guess, because another certificate in it would be trusted.
        var folder = Directory.CreateTempSubdirectory("mailadmin-sandbox-");
        var file = Path.Combine(folder.FullName, "certificate.pem");
        try
        {
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), cancellationToken).ConfigureAwait(false);
            using var imap = new LoopbackListener(options.ImapPort);
            using var smtp = new LoopbackListener(options.SmtpPort);
            var https = await HttpsListener.StartAsync(
                tenant, options.HttpsPort, (imap.Port, smtp.Port), certificate, cancellationToken).ConfigureAwait(false);
            await using (https.ConfigureAwait(false))
            {
                await TellAsync(tenant, https.Port, imap.Port, smtp.Port, file, cancellationToken).ConfigureAwait(false);
                // TLS begins with STARTTLS over SMTP, and with the first octet over IMAP.
                var submissions = smtp.RunAsync(
                    (stream, token) => tenant.ServeSmtpAsync(stream, SecureAsync, token), cancellationToken);
                await imap.RunAsync(AnswerImapAsync, cancellationToken).ConfigureAwait(false);
                await submissions.ConfigureAwait(false);
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            await Console.Error.WriteLineAsync(
                $"Can't serve the sandbox at the ports {options.HttpsPort}, {options.ImapPort}, and "
                    + $"{options.SmtpPort}: {e.Message}").ConfigureAwait(false);
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Task<Stream> SecureAsync(Stream stream, CancellationToken token) =>
            LoopbackListener.SecureAsync(stream, certificate, token);

        async Task AnswerImapAsync(Stream stream, CancellationToken token)
        {
            var tls = await SecureAsync(stream, token).ConfigureAwait(false);
            await using (tls.ConfigureAwait(false))
            {
                await tenant.ServeImapAsync(tls, token).ConfigureAwait(false);
            }
        }
    }

    private SandboxOptions Mailed(SandboxOptions tenant) =>
        options.MailFolder is { } folder ? tenant with { MailPath = folder } : tenant;

    /// <summary>The options of the tenant.</summary>
    /// <exception cref="InvalidRequestException">The description is wrong.</exception>
    private SandboxOptions Described()
    {
        if (options.TenantFile is not { } path)
        {
            return new SandboxOptions();
        }

        var file = Path.GetFullPath(path);
        return DescriptionReader.ReadTenant(
            DescriptionReader.ReadJson(file), Path.GetFileName(file), Path.GetDirectoryName(file));
    }

    private async Task TellAsync(
        SandboxTenant tenant, int httpsPort, int imapPort, int smtpPort, string certificateFile,
        CancellationToken cancellationToken)
    {
        var program = await Admission.CreateAsync(tenant, cancellationToken).ConfigureAwait(false);
        var facts = new Dictionary<string, object>
        {
            ["sandboxUri"] = $"https://127.0.0.1:{httpsPort}",
            ["certificate"] = certificateFile,
            ["tenantId"] = tenant.TenantId,
            ["domain"] = tenant.Domain,
            ["mailboxes"] = tenant.Mailboxes.Select(m => m.Address).ToArray(),
            ["adminClientId"] = tenant.AdminApp.ClientId,
            ["adminClientSecret"] = tenant.AdminApp.ClientSecret,
            ["clientId"] = program.ClientId,
            ["clientSecret"] = program.ClientSecret,
            ["graphToken"] = program.GraphToken,
            ["imapHost"] = "localhost",
            ["imapPort"] = imapPort,
            ["imapSecurity"] = "TLS",
            ["imapAuthentication"] = "XOAUTH2",
            ["imapToken"] = program.ImapToken,
            ["smtpHost"] = "localhost",
            ["smtpPort"] = smtpPort,
            ["smtpSecurity"] = "STARTTLS",
            ["smtpAuthentication"] = "XOAUTH2",
            ["smtpToken"] = program.ImapToken,
        };
        if (options.IsJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(facts)).ConfigureAwait(false);
        }
        else
        {
            foreach (var (name, value) in facts)
            {
                await output.WriteLineAsync(
                    $"{name,-20}{(value is string[] list ? string.Join(", ", list) : value)}").ConfigureAwait(false);
            }

            var secret = $"(ConvertTo-SecureString '{tenant.AdminApp.ClientSecret}' -AsPlainText)";
            var messages = $"https://graph.microsoft.com/v1.0/users/{tenant.Mailboxes[0].Address}/messages";
            await output.WriteLineAsync($"""

                In PowerShell, with MailAdmin:
                  Connect-MailAdmin -SandboxUri {facts["sandboxUri"]} -TrustedCertificate '{certificateFile}' -ClientSecret {secret}
                Any other program: the port is its HTTPS proxy, the certificate its authority, graphToken its bearer token:
                  curl --proxy http://127.0.0.1:{httpsPort} --cacert '{certificateFile}' --oauth2-bearer TOKEN {messages}
                A mail program signs in with XOAUTH2 and imapToken or smtpToken; clientId is an app that may use every mailbox.
                The tokens are good for an hour. Ctrl+C ends the tenant and all that is in it.
                """).ConfigureAwait(false);
        }

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Represents the options of the server.</summary>
/// <param name="MailFolder">A folder of .eml files for the first mailbox; null for the sandbox's sample mail.</param>
/// <param name="HttpsPort">The port of the HTTPS side; 0 for a free one.</param>
/// <param name="ImapPort">The port of IMAP; 0 for a free one.</param>
/// <param name="SmtpPort">The port of SMTP; 0 for a free one.</param>
/// <param name="IsJson">Whether the output is one line of JSON.</param>
internal sealed record ServeOptions(string? MailFolder, int HttpsPort, int ImapPort, int SmtpPort, bool IsJson)
{
    /// <summary>A description of the tenant in JSON; null for the sandbox's own.</summary>
    public string? TenantFile { get; init; }
}
