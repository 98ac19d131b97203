using System.Globalization;
using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Mail.Graph;

/// <summary>A folder of 1,000 messages of every awkward kind, listed and received: nothing is lost, added or changed.</summary>
public sealed class ThousandMessagesTests : IDisposable
{
    private const int Count = 1000;

    private static readonly DateTimeOffset Start = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly TempFolder _destination = new(isMade: false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task All_are_listed_with_what_they_say()
    {
        using var road = await EndToEnd.StartAsync();
        var added = Fill(road);
        await using var store = await road.OpenAsync();
        var folder = await store.GetFolderAsync("Many", Token);

        var listed = await store.GetMessagesAsync(folder, new MessageQuery(), Token).ToListAsync(Token);

        Assert.Equal(added.Select(a => a.Id), listed.Select(m => m.Id));
        for (var i = 0; i < Count; i++)
        {
            var (message, kind) = (listed[i], (Kind)(i % 8));
            Assert.Equal(kind == Kind.NoSubject ? "" : Subject(i), message.Subject);
            Assert.Equal($"<{i}@x.example>", message.InternetMessageId);
            Assert.Equal($"sender{i}@x.example", message.From!.Address);
            Assert.Equal(Start.AddSeconds(i / 3), message.ReceivedAt);
            Assert.Equal(kind == Kind.ManyRecipients ? 200 : 1, message.To.Length);
            var first = kind == Kind.Utf8 ? new EmailAddress("Jürgen Müller", "jürgen@bücher.example")
                : kind == Kind.EncodedWord ? new EmailAddress("Ægir Þórsson", "aegir@x.example") : null;
            Assert.True(first is null || message.To[0] == first, $"{kind}: {message.To[0]}");
            Assert.True(kind != Kind.ManyRecipients || message.To.Select(t => t.Address).Distinct().Count() == 200);
        }
    }

    [Fact]
    public async Task All_are_received_byte_for_byte_and_once()
    {
        using var road = await EndToEnd.StartAsync();
        var added = Fill(road).ToDictionary(a => a.Id, a => a.Bytes);
        await using var store = await road.OpenAsync();

        var receiver = new MailReceiver(store, new ReceiveOptions { Folders = ["Many"], Destination = _destination, AfterProcessing = AfterProcessing.Move, MoveTo = "Done" });
        await foreach (var delivery in receiver.ReceiveAsync(Token))
        {
            Assert.Null(delivery.Error);
            Assert.True(added.Remove(delivery.Message.Id, out var bytes), $"{delivery.Message.Id} came twice");
            var received = await File.ReadAllBytesAsync(delivery.Message.Path!, Token);
            Assert.True(received.AsSpan().SequenceEqual(bytes), delivery.Message.Subject);
            delivery.Acknowledge();
        }

        Assert.Empty(added);
        Assert.Equal(Count, Directory.GetFiles(_destination).Length);
        Assert.Equal(Count, road.Tenant.GetMessages(road.Mailbox, "Done").Count());
    }

    private enum Kind { Utf8, EncodedWord, NoSubject, ManyRecipients, Calendar, Report, Signed, Encrypted }

    private static List<(string Id, byte[] Bytes)> Fill(EndToEnd road)
    {
        var all = new List<(string, byte[])>(Count);
        for (var i = 0; i < Count; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Compose(i).ReplaceLineEndings("\r\n"));
            // Three arrive in each second.
            all.Add((road.Tenant.AddMessage(road.Mailbox, "Many", bytes, Start.AddSeconds(i / 3)).Id, bytes));
        }

        return all;
    }

    private static string Subject(int i) => $"Nr. {i.ToString(CultureInfo.InvariantCulture)} – 請求書";

    private static string Compose(int i)
    {
        var kind = (Kind)(i % 8);
        var to = kind switch
        {
            Kind.Utf8 => "Jürgen Müller <jürgen@bücher.example>",
            Kind.EncodedWord => "=?utf-8?B?w4ZnaXIgw57Ds3Jzc29u?= <aegir@x.example>",
            Kind.ManyRecipients => string.Join(",\n ", Enumerable.Range(0, 200).Select(n => $"Member {n} <member{n}@x.example>")),
            _ => "list@x.example",
        };
        var subject = kind switch
        {
            Kind.NoSubject => i % 16 == 2 ? "Subject:\n" : "",
            Kind.Utf8 => $"Subject: {Subject(i)}\n",
            _ => $"Subject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Subject(i)))}?=\n",
        };
        return $"From: sender{i}@x.example\nTo: {to}\n{subject}Message-ID: <{i}@x.example>\nDate: Tue, 3 Feb 2026 04:05:06 +0000\nMIME-Version: 1.0\n{Body(kind, i)}";
    }

    private static string Body(Kind kind, int i) => kind switch
    {
        Kind.Calendar => $"""
            Content-Type: multipart/alternative; boundary=c{i}

            --c{i}
            Content-Type: text/plain

            Come.
            --c{i}
            Content-Type: text/calendar; method={(i % 16 == 4 ? "REQUEST" : "CANCEL")}; charset=utf-8

            BEGIN:VCALENDAR
            METHOD:REQUEST
            END:VCALENDAR
            --c{i}--
            """,
        Kind.Report => $"""
            Content-Type: multipart/report; report-type=delivery-status; boundary=d{i}

            --d{i}

            It was not delivered.
            --d{i}
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.x.example

            Final-Recipient: rfc822; nobody@x.example
            Action: failed
            Status: 5.1.1
            --d{i}
            Content-Type: message/rfc822

            Subject: the original

            text
            --d{i}--
            """,
        Kind.Signed => $"""
            Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=s{i}

            --s{i}
            Content-Type: text/plain

            Signed, with a space at the end. 
            --s{i}
            Content-Type: application/pkcs7-signature; name=smime.p7s
            Content-Transfer-Encoding: base64

            MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwEAAA==
            --s{i}--
            """,
        Kind.Encrypted => """
            Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m
            Content-Transfer-Encoding: base64

            MIAGCSqGSIb3DQEHA6CAMIACAQAxggE0
            """,
        _ => $"\nBody of {i}\n.\nFrom here on\n",
    };
}
