using System.Text.Json.Nodes;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tests.Tenant.Smtp;

/// <summary>Submission of mail as Exchange Online answers: what it offers, what it takes, and its refusals word for word.</summary>
public sealed class SubmissionTests : IDisposable
{
    private readonly TenantClient _world = new();

    private string Invoices => _world.Invoices;

    private string Alice => _world.Tenant.Mailboxes[1].Address;

    private string Bob => _world.Tenant.Mailboxes[2].Address;

    private string App => _world.Tenant.AdminApp.ClientId;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task It_offers_what_Exchange_Online_offers()
    {
        await using var client = await SmtpTestClient.ConnectAsync(_world.Tenant);
        var offers = (await client.RunAsync("EHLO test")).Split('\n').Select(l => l[4..]).ToArray();
        Assert.EndsWith("outlook.office365.com Hello [127.0.0.1]", offers[0], StringComparison.Ordinal);
        Assert.Equal(
            ["SIZE 157286400", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "AUTH LOGIN XOAUTH2", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8"],
            offers[1..]);
        Assert.StartsWith("221 2.0.0", await client.RunAsync("QUIT"));
    }

    [Fact]
    public async Task What_is_submitted_arrives_and_is_kept()
    {
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        var answer = await client.SubmitAsync(
            Invoices, [Alice, "x@example.com"], $"From: {Invoices}\r\nTo: {Alice}\r\nSubject: Dots\r\nMessage-ID: <1@x.test>\r\n\r\n..a\r\n.\nb\r\n...");

        Assert.StartsWith("250 2.0.0 OK <1@x.test> [Hostname=", answer);
        var arrived = Single(Alice, "inbox");
        Assert.EndsWith("\r\n\r\n.a\r\n\nb\r\n..\r\n", System.Text.Encoding.ASCII.GetString(arrived.GetContent()), StringComparison.Ordinal);
        Assert.Equal("Dots", Single(Invoices, "sentitems").Subject);
    }

    [Fact]
    public async Task The_response_may_follow_the_challenge_and_pieces_may_come_by_BDAT()
    {
        _world.Tenant.GrantSmtp(App, Invoices);
        await using var client = await SmtpTestClient.ConnectAsync(_world.Tenant);
        Assert.Equal("334 ", await client.RunAsync("AUTH XOAUTH2"));
        Assert.StartsWith("235 2.7.0 Authentication successful", await client.RunAsync(SmtpTestClient.Response(Invoices, SmtpTestClient.Mint(_world))));
        await client.RunAsync($"MAIL FROM:<{Invoices}> BODY=BINARYMIME SIZE=40");
        await client.RunAsync($"RCPT TO:<{Alice}>");
        Assert.StartsWith("250 2.6.0 CHUNK received OK, 12 octets", await client.RunAsync("BDAT 12\r\nSubject: x"));
        Assert.StartsWith("250 2.0.0 OK", await client.RunAsync("BDAT 7 LAST\r\n\r\nabc"));
        Assert.Equal("x", Single(Alice, "inbox").Subject);
    }

    public static TheoryData<string, string> SignIns => new()
    {
        { "audience", "535 5.7.3 Authentication unsuccessful [" },
        { "role", "535 5.7.3 Authentication unsuccessful [" },
        { "user", "535 5.7.3 Authentication unsuccessful [" },
        { "garbage", "535 5.7.3 Authentication unsuccessful [" },
        { "unregistered", "535 5.7.3 Authentication unsuccessful [" },
        { "mailbox switch", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [" },
        { "tenant switch", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [" },
        { "security defaults", "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. [" },
    };

    [Theory]
    [MemberData(nameof(SignIns))]
    public async Task A_sign_in_is_refused_in_Exchanges_words(string what, string expected)
    {
        if (what != "unregistered")
        {
            _world.Tenant.GrantSmtp(App, Invoices);
        }

        var mailbox = _world.Tenant.State.Mailboxes.Find(Invoices)!;
        mailbox.IsSmtpAuthDisabled = what switch { "mailbox switch" => true, "tenant switch" => null, _ => false };
        _world.Tenant.State.Directory.HasSecurityDefaults = what == "security defaults";
        var token = SmtpTestClient.Mint(_world, claims =>
        {
            switch (what)
            {
                case "audience": claims["aud"] = "https://graph.microsoft.com"; break;
                case "role": claims["roles"] = new JsonArray("IMAP.AccessAsApp"); break;
            }
        });
        await using var client = await SmtpTestClient.ConnectAsync(_world.Tenant);
        Assert.StartsWith(expected, await client.RunAsync("AUTH XOAUTH2 " + what switch
        {
            "garbage" => "###",
            "user" => SmtpTestClient.Response("nobody@x.test", token),
            _ => SmtpTestClient.Response(Invoices, token),
        }));
        Assert.StartsWith("530 5.7.57 Client not authenticated to send mail. [", await client.RunAsync($"MAIL FROM:<{Invoices}>"));
    }

    [Fact]
    public async Task The_tenant_s_switch_holds_where_the_mailbox_has_none()
    {
        _world.Tenant.GrantSmtp(App, Invoices);
        _world.Tenant.State.Mailboxes.Find(Invoices)!.IsSmtpAuthDisabled = null;
        _world.Tenant.State.Exchange.Seed(c => c with { Organization = c.Organization with { IsSmtpAuthDisabled = false } });
        await using var client = await SmtpTestClient.ConnectAsync(_world.Tenant);
        Assert.StartsWith("235", await client.SignInAsync(Invoices, SmtpTestClient.Mint(_world)));
    }

    [Fact]
    public async Task Passwords_are_asked_for_and_never_right()
    {
        await using var client = await SmtpTestClient.ConnectAsync(_world.Tenant);
        Assert.Equal("334 VXNlcm5hbWU6", await client.RunAsync("AUTH LOGIN"));
        Assert.Equal("334 UGFzc3dvcmQ6", await client.RunAsync("YQ=="));
        Assert.StartsWith("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", await client.RunAsync("Yg=="));
        Assert.StartsWith("504 5.7.4", await client.RunAsync("AUTH PLAIN AGEAYg=="));
    }

    [Theory]
    [InlineData("neither", "430 4.2.0 STOREDRV; mailbox logon failure; STOREDRV.Submission.Exception:ConnectionFailedTransientException.MapiExceptionLogonFailed;")]
    [InlineData("FullAccess", "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with message Cannot submit message. [")]
    [InlineData("SendAs", "250 2.0.0 OK")]
    [InlineData("role", "250 2.0.0 OK")]
    public async Task The_right_to_the_mailbox_is_judged_when_the_message_is_there(string right, string expected)
    {
        _world.Tenant.GrantSmtp(App, Invoices);
        var id = _world.Tenant.State.Mailboxes.Find(Invoices)!.UserId;
        var principal = _world.Tenant.State.Exchange.Current.PrincipalOf(App)!;
        _world.Tenant.State.Exchange.Seed(c => c with
        {
            Permissions = c.Permissions.RemoveAll(p => p.MailboxId == id && p.Sid == principal.Sid && p.Right != right),
            Assignments = right != "role" ? c.Assignments : c.Assignments.Add(new RoleAssignment(
                "1", "a", "Application SMTP.SendAsApp", principal.Id, ScopeKind.Organization, null, TenantClient.Start)),
        });
        // The role in Exchange counts while the token doesn't carry the permission.
        var token = SmtpTestClient.Mint(_world, claims =>
        {
            if (right == "role")
            {
                claims.Remove("roles");
            }
        });
        await using var client = await SmtpTestClient.ConnectAsync(_world.Tenant);
        Assert.StartsWith("235", await client.SignInAsync(Invoices, token));
        Assert.StartsWith(expected, await client.SubmitAsync(Invoices, [Alice], $"From: {Invoices}\r\nSubject: x\r\n\r\ny"));
    }

    [Fact]
    public async Task Who_is_named_in_From_has_to_be_the_mailbox_or_one_that_it_may_send_for()
    {
        var alias = $"billing@{_world.Tenant.Domain}";
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        Assert.StartsWith("250", await client.SubmitAsync(alias, [Bob], $"From: Bills <{alias}>\r\nSubject: alias\r\n\r\n"));
        Assert.StartsWith("554 5.2.0", await client.SubmitAsync(Invoices, [Bob], $"From: {Alice}\r\nSubject: x\r\n\r\n"));
        Assert.StartsWith("554 5.2.0", await client.SubmitAsync(Alice, [Bob], $"From: {Invoices}\r\nSubject: x\r\n\r\n"));
        Assert.StartsWith("554 5.2.0", await client.SubmitAsync(Invoices, [Bob], "From: ceo@example.com\r\nSubject: x\r\n\r\n"));

        // It is the right of the mailbox that signs in, not of the app.
        Grant(RecipientPermission.SendOnBehalf);
        Assert.StartsWith("250", await client.SubmitAsync(Invoices, [Bob], $"From: {Alice}\r\nSubject: behalf\r\n\r\n"));
        Grant(RecipientPermission.SendAs);
        Assert.StartsWith("250", await client.SubmitAsync(Invoices, [Bob], $"From: {Alice}\r\nSubject: as\r\n\r\n"));
        var arrived = Messages(Bob, "inbox").ToDictionary(m => m.Subject, m => MimeMessage.Parse(m.GetContent()));
        Assert.Equal(Invoices, arrived["behalf"].Sender?.Address);
        Assert.Null(arrived["as"].Sender);
        Assert.DoesNotContain("x", arrived.Keys);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_by_its_announcement_and_by_its_octets()
    {
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        Assert.StartsWith("552 5.3.4 Message size exceeds fixed maximum message size", await client.RunAsync($"MAIL FROM:<{Invoices}> SIZE=40000000"));
        _world.Tenant.State.Exchange.Seed(c => c with { Organization = c.Organization with { MaxMessageSize = 1000 } });
        Assert.StartsWith("552 5.3.4", await client.SubmitAsync(Invoices, [Alice], "Subject: x\r\n\r\n" + new string('a', 990)));
        Assert.Empty(Messages(Alice, "inbox"));
    }

    [Fact]
    public async Task Recipients_are_limited_by_message_and_by_day()
    {
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        await client.RunAsync($"MAIL FROM:<{Invoices}>");
        for (var i = 0; i < 500; i++)
        {
            Assert.StartsWith("250 2.1.5", await client.RunAsync($"RCPT TO:<r{i}@{_world.Tenant.Domain}>"));
        }

        Assert.StartsWith("452 4.5.3 Too many recipients", await client.RunAsync($"RCPT TO:<one@{_world.Tenant.Domain}>"));
        await client.RunAsync("RSET");

        var log = _world.Tenant.State.Mailboxes.Find(Invoices)!.Submissions;
        log.Add(TenantClient.Start, 9_999, 0);
        Assert.StartsWith("250", await client.SubmitAsync(Invoices, [Alice], "Subject: last\r\n\r\n"));
        Assert.StartsWith(
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException;",
            await client.SubmitAsync(Invoices, [Alice], "Subject: x\r\n\r\n"));
        _world.Tenant.Clock.Advance(TimeSpan.FromHours(24));
        Assert.StartsWith("250", await client.SubmitAsync(Invoices, [Alice], "Subject: next day\r\n\r\n"));
    }

    [Fact]
    public async Task From_onmicrosoft_com_a_hundred_recipients_outside_a_day_are_the_limit_of_the_tenant()
    {
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        _world.Tenant.State.Mailboxes.Find(Alice)!.Submissions.Add(TenantClient.Start, 99, 99);
        Assert.StartsWith("250", await client.SubmitAsync(Invoices, ["a@example.com"], "Subject: x\r\n\r\n"));
        Assert.StartsWith("550 5.7.236 ", await client.SubmitAsync(Invoices, ["b@example.com"], "Subject: x\r\n\r\n"));
        Assert.StartsWith("250", await client.SubmitAsync(Invoices, [Bob], "Subject: inside\r\n\r\n"));
    }

    [Fact]
    public async Task Thirty_messages_a_minute_are_pacing_and_no_refusal()
    {
        var log = new SubmissionLog();
        var now = TenantClient.Start;
        var slots = Enumerable.Range(0, 90).Select(_ => log.TakeSlot(now)).ToArray();
        Assert.All(slots[..30], s => Assert.Equal(now, s));
        Assert.All(slots[30..60], s => Assert.Equal(now.AddMinutes(1), s));
        Assert.All(slots[60..], s => Assert.Equal(now.AddMinutes(2), s));

        await using var client = await SmtpTestClient.SignedInAsync(_world);
        for (var i = 0; i < 30; i++)
        {
            Assert.StartsWith("250", await client.SubmitAsync(Invoices, [Alice], "Subject: x\r\n\r\n"));
        }

        var late = client.SubmitAsync(Invoices, [Alice], "Subject: late\r\n\r\n");
        while (_world.Tenant.Clock.NextDue is null)
        {
            await Task.Yield();
        }

        Assert.False(late.IsCompleted);
        _world.Tenant.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.StartsWith("250", await late);
    }

    [Fact]
    public async Task A_full_mailbox_sends_nothing()
    {
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        _world.Tenant.State.Mailboxes.Find(Invoices)!.Quota = 0;
        Assert.StartsWith("554 5.2.2 mailbox full;", await client.SubmitAsync(Invoices, [Alice], "Subject: x\r\n\r\n"));
    }

    [Theory]
    [InlineData("RCPT TO:<a@b.c>", "503 5.5.2 Need mail command")]
    [InlineData("DATA", "503 5.5.2 Need mail command")]
    [InlineData("MAIL FROM:a", "501 5.5.4 Invalid arguments")]
    [InlineData("MAIL FROM:<a b>", "501 5.1.7 Invalid address")]
    [InlineData("MAIL FROM:<a@b.c> X=1", "501 5.5.4 Invalid arguments")]
    [InlineData("VRFY a", "252 2.1.5 Cannot VRFY user")]
    [InlineData("RSET", "250 2.0.0 Resetting")]
    [InlineData("TURN", "500 5.3.3 Unrecognized command 'TURN'")]
    public async Task What_is_out_of_order_is_refused(string command, string expected)
    {
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        Assert.StartsWith(expected, await client.RunAsync(command));
    }

    [Fact]
    public async Task Faults_strike_a_message()
    {
        await using var client = await SmtpTestClient.SignedInAsync(_world);
        _world.Tenant.SetFault("SmtpBusy", 1, Invoices, App);
        Assert.StartsWith("451 4.7.500 Server busy. Please try again later.", await client.SubmitAsync(Invoices, [Alice], "Subject: x\r\n\r\n"));
        Assert.Empty(Messages(Alice, "inbox"));
        _world.Tenant.SetFault("SmtpLostAnswer", 1);
        await Assert.ThrowsAsync<IOException>(() => client.SubmitAsync(Invoices, [Alice], "Subject: taken\r\n\r\n"));
        Assert.Equal("taken", Single(Alice, "inbox").Subject);
    }

    private void Grant(string right)
    {
        var (target, sender) = (_world.Tenant.State.Mailboxes.Find(Alice)!, _world.Tenant.State.Mailboxes.Find(Invoices)!);
        _world.Tenant.State.Exchange.Seed(
            c => c with { Permissions = c.Permissions.Add(new RecipientPermission(target.UserId, Sids.Of(sender.UserId), right)) });
    }

    private TenantMessage Single(string mailbox, string folder) => Assert.Single(Messages(mailbox, folder));

    private IEnumerable<TenantMessage> Messages(string mailbox, string folder) =>
        _world.Tenant.GetMessages(mailbox, folder).Where(m => m.ReceivedAt >= TenantClient.Start);
}
