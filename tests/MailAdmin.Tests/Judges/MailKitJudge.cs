using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Proxy;
using MailKit.Search;
using MailKit.Security;
using MimeKit;

namespace MailAdmin.Tests.Judges;

/// <summary>MailKit as it is, through the proxy, in the mailbox Support.</summary>
internal sealed class MailKitJudge(JudgedTenant tenant) : Judge(tenant)
{
    public override string Client => "MailKit";

    public override string Version => VersionOf(typeof(ImapClient));

    protected override async Task JudgeAsync()
    {
        On("XOAUTH2");
        using (var stranger = await ConnectAsync())
        {
            await Assert.ThrowsAsync<AuthenticationException>(
                () => stranger.AuthenticateAsync(new SaslMechanismOAuth2(Tenant.Support, "wrong"), Cancel));
        }

        using var imap = await SignInAsync();
        Assert.True(imap.Capabilities.HasFlag(ImapCapabilities.Move | ImapCapabilities.Idle | ImapCapabilities.UidPlus));

        On("special folders");
        var top = await imap.GetFolder(imap.PersonalNamespaces[0]).GetSubfoldersAsync(cancellationToken: Cancel);
        foreach (var (name, attribute) in new[]
        {
            ("Deleted Items", FolderAttributes.Trash), ("Sent Items", FolderAttributes.Sent), ("Drafts", FolderAttributes.Drafts),
            ("Junk Email", FolderAttributes.Junk),
        })
        {
            Assert.True(top.Single(f => f.Name == name).Attributes.HasFlag(attribute), $"{name} has no {attribute}.");
        }

        On("CREATE");
        var source = await imap.GetFolder(imap.PersonalNamespaces[0]).CreateAsync("Größe & mehr", true, Cancel);
        var target = await source!.CreateAsync("Fertig", true, Cancel);

        On("APPEND");
        await source.OpenAsync(FolderAccess.ReadWrite, Cancel);
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        for (var i = 0; i < 4; i++)
        {
            var uid = await source.AppendAsync(MessageOf($"Grüße {i}"), MessageFlags.Seen, at.AddDays(i), Cancel);
            Assert.NotNull(uid);
        }

        var stored = await Tenant.MessagesAsync(Tenant.Support, "Größe & mehr");
        Assert.Equal(
            Enumerable.Range(0, 4).Select(i => ($"Grüße {i}", at.AddDays(i), true)),
            stored.OrderBy(m => m.ReceivedAt).Select(m => (m.Subject, m.ReceivedAt, m.IsRead)));

        On("STATUS");
        await source.StatusAsync(StatusItems.Count | StatusItems.Unread | StatusItems.UidNext | StatusItems.UidValidity, Cancel);
        Assert.Equal((4, 0), (source.Count, source.Unread));

        On("FETCH");
        var summaries = await source.FetchAsync(
            0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Envelope | MessageSummaryItems.BodyStructure
                | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size, Cancel);
        foreach (var summary in summaries)
        {
            var original = stored.Single(m => m.Subject == summary.Envelope!.Subject);
            Assert.Equal(((uint)original.Size, original.ReceivedAt), (summary.Size, summary.InternalDate));
            Assert.True(summary.TextBody!.ContentType!.IsMimeType("text", "plain"));
            await using var content = await source.GetStreamAsync(summary.UniqueId, Cancel);
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, Cancel);
            Assert.Equal(original.GetContent(), copy.ToArray());
        }

        On("SEARCH");
        var after = await source.SearchAsync(SearchQuery.DeliveredAfter(at.AddDays(2).Date).And(SearchQuery.Seen), Cancel);
        Assert.Equal(summaries.Skip(2).Select(s => s.UniqueId), after);
        // Beyond ASCII: the service refuses every charset, and MailKit asks again.
        Assert.Equal([summaries[1].UniqueId], await source.SearchAsync(SearchQuery.SubjectContains("1"), Cancel));

        On("STORE");
        await source.StoreAsync(
            [summaries[0].UniqueId], new StoreFlagsRequest(StoreAction.Remove, MessageFlags.Seen) { Silent = true }, Cancel);
        Assert.False((await Tenant.MessagesAsync(Tenant.Support, "Größe & mehr")).Single(m => m.Subject == "Grüße 0").IsRead);

        On("MOVE");
        var map = await source.MoveToAsync([summaries[0].UniqueId, summaries[1].UniqueId], target!, Cancel);
        Assert.Equal(2, map.Destination.Count);
        Assert.Equal(["Grüße 0", "Grüße 1"], await Tenant.SubjectsAsync(Tenant.Support, "Größe & mehr/Fertig"));

        On("COPY");
        await source.CopyToAsync(summaries[2].UniqueId, target!, Cancel);
        Assert.Equal(3, (await Tenant.SubjectsAsync(Tenant.Support, "Größe & mehr/Fertig")).Length);

        On("EXPUNGE");
        await source.StoreAsync(
            [summaries[2].UniqueId], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, Cancel);
        await source.ExpungeAsync([summaries[2].UniqueId], Cancel);
        Assert.Equal(["Grüße 3"], await Tenant.SubjectsAsync(Tenant.Support, "Größe & mehr"));

        On("IDLE");
        using (var done = CancellationTokenSource.CreateLinkedTokenSource(Cancel))
        {
            done.CancelAfter(TimeSpan.FromSeconds(30));
            source.CountChanged += (_, _) => done.Cancel();
            var idling = imap.IdleAsync(done.Token, Cancel);
            await Tenant.DeliverAsync(Tenant.Support, "news", "Größe & mehr");
            await idling;
        }

        Assert.Equal(2, source.Count);

        On("RENAME");
        await source.CloseAsync(false, Cancel);
        await target!.RenameAsync(imap.GetFolder(imap.PersonalNamespaces[0]), "Ganz fertig", Cancel);
        Assert.Equal(3, (await Tenant.SubjectsAsync(Tenant.Support, "Ganz fertig")).Length);

        On("DELETE");
        await target.DeleteAsync(Cancel);
        Assert.DoesNotContain(
            await imap.GetFolder(imap.PersonalNamespaces[0]).GetSubfoldersAsync(cancellationToken: Cancel),
            f => f.Name == "Ganz fertig");
        await imap.DisconnectAsync(true, Cancel);
    }

    private async Task<ImapClient> SignInAsync()
    {
        var imap = await ConnectAsync();
        await imap.AuthenticateAsync(new SaslMechanismOAuth2(Tenant.Support, Tenant.Server["imapToken"]), Cancel);
        return imap;
    }

    private async Task<ImapClient> ConnectAsync()
    {
        var imap = new ImapClient
        {
            ProxyClient = new HttpProxyClient("127.0.0.1", Tenant.Server.Port),
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = (_, certificate, _, _) =>
                certificate!.GetCertHashString() == Tenant.Server.Certificate.GetCertHashString(),
        };
        await imap.ConnectAsync("outlook.office365.com", 993, SecureSocketOptions.SslOnConnect, Cancel);
        return imap;
    }

    private static MimeMessage MessageOf(string subject)
    {
        var message = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = "Grüße\r\n" } };
        message.From.Add(new MailboxAddress("Dana", "dana@fabrikam.com"));
        return message;
    }
}
