using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Smtp;

namespace MailAdmin.Tests.Mail.Smtp;

/// <summary>A real submission server that nobody here wrote: Dovecot, with a relay behind it.</summary>
[Trait("Network", "Loopback")]
public sealed class DovecotSubmissionTests
{
    private const string User = "anna@contoso.test";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dovecot_takes_what_is_sent_with_XOAUTH2_and_long_tokens_and_refuses_others()
    {
        Assert.SkipUnless(DovecotServer.HasSubmission, "dovecot-submissiond is not installed.");
        using var relay = new SmtpScript { Offers = ["SIZE 10000000", "ENHANCEDSTATUSCODES", "8BITMIME"] };
        await using var server = await DovecotServer.StartAsync(relay: relay.Listen());
        var endpoint = new SmtpServer
        {
            Host = "localhost", Port = server.SubmissionPort, TrustedCertificate = server.Certificate,
        };
        // A name that is longer makes a token that no line of AUTH can take.
        foreach (var user in new[] { User, $"{new string('a', 400)}@contoso.test" })
        {
            await using var sender = Sender(endpoint, user, server.Token(user));
            await sender.SendAsync(Message("first"), Cancel);
            await sender.SendAsync(Message("second") with { Body = ".\n..\nGrüße" }, Cancel);
        }

        Assert.Equal(4, relay.Taken.Count);
        var taken = Core.Mail.Mime.MimeMessage.Parse(System.Text.Encoding.Latin1.GetBytes(relay.Taken[1].Replace("\r\n..", "\r\n.", StringComparison.Ordinal)));
        Assert.Equal("second", taken.Subject);
        Assert.Equal(".\n..\nGrüße", taken.TextBody!.ReplaceLineEndings("\n").Trim());

        await using (var wrong = Sender(endpoint, User, server.Token(User, lifetime: TimeSpan.FromMinutes(-1))))
        {
            var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => wrong.SendAsync(Message("never"), Cancel));
            Assert.Equal(("SMTP", "AUTHENTICATIONFAILED"), (e.Service, e.Code));
        }

        relay.Once("RCPT", "550 5.1.1 No such user here");
        await using (var sender = Sender(endpoint, User, server.Token(User)))
        {
            var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => sender.SendAsync(Message("never"), Cancel));
            Assert.Equal("5.1.1", Assert.Single(e.Recipient).Code);
        }

        await using (var stranger = Sender(endpoint with { TrustedCertificate = null }, User, server.Token(User)))
        {
            Assert.False((await Assert.ThrowsAsync<ConnectionLostException>(() => stranger.SendAsync(Message("never"), Cancel))).IsTransient);
        }

        Assert.Equal(4, relay.Taken.Count);
    }

    private static SmtpMailSender Sender(SmtpServer server, string user, string token) => new(
        Wire.Real, server, new MailboxConnection { TenantId = "", ClientId = "", Mailbox = user, Protocol = MailProtocol.Smtp },
        (_, _) => ValueTask.FromResult(token));

    private static OutgoingMessage Message(string subject) =>
        new() { To = [new EmailAddress(null, "bert@contoso.test")], Subject = subject, Body = "text" };
}
