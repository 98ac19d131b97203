using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Mail.Smtp;

/// <summary>An app of a tenant that sends over SMTP, from the grant to the copy in Sent Items.</summary>
public sealed class SmtpSandboxTests : IDisposable
{
    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 5, 6, 7, 8, TimeSpan.Zero));
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_message_is_sent_arrives_and_is_kept_in_Sent_Items()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var connection = await ConnectAsync(road);
        await using var sender = MailboxAccess.OpenSender(connection);
        var sent = await sender.SendAsync(Message("Grüße", road.Tenant.Mailboxes[1].Address), Token);

        Assert.True(sent.SavedToSentItems);
        Assert.Contains(road.Tenant.GetMessages(road.Tenant.Mailboxes[1].Address, "Inbox"), m => m.Subject == "Grüße");
        Assert.Equal("Grüße", Assert.Single(road.Tenant.GetMessages(road.Mailbox, "Sent Items")).Subject);
        Assert.True(await sender.WasSentAsync(sent.InternetMessageId!, Token));
        Assert.False(await sender.WasSentAsync("<other@x.test>", Token));
    }

    [Fact]
    public async Task A_thousand_messages_keep_to_the_pace_on_the_clock_and_none_is_refused()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var connection = await ConnectAsync(road);
        var alice = road.Tenant.Mailboxes[1].Address;
        var start = _clock.GetUtcNow();
        await ManualTime.RunAsync(_clock, SendAllAsync(), TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(20));

        // 30 at once, and 30 in each minute after it. A fourth connection at once would have been refused, and waited for.
        Assert.InRange(_clock.GetUtcNow() - start, TimeSpan.FromMinutes(33), TimeSpan.FromMinutes(34));
        Assert.Equal(1000, road.Tenant.GetMessages(alice, "Inbox").Count(m => m.Subject.StartsWith("No. ", StringComparison.Ordinal)));

        async Task<bool> SendAllAsync()
        {
            // Five senders share what a mailbox may have.
            await Task.WhenAll(Enumerable.Range(0, 5).Select(part => SendPartAsync(part)));
            return true;
        }

        async Task SendPartAsync(int part)
        {
            await using var sender = MailboxAccess.OpenSender(connection);
            for (var i = part; i < 1000; i += 5)
            {
                await sender.SendAsync(Message($"No. {i}", alice), Token);
            }
        }
    }

    [Theory]
    [InlineData("SmtpLostAnswer", true)]
    [InlineData("SmtpDisconnect", false)]
    public async Task A_message_that_breaks_is_said_to_be_sent_or_not_or_unknown(string fault, bool isUnknown)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        await using var sender = MailboxAccess.OpenSender(await ConnectAsync(road));
        road.Tenant.SetFault(fault, 1);
        var e = await Assert.ThrowsAsync<ConnectionLostException>(() => sender.SendAsync(
            // More than the stream holds, so that the end can't be on its way when the server hangs up.
            Message("broken", road.Tenant.Mailboxes[1].Address) with { Body = new string('a', 500_000) }, Token));
        Assert.Equal(isUnknown, e.IsOutcomeUnknown);
        Assert.Equal(isUnknown ? 1 : 0, road.Tenant.GetMessages(road.Mailbox, "Sent Items").Count());
    }

    [Fact]
    public async Task A_run_that_ended_within_a_message_goes_on_with_the_next_and_asks_Sent_Items()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var connection = await ConnectAsync(road);
        var alice = road.Tenant.Mailboxes[1].Address;
        var messages = Enumerable.Range(0, 6).Select(i => Message($"No. {i % 3}", alice)).ToArray();
        var outcomes = new List<SendStatus[]>();
        foreach (var fault in new[] { "SmtpLostAnswer", "SmtpDisconnect", null })
        {
            using var ledger = SendLedger.Open(_folder["state"]);
            await using var sender = new TrackedSender(MailboxAccess.OpenSender(connection), ledger, connection);
            outcomes.Add(await RunAsync(sender, messages, fault is null ? null : () => road.Tenant.SetFault(fault, 1)));
            // What isn't in Sent Items may still get there for a while.
            _clock.Advance(TimeSpan.FromMinutes(5));
        }

        // The third message's answer is lost; the next run finds it in Sent Items, and loses its own third one before its end.
        Assert.Equal([SendStatus.Sent, SendStatus.Sent], outcomes[0]);
        Assert.Equal([SendStatus.SentEarlier, SendStatus.SentEarlier, SendStatus.SentEarlier], outcomes[1]);
        Assert.Equal(
            [SendStatus.SentEarlier, SendStatus.SentEarlier, SendStatus.SentEarlier, SendStatus.Sent, SendStatus.Sent, SendStatus.Sent],
            outcomes[2]);
        Assert.Equal(6, road.Tenant.GetMessages(road.Mailbox, "Sent Items").Count());
        Assert.Equal(6, road.Tenant.GetMessages(alice, "Inbox").Count(m => m.Subject.StartsWith("No. ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_Sent_Items_can_t_be_read_what_was_under_way_is_unknown_and_not_sent_again()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var connection = await ConnectAsync(road, "Exchange/SMTP.SendAsApp");
        var alice = road.Tenant.Mailboxes[1].Address;
        for (var run = 0; run < 2; run++)
        {
            using var ledger = SendLedger.Open(_folder["state"]);
            await using var sender = new TrackedSender(MailboxAccess.OpenSender(connection), ledger, connection);
            if (run == 0)
            {
                road.Tenant.SetFault("SmtpLostAnswer", 1);
                await Assert.ThrowsAsync<ConnectionLostException>(() => sender.SendAsync(Message("one", alice), Token));
                continue;
            }

            var again = await sender.SendAsync(Message("one", alice), Token);
            Assert.Equal((SendStatus.Unknown, ChangeKind.Unchanged), (again.Status, again.Change));
            Assert.Equal(SendStatus.Sent, (await sender.SendAsync(Message("two", alice), Token)).Status);
        }

        Assert.Equal(["one", "two"], road.Tenant.GetMessages(road.Mailbox, "Sent Items").Select(m => m.Subject));
    }

    [Theory]
    [InlineData(MailProtocol.Smtp)]
    [InlineData(MailProtocol.Graph)]
    public async Task What_is_not_in_Sent_Items_is_sent_again_only_when_it_had_the_time_to_get_there(MailProtocol protocol)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var connection = await ConnectAsync(road, protocol);
        var message = Message("one", road.Tenant.Mailboxes[1].Address);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SendAsync(message with { Submitting = stop.Cancel }, stop.Token));
        Assert.Equal(SendStatus.Unknown, (await SendAsync(message, Token)).Status);

        _clock.Advance(TimeSpan.FromMinutes(5));
        var sent = await SendAsync(message, Token);
        Assert.Equal(SendStatus.Sent, sent.Status);
        Assert.Equal(SendStatus.SentEarlier, (await SendAsync(message, Token)).Status);
        var arrived = Assert.Single(road.Tenant.GetMessages(road.Mailbox, "Sent Items"));
        Assert.Equal(sent.InternetMessageId, arrived.InternetMessageId);

        async Task<SentMessage> SendAsync(OutgoingMessage what, CancellationToken token)
        {
            using var ledger = SendLedger.Open(_folder["state"]);
            await using var sender = new TrackedSender(MailboxAccess.OpenSender(connection), ledger, connection);
            return await sender.SendAsync(what, token);
        }
    }

    [Fact]
    public async Task Without_a_copy_in_Sent_Items_what_was_under_way_stays_unknown()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var connection = await ConnectAsync(road, MailProtocol.Graph);
        var message = Message("one", road.Tenant.Mailboxes[1].Address) with { SaveToSentItems = false };
        using var stop = new CancellationTokenSource();
        foreach (var submitting in new Action?[] { stop.Cancel, null })
        {
            using var ledger = SendLedger.Open(_folder["state"]);
            await using var sender = new TrackedSender(MailboxAccess.OpenSender(connection), ledger, connection);
            var sending = sender.SendAsync(
                message with { Submitting = submitting }, submitting is null ? Token : stop.Token);
            if (submitting is not null)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
                _clock.Advance(TimeSpan.FromHours(1));
                continue;
            }

            Assert.Equal(SendStatus.Unknown, (await sending).Status);
        }
    }

    [Fact]
    public async Task A_file_with_other_content_makes_another_message()
    {
        using var ledger = SendLedger.Open(_folder["state"]);
        var keys = new List<string>();
        foreach (var content in new[] { "one", "two" })
        {
            await File.WriteAllTextAsync(_folder["invoice.txt"], content, Token);
            keys.Add(await ledger.KeyOfAsync(
                "a@x.test", Message("s", "b@x.test") with { Attachments = [OutgoingAttachment.Of(_folder["invoice.txt"])] }, Token));
        }

        Assert.NotEqual(keys[0], keys[1]);
        Assert.DoesNotContain('#', keys[1]);
    }

    [Fact]
    public void Two_runs_do_not_share_a_state()
    {
        using var first = SendLedger.Open(_folder["state"]);
        Assert.Equal("SendStateInUse", Assert.Throws<InvalidRequestException>(() => SendLedger.Open(_folder["state"])).Id);
    }

    [Fact]
    public async Task A_line_that_a_dead_run_has_begun_is_passed_over()
    {
        using (var ledger = SendLedger.Open(_folder["state"]))
        {
            ledger.Begin("a", "<a@x>", _clock.GetUtcNow());
        }

        await File.AppendAllTextAsync(Path.Combine(_folder["state"], "sent.jsonl"), "{\"key\":\"b\",\"messa", Token);
        using (var ledger = SendLedger.Open(_folder["state"]))
        {
            Assert.Null(ledger.Find("b"));
            ledger.Took("a", "<a@x>", _clock.GetUtcNow());
        }

        using var last = SendLedger.Open(_folder["state"]);
        Assert.True(last.Find("a")!.Value.IsSent);
    }

    private static async Task<SendStatus[]> RunAsync(TrackedSender sender, OutgoingMessage[] messages, Action? fault)
    {
        var statuses = new List<SendStatus>();
        try
        {
            foreach (var message in messages)
            {
                if (statuses.Count(s => s == SendStatus.Sent) == 2 || (fault is not null && statuses.Count == 3))
                {
                    fault?.Invoke();
                }

                statuses.Add((await sender.SendAsync(message, Token)).Status);
            }
        }
        catch (ConnectionLostException)
        {
            // That is the fault.
        }

        return [.. statuses];
    }

    private static Task<MailboxConnection> ConnectAsync(EndToEnd road, params string[] permissions) =>
        ConnectAsync(road, MailProtocol.Smtp, permissions);

    private static async Task<MailboxConnection> ConnectAsync(EndToEnd road, MailProtocol protocol, params string[] permissions)
    {
        var app = await road.RegisterAsync(
            permissions.Length > 0 ? permissions : ["Exchange/SMTP.SendAsApp", "Graph/Mail.ReadWrite", "Graph/Mail.Send"]);
        road.Tenant.GrantSmtp(app.ClientId, road.Mailbox);
        return MailboxConnections.As(app, road.Mailbox, protocol);
    }

    private static OutgoingMessage Message(string subject, string to) =>
        new() { To = [new EmailAddress(null, to)], Subject = subject, Body = "text" };
}
