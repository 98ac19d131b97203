using System.Text.Json;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;

namespace MailAdmin.Sandbox;

/// <summary>
/// Represents an app that can read, process, and send mail in every mailbox of a sandbox, with its tokens, for programs without
/// their own.
/// </summary>
internal sealed record Admission(string ClientId, string ClientSecret, string ImapToken, string GraphToken)
{
    /// <summary>Registers the app and requests its tokens, as any app does.</summary>
    public static async Task<Admission> CreateAsync(SandboxTenant tenant, CancellationToken cancellationToken)
    {
        var cloud = Cloud.Of(tenant.Environment);
        using var session = await Session.SignInAsync(
            tenant.Wire, cloud, tenant.Domain, tenant.AdminApp.ClientId,
            new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)), cancellationToken).ConfigureAwait(false);
        string[] permissions =
        [
            "Exchange/IMAP.AccessAsApp", "Exchange/SMTP.SendAsApp", "Graph/Mail.ReadWrite", "Graph/Mail.Send",
        ];
        var app = await new AppProvisioner(session).EnsureAsync(
            new AppSpecification
            {
                Name = "Mail program",
                Permissions = [.. permissions.Select(p => PermissionName.Parse(p, PermissionKind.Application))],
                TenantWide = true,
            },
            cancellationToken).ConfigureAwait(false);
        foreach (var mailbox in tenant.Mailboxes)
        {
            tenant.GrantSmtp(app.ClientId, mailbox.Address);
        }

        var secret = Secret.Reveal(app.ClientSecret!);
        using var http = new HttpClient(tenant.Wire.Http, disposeHandler: false);
        return new Admission(
            app.ClientId, secret,
            await AskAsync(cloud.ExchangeScope).ConfigureAwait(false), await AskAsync(cloud.GraphScope).ConfigureAwait(false));

        async Task<string> AskAsync(string scope)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = app.ClientId,
                ["client_secret"] = secret,
                ["scope"] = scope,
            });
            using var answer = await http.PostAsync(
                new Uri($"https://{cloud.LoginHost}/{tenant.TenantId}/oauth2/v2.0/token"), form,
                cancellationToken).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            using var json = JsonDocument.Parse(
                await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            return json.RootElement.GetProperty("access_token").GetString()!;
        }
    }
}
