using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>What Exchange sends in place of a message that it can't convert, and what only looks so.</summary>
public sealed class SubstituteMessageTests
{
    private const string Header = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n";
    private const string Server = "From: Microsoft Exchange Server 2010\r\nTo: anna@contoso.test\r\n";
    private const string Subject = "Subject: Retrieval using the IMAP4 protocol failed for the following message:\r\n 522\r\n";
    private const string Text = "The server couldn't retrieve the following message:\r\n\r\nSubject: \"Meeting\"\r\n\r\nThe message hasn't been deleted.\r\n";

    /// <summary>The form that OfflineIMAP#62 and cal.com#2429 show.</summary>
    private const string Reported = $"{Header}{Server}{Subject}Content-Transfer-Encoding: quoted-printable\r\n\r\n{Text}";

    private static readonly MailboxMessage Listed = new()
    {
        Id = "7.2", Mailbox = "anna@contoso.test", Folder = "Inbox", Subject = "Meeting", InternetMessageId = "<2@x>", Size = 5000,
    };

    public static TheoryData<string> Substitutes =>
    [
        Reported,
        Reported.Replace("IMAP4", "POP3"),
        Reported.Replace("Server 2010", "Server"),
        Reported.Replace("couldn't", "couldn\u2019t"),
        // In another language.
        $"{Header}{Server}Subject: Abruf mit dem IMAP4-Protokoll fehlgeschlagen: 522\r\n\r\nDie Nachricht konnte nicht abgerufen werden.\r\n",
        // With an address after all, with a time, and with the text in the body.
        $"{Header}From: \"Microsoft Exchange Server\" <microsoft@unknown>\r\n{Subject}\r\n{Text}",
        $"{Header}From: Microsoft Exchange Server\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\nRetrieval using the IMAP4 protocol failed for the following message: 5\r\n",
        $"{Header}From: Microsoft Exchange Server <a@b.test>\r\nMessage-ID: <other@x>\r\n{Subject}\r\n{Text}",
        $"{Header}From: Microsoft Exchange Server\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + $"{Convert.ToBase64String(Encoding.ASCII.GetBytes("Retrieval using the IMAP4 protocol failed for the following message: 5"))}\r\n",
        // The header section alone.
        $"{Header}{Server}{Subject}\r\n",
    ];

    public static TheoryData<string> Messages =>
    [
        "Subject: hello\r\n\r\nNothing of that.\r\n",
        // Somebody asks about it, or sends it on.
        $"{Header}From: Anna <anna@contoso.test>\r\nMessage-ID: <2@x>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n{Subject}\r\n{Text}",
        $"{Header}From: Anna <anna@contoso.test>\r\n{Subject}\r\n{Text}",
        $"{Header}From: Anna <anna@contoso.test>\r\nMessage-ID: <2@x>\r\nSubject: FW: it\r\n\r\nRetrieval using the IMAP4 protocol failed for the following message: 5\r\n",
        // Exchange sends mail of its own.
        $"{Header}From: Microsoft Exchange <MicrosoftExchange329e71ec@contoso.test>\r\nMessage-ID: <2@x>\r\n{Subject}\r\n{Text}",
        $"{Header}From: Microsoft Exchange Server\r\nMessage-ID: <2@x>\r\nSubject: Your mailbox is full\r\n\r\nMicrosoft Exchange says so.\r\n",
        $"{Header}{Server}Subject: Your mailbox is full\r\n\r\nMicrosoft Exchange says so.\r\n",
        // It came over SMTP.
        $"Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n{Reported}",
        // It carries one.
        $"{Server}Subject: IMAP4\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{Reported}\r\n--b--\r\n",
        // Larger than such a message gets.
        Reported + new string('x', 40_000),
        "",
    ];

    [Theory]
    [MemberData(nameof(Substitutes))]
    public void A_substitute_is_recognised(string message) => Assert.True(SubstituteMessage.Is(Encoding.UTF8.GetBytes(message), Listed));

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_none_whatever_it_quotes(string message) => Assert.False(SubstituteMessage.Is(Encoding.UTF8.GetBytes(message), Listed));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_an_error_of_that_message_and_the_others_come(bool uidFirst)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.Messages[2] = Encoding.ASCII.GetBytes(Reported);
        if (!uidFirst)
        {
            server.On("UID FETCH", async (c, command) =>
            {
                if (!command.Arguments.Contains("BODY.PEEK[]", StringComparison.Ordinal))
                {
                    await server.FetchAsync(c, command);
                    return;
                }

                foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
                {
                    await c.SendAsync($"* {uid} FETCH (BODY[] {{{server.Messages[uid].Length}}}\r\n");
                    await c.SendAsync(server.Messages[uid]);
                    await c.SendAsync($" UID {uid})\r\n");
                }

                await c.SendAsync($"{command.Tag} OK done\r\n");
            });
        }

        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([null, "MESSAGEUNREADABLE", null], fetched.Select(f => (f.Error as ServiceRefusedException)?.Code));
        Assert.Equal(server.Messages[1], fetched[0].Octets());
        Assert.Equal(server.Messages[3], fetched[2].Octets());
    }
}
