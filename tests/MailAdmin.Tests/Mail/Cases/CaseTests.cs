using System.Text;
using System.Text.Json;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Mail.Cases;

/// <summary>
/// Messages as senders really write them, and what must be seen of each over both protocols: in the list, read whole, and saved.
/// Those in this folder are the project's own; more lie in shared/cases where that is beside the checkout.
/// </summary>
public sealed class CaseTests
{
    private const MessageDetail Everything = MessageDetail.Body | MessageDetail.Attachments;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, MailProtocol> Sets
    {
        get
        {
            var own = Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Mail", "Cases");
            var shared = Path.Combine(TestMail.Folder, "..", "cases", "mail");
            var data = new TheoryData<string, MailProtocol>();
            foreach (var folder in new[] { own, shared }.Where(f => File.Exists(Path.Combine(f, "expected.json"))))
            {
                data.Add(folder, MailProtocol.Graph);
                data.Add(folder, MailProtocol.Imap);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Every_message_is_listed_read_and_saved_as_it_must_be(string folder, MailProtocol protocol)
    {
        using var expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "expected.json"), Token));
        var cases = expected.RootElement.EnumerateObject().ToList();
        using var road = await EndToEnd.StartAsync();
        for (var i = 0; i < cases.Count; i++)
        {
            road.Tenant.AddMessage(
                road.Mailbox, "Cases", await File.ReadAllBytesAsync(Path.Combine(folder, cases[i].Name), Token),
                new DateTimeOffset(2026, 3, 4, 5, 0, 0, TimeSpan.Zero).AddMinutes(i));
        }

        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        road.Tenant.GrantImap(app.ClientId, road.Mailbox);
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, protocol));
        var place = await store.GetFolderAsync("Cases", Token);
        var listed = new List<MailboxMessage>();
        await foreach (var message in store.GetMessagesAsync(place, new MessageQuery(), Token))
        {
            listed.Add(message);
        }

        using var destination = new Destination();
        var received = (await destination.ReceiveAsync(store, new ReceiveOptions { Folders = ["Cases"], SaveAttachments = true }))
            .ToDictionary(d => d.Message.Id);
        var wrong = new List<string>();
        for (var i = 0; i < cases.Count; i++)
        {
            var whole = (await store.FindMessageAsync(place, listed[i].Id, Everything, Token))!;
            var delivery = received[listed[i].Id];
            if (delivery.Error is not null)
            {
                wrong.Add($"{cases[i].Name}: {delivery.Error.Message}");
                continue;
            }

            wrong.AddRange(Judge(cases[i].Value.GetProperty("expect"), listed[i], whole, delivery.Message)
                .Select(what => $"{cases[i].Name}: {what}"));
        }

        Assert.Equal(cases.Count, listed.Count);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static IEnumerable<string> Judge(JsonElement expect, MailboxMessage listed, MailboxMessage whole, ReceivedMessage received)
    {
        var saved = (received.Attachment ?? []).Select(a => a.Path!).ToList();
        var names = saved.Select(Path.GetFileName).ToList();
        foreach (var what in expect.EnumerateObject())
        {
            var (value, text) = (what.Value, what.Value.ValueKind == JsonValueKind.String ? what.Value.GetString() : null);
            var all = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(v => v.ToString()).ToList() : [];
            var date = value.ValueKind == JsonValueKind.String && what.NameEquals("date") ? DateTimeOffset.Parse(text!, null) : (DateTimeOffset?)null;
            (object? Actual, bool Holds)[] seen = what.Name switch
            {
                "subject" => [(listed.Subject, listed.Subject == text), (whole.Subject, whole.Subject == text)],
                "fromAddr" => [(listed.From, listed.From?.Address == text), (whole.From, whole.From?.Address == text)],
                "fromName" => [(listed.From, listed.From?.Name == text), (whole.From, whole.From?.Name == text)],
                "noFromAddr" => [(listed.From, !HasAddress(listed.From)), (whole.From, !HasAddress(whole.From))],
                "senderAddr" => [(listed.Sender, listed.Sender?.Address == text), (whole.Sender, whole.Sender?.Address == text)],
                "date" => [(listed.SentAt, listed.SentAt == date), (whole.SentAt, whole.SentAt == date)],
                "mid" => [(listed.InternetMessageId, listed.InternetMessageId == text), (whole.InternetMessageId, whole.InternetMessageId == text)],
                "kind" => [(whole.Kind, whole.Kind.ToString() == text)],
                "failed" => [(string.Join(", ", whole.DeliveryStatus?.Select(s => s.ToString()) ?? []), whole.DeliveryStatus?.Select(s => s.ToString()).SequenceEqual(all) == true)],
                "text" => [(whole.TextBody, Lines(whole.TextBody) == text)],
                "textHas" => [(whole.TextBody, all.TrueForAll(t => whole.TextBody!.Contains(t)))],
                "textNot" => [(whole.TextBody, !all.Exists(t => whole.TextBody!.Contains(t)))],
                "htmlHas" => [(whole.HtmlBody, all.TrueForAll(t => whole.HtmlBody!.Contains(t)))],
                "atts" when text == "any" => [(null, whole.Attachment!.Length > 0)],
                "atts" => [(Names(whole), all.TrueForAll(n => whole.Attachment!.Any(a => a.Name == n)))],
                "inline" => [(Names(whole), all.TrueForAll(n => whole.Attachment!.Any(a => a.IsInline && a.Name == n)))],
                "inlineListed" => [(Names(whole), whole.Attachment!.Count(a => a.IsInline) == value.GetInt32())],
                "saved" => [(string.Join(", ", names), all.TrueForAll(n => names.Contains(n)))],
                "notSaved" => [(string.Join(", ", names), !all.Exists(n => names.Contains(n)))],
                "savedExt" => [(string.Join(", ", names), all.TrueForAll(e => names.Exists(n => Path.GetExtension(n) == e)))],
                "savedMin" => [(saved.Count, saved.Count >= value.GetInt32())],
                "savedCount" => [(saved.Count, saved.Count == value.GetInt32())],
                "savedHas" => [(null, all.TrueForAll(t => saved.Exists(f => Octets(f).Contains(t))))],
                "savedStarts" => [(null, all.TrueForAll(t => saved.Exists(f => Octets(f).StartsWith(t, StringComparison.Ordinal))))],
                "anywhere" => [(whole.TextBody, whole.TextBody!.Contains(text!) || saved.Exists(f => Octets(f).Contains(text!)))],
                "note" => [],
                _ => [("is not known to the test", false)],
            };
            foreach (var (actual, holds) in seen)
            {
                if (!holds)
                {
                    yield return $"{what.Name} should be {value}, and is {actual}";
                }
            }
        }

        var shown = whole.Attachment!.Where(a => !a.IsInline).Select(a => a.Name).Order().ToList();
        if (!shown.SequenceEqual((received.Attachment ?? []).Select(a => a.Name).Order()) || whole.HasAttachments != shown.Count > 0)
        {
            yield return $"listed are {Names(whole)}, saved {string.Join(", ", names)}, HasAttachments {whole.HasAttachments}";
        }

        if (listed.HasAttachments is { } told && told != whole.HasAttachments)
        {
            yield return $"the list says HasAttachments {told}, the content {whole.HasAttachments}";
        }
    }

    private static bool HasAddress(EmailAddress? from) => from?.Address.Contains('@') == true;

    private static string Names(MailboxMessage message) =>
        string.Join(", ", message.Attachment!.Select(a => a.IsInline ? $"({a.Name})" : a.Name));

    private static string Lines(string? text) => (text ?? "").Replace("\r\n", "\n").Trim();

    private static string Octets(string file) => Encoding.Latin1.GetString(File.ReadAllBytes(file));
}
