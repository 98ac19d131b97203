using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MailAdmin.Core;
using MailAdmin.Core.Entra;
using MailAdmin.Tenant;

namespace MailAdmin.Sandbox;

/// <summary>A sandbox tenant whose mailboxes any mail program on this machine can open: IMAP over TLS on loopback.</summary>
/// <param name="output">Where it says how to get in.</param>
/// <param name="mailFolder">A folder of .eml files for the first mailbox; null for the sandbox's sample mail.</param>
/// <param name="port">The port; 0 for a free one.</param>
/// <param name="isJson">Whether it says so in one line of JSON.</param>
internal sealed class Serve(TextWriter output, string? mailFolder, int port, bool isJson)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (mailFolder is not null && !Directory.Exists(mailFolder))
        {
            await Console.Error.WriteLineAsync($"There is no folder '{mailFolder}'.").ConfigureAwait(false);
            return 2;
        }

        var tenant = SandboxTenant.Create(new SandboxOptions { MailPath = mailFolder });
        using var certificate = LoopbackCertificate.Create();
        string file = Path.Combine(Path.GetTempPath(), $"mailadmin-sandbox-{Environment.ProcessId}.pem");
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), cancellationToken).ConfigureAwait(false);
            listener.Start();
            await TellAsync(tenant, ((IPEndPoint)listener.LocalEndpoint).Port, file, cancellationToken).ConfigureAwait(false);
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
                _ = AnswerAsync(tenant, client, certificate, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync($"Port {port} cannot be served: {e.Message}").ConfigureAwait(false);
            return 1;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task AnswerAsync(SandboxTenant tenant, TcpClient client, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var tls = new SslStream(client.GetStream());
                await using (tls.ConfigureAwait(false))
                {
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken)
                        .ConfigureAwait(false);
                    await tenant.ServeImapAsync(tls, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
            {
                // A client that goes away, or does not trust the certificate, is no matter of the server.
            }
        }
    }

    private async Task TellAsync(SandboxTenant tenant, int at, string certificateFile, CancellationToken cancellationToken)
    {
        var (clientId, token) = await AdmitAsync(tenant, cancellationToken).ConfigureAwait(false);
        var facts = new Dictionary<string, object>
        {
            ["host"] = "localhost",
            ["port"] = at,
            ["security"] = "TLS",
            ["certificate"] = certificateFile,
            ["mailboxes"] = tenant.Mailboxes.Select(m => m.Address).ToArray(),
            ["clientId"] = clientId,
            ["authentication"] = "XOAUTH2",
            ["accessToken"] = token,
        };
        if (isJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(facts)).ConfigureAwait(false);
        }
        else
        {
            foreach (var (name, value) in facts)
            {
                await output.WriteLineAsync($"{name,-15}{(value is string[] list ? string.Join(", ", list) : value)}").ConfigureAwait(false);
            }

            await output.WriteLineAsync("The token is good for an hour. Ctrl+C ends the tenant and all that is in it.").ConfigureAwait(false);
        }

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Registers an app that may read every mailbox over IMAP, and asks for its token.</summary>
    private static async Task<(string ClientId, string Token)> AdmitAsync(SandboxTenant tenant, CancellationToken cancellationToken)
    {
        var cloud = Cloud.Of(tenant.Environment);
        using var session = await Session.SignInAsync(
            tenant.Wire, cloud, tenant.Domain, tenant.AdminApp.ClientId,
            new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)), cancellationToken).ConfigureAwait(false);
        var app = await new AppProvisioner(session).EnsureAsync(
            new AppSpecification
            {
                Name = "Mail program",
                Permissions = [PermissionName.Parse("Exchange/IMAP.AccessAsApp", PermissionKind.Application)],
                TenantWide = true,
            },
            cancellationToken).ConfigureAwait(false);
        foreach (var mailbox in tenant.Mailboxes)
        {
            tenant.GrantImap(app.ClientId, mailbox.Address);
        }

        using var http = new HttpClient(tenant.Wire.Http, disposeHandler: false);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = app.ClientId,
            ["client_secret"] = Secret.Reveal(app.ClientSecret!),
            ["scope"] = cloud.ExchangeScope,
        });
        using var answer = await http.PostAsync(new Uri($"https://{cloud.LoginHost}/{tenant.TenantId}/oauth2/v2.0/token"), form, cancellationToken).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        return (app.ClientId, json.RootElement.GetProperty("access_token").GetString()!);
    }
}
