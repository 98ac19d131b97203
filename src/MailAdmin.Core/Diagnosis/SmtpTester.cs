using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Smtp;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Tests whether mail can be sent over SMTP, in the order of the protocol. No message is sent unless it's requested. So the
/// permission to send as the mailbox is read from Exchange if an administrator is signed in. Otherwise it's unknown, because
/// Exchange denies it only in its response to a message.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/smtp-app-rbac-onboarding,
/// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
/// </remarks>
internal sealed class SmtpTester(MailboxConnection connection, bool sends)
{
    private readonly CheckRun _run = new(connection);
    private readonly Cloud _cloud = Cloud.Of(connection.Environment);
    private readonly Wire _wire = connection.Server is null ? MailboxAccess.WireOf(connection) : Wire.Real;
    private readonly Session? _admin = connection.Server is null ? MailboxAccess.SessionOf(connection) : null;

    /// <summary>Whether the result is compared with the configuration, if the session can read it.</summary>
    public bool Compares { get; init; }

    /// <summary>Runs the checks.</summary>
    /// <returns>The result; a refusal is in it and not thrown.</returns>
    /// <exception cref="InvalidRequestException">The connection itself isn't complete.</exception>
    public async Task<MailboxConnectionTest> RunAsync(CancellationToken cancellationToken)
    {
        using var tokens = connection.AccessToken is null ? MailboxAccess.Tokens(connection) : null;
        var server = MailboxAccess.SmtpServerOf(connection);
        var token = connection.AccessToken is { } given ? AccessToken.Given(Secret.Reveal(given)) : null;
        if (tokens is not null)
        {
            await _run.CheckAsync(
                "Endpoint", () => _run.EndpointAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await _run.CheckAsync("Tls", () => TlsAsync(server, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (tokens is not null)
        {
            await _run.CheckAsync("Token", async () =>
            {
                token = await tokens.GetAsync(_cloud.MailScope, fresh: true, cancellationToken).ConfigureAwait(false);
                _run.Token = token;
                return new MailCheck("Token", CheckStatus.Passed)
                {
                    Evidence = $"{connection.CredentialType} accepted; {token}",
                };
            }, cancellationToken).ConfigureAwait(false);
        }

        await _run.CheckAsync(
            "Claims", () => Task.FromResult(TokenClaims.Check(connection, _cloud, token!)),
            cancellationToken).ConfigureAwait(false);
        await _run.CheckAsync("SmtpAuth", () => SwitchAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        var sender = MailboxAccess.OpenSmtp(connection, tokens);
        await using (sender.ConfigureAwait(false))
        {
            await _run.CheckAsync("Login", async () =>
            {
                await sender.SignInAsync(cancellationToken).ConfigureAwait(false);
                return new MailCheck("Login", CheckStatus.Passed) { Evidence = $"{server} accepted {connection.Mailbox}" };
            }, cancellationToken).ConfigureAwait(false);
            if (sends)
            {
                await _run.CheckAsync(
                    "MailFlow", () => SendAsync(sender, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _run.CheckAsync(
                    "SendAs", () => RightAsync(token!, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
        }

        if (Compares)
        {
            await _run.CompareAsync(sends: true, cancellationToken).ConfigureAwait(false);
        }

        return _run.Result();
    }

    private async Task<MailCheck> TlsAsync(SmtpServer server, CancellationToken cancellationToken)
    {
        var client = await SubmissionClient.OpenAsync(_wire, server, cancellationToken).ConfigureAwait(false);
        var offers = string.Join(", ", client.AuthenticationMechanisms.Order(StringComparer.Ordinal));
        await client.CloseAsync().ConfigureAwait(false);
        return new MailCheck("Tls", CheckStatus.Passed)
        {
            Evidence = $"{server} answered{(_wire.IsSandbox ? "" : " over TLS")}, and offers {offers}",
        };
    }

    /// <summary>Checks the settings of the mailbox and the tenant, if an administrator can read them.</summary>
    private async Task<MailCheck> SwitchAsync(CancellationToken cancellationToken)
    {
        if (_admin is null)
        {
            return new MailCheck("SmtpAuth", CheckStatus.Skipped)
            {
                Evidence = "not read because you aren't connected as an administrator; the sign-in shows it",
            };
        }

        MailboxSetting setting;
        try
        {
            setting = await new MailboxSettings(_admin).GetAsync(connection.Mailbox, cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e) when (e is ServiceRefusedException or InvalidRequestException)
        {
            return new MailCheck("SmtpAuth", CheckStatus.Skipped) { Evidence = $"not read: {e.Message}" };
        }

        return AccessChecks.SmtpAuth(setting.SmtpAuthEnabled, setting.SmtpAuthInherited == true, To);
    }

    private AccessRemedies To => new(connection.ClientId, connection.Mailbox);

    /// <summary>The right to send as the mailbox: by the role in Exchange, or by Send As on it.</summary>
    private async Task<MailCheck> RightAsync(AccessToken token, CancellationToken cancellationToken)
    {
        if (connection.Person is not null
            && connection.Mailbox.Equals(connection.UserPrincipalName, StringComparison.OrdinalIgnoreCase))
        {
            return new MailCheck("SendAs", CheckStatus.Passed) { Evidence = "it is the user's own mailbox" };
        }

        if (_admin is null || connection.Person is not null)
        {
            return Unproved("nothing was sent, and you aren't connected as an administrator who can read it");
        }

        try
        {
            var principal = await new ServicePrincipalRegistry(_admin)
                .FindAsync(connection.ClientId, cancellationToken).ConfigureAwait(false);
            if (principal is null)
            {
                return Unproved("the app has no service principal in Exchange");
            }

            return token.Roles.Contains(RoleNames.SmtpPermission, StringComparer.OrdinalIgnoreCase)
                ? await BySendAsAsync(principal, cancellationToken).ConfigureAwait(false)
                : await ByRoleAsync(principal, cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e) when (e is ServiceRefusedException or InvalidRequestException)
        {
            return Unproved(e.Message);
        }
    }

    private async Task<MailCheck> BySendAsAsync(ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var address = (await _admin!.ResolveMailboxAsync(connection.Mailbox, cancellationToken).ConfigureAwait(false)).Address;
        var rights = await MailboxRights.ReadAsync(_admin!, address, principal, cancellationToken).ConfigureAwait(false);
        return AccessChecks.Right(
            address, rights, MailboxAccessRight.SendAs,
            new AccessRemedies(connection.ClientId, address).Right(MailboxAccessRight.SendAs));
    }

    private async Task<MailCheck> ByRoleAsync(ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var rows = await _admin!.Exchange.GetAsync(
            "Test-ServicePrincipalAuthorization",
            new JsonObject { ["Identity"] = principal.ObjectId, ["Resource"] = connection.Mailbox },
            cancellationToken).ConfigureAwait(false);
        return rows.Any(r => r.Flag("InScope") == true
            && RoleNames.Smtp.Equals(r.Text("RoleName"), StringComparison.OrdinalIgnoreCase))
            ? new MailCheck("SendAs", CheckStatus.Passed) { Evidence = $"the role {RoleNames.Smtp} includes the mailbox" }
            : Unproved($"no role {RoleNames.Smtp} of the app includes the mailbox");
    }

    private MailCheck Unproved(string why) => new("SendAs", CheckStatus.Unknown)
    {
        Evidence = $"Not tested: {why}",
        Cause = "Exchange returns whether the app can send as the mailbox only when it receives a message.",
        Reason = MailCheckReason.NotReadable,
        Remedy = To.Look(MailProtocol.Smtp),
        Advice = "To send a marked message to the mailbox itself, use -TestMailFlow.",
    };

    private async Task<MailCheck> SendAsync(SmtpMailSender sender, CancellationToken cancellationToken)
    {
        var sent = await sender.SendAsync(
            new OutgoingMessage
            {
                To = [new EmailAddress(null, SmtpMailSender.AddressOf(connection))],
                Subject = $"MailAdmin mail flow test {Guid.NewGuid():N}",
                Body = "This message tests whether mail can be sent from this mailbox. It can be deleted.",
                IsAutoGenerated = true,
            },
            cancellationToken).ConfigureAwait(false);
        return new MailCheck("MailFlow", CheckStatus.Passed)
        {
            Evidence = $"'{sent.Subject}' ({sent.InternetMessageId}) was accepted",
        };
    }
}
