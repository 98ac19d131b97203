using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Imap;

[Collection(DovecotCollection.Name)]
[Trait("Network", "Loopback")]
public sealed class DovecotTests(DovecotFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_token_signs_in_and_the_server_says_who_it_is()
    {
        await using var store = fixture.Server.Open("anna@contoso.test");

        var info = await store.ConnectAsync(Cancel);

        Assert.Equal("Dovecot", info.Name);
        Assert.Contains("UIDPLUS", info.Capabilities);
    }

    [Fact]
    public async Task Messages_arrive_octet_for_octet_and_oldest_first()
    {
        var messages = TestMessages.Mixed(300).ToArray();
        fixture.Server.Deliver("mixed@contoso.test", messages);
        await using var store = fixture.Server.Open("mixed@contoso.test");
        var inbox = await store.FindFolderAsync("inbox", Cancel);
        Assert.NotNull(inbox);
        Assert.Equal(300, inbox.TotalItemCount);

        var n = 0;
        await foreach (var fetched in store.FetchAsync(inbox, new MessageQuery(), _ => new MemoryStream(), Cancel))
        {
            Assert.Null(fetched.Error);
            Assert.Equal($"{inbox.UidValidity}.{n + 1}", fetched.Message.Id);
            Assert.Equal($"message {n}", fetched.Message.Subject);
            Assert.Equal(messages[n], ((MemoryStream)fetched.Content!).ToArray());
            n++;
        }

        Assert.Equal(300, n);
    }
}
