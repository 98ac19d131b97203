using System.Diagnostics;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Mail.Smtp;

namespace MailAdmin.Tests.Mail;

public sealed class ConnectionErrorsTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_silent_while_the_connection_is_opened_is_named_with_the_seconds_over_IMAP() => await SilentAsync(
        77, MailAdminImapClient.OpenAsync(
            NeverAsync, _time, new ImapServer { Host = "mail.x.test" }, new ImapOptions { Timeout = TimeSpan.FromSeconds(77) }, Token));

    [Fact]
    public async Task A_server_that_is_silent_while_the_connection_is_opened_is_named_with_the_seconds_over_SMTP() => await SilentAsync(
        120, SubmissionClient.OpenAsync(
            new Wire(new HttpClientHandler(), NeverAsync, _time), new SmtpServer { Host = "mail.x.test" }, Token));

    private async Task SilentAsync(int seconds, Task opening)
    {
        await _time.SomebodyWaitsFor(TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(seconds));

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => opening);
        Assert.EndsWith($"didn't respond in time: no connection within {seconds} seconds.", lost.Message, StringComparison.Ordinal);
    }

    private static async ValueTask<Stream> NeverAsync(string host, int port, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new UnreachableException();
    }
}
