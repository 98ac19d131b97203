using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

public sealed class ImapSessionTests
{
    [Theory]
    [MemberData(nameof(Transcripts.All), MemberType = typeof(Transcripts))]
    public void One_octet_at_a_time_gives_the_same_as_all_at_once(string server, string transcript)
    {
        var whole = Transcript.Run(transcript, int.MaxValue);

        foreach (var piece in new[] { 1, 2, 3, 7, 64 })
        {
            Assert.Equal(whole, Transcript.Run(transcript, piece));
        }

        Assert.True(whole.Count > 10, server);
    }

    [Fact]
    public void Dovecot_is_understood()
    {
        var said = Transcript.Read(Transcripts.Dovecot);

        var list = said.OfType<ListResponse>().ToArray();
        Assert.Equal("Entwürfe & \"so\\", list[1].Name.ToText(utf8: false));
        Assert.Equal("{3}{5", list[2].Name.Octets);
        Assert.True(list[0].Has(@"\trash"));
        Assert.Null(list[3].Separator);
        Assert.Equal("1:3,9,4000000000:4294967295", Assert.Single(said.OfType<SearchResponse>()).Uids.ToString());

        var fetched = said.OfType<FetchResponse>().ToArray();
        Assert.Equal(new DateTimeOffset(2024, 5, 7, 2, 44, 25, TimeSpan.FromHours(-7)), fetched[0].InternalDate);
        Assert.Equal("IMAP4rev1 \"WG\" mtg", Encoding.ASCII.GetString(fetched[0].Envelope!.Subject!));
        Assert.Equal("<B27397-0100000@cac>\r\n", Encoding.ASCII.GetString(fetched[0].Envelope!.MessageId!));
        Assert.Equal([new EmailAddress("Terry Gray", "gray@cac.washington.edu")], EnvelopeText.Addresses(fetched[0].Envelope!.From));
        Assert.Empty(EnvelopeText.Addresses(fetched[0].Envelope!.To));
        Assert.True(fetched[0].BodyStructure!.HasAttachments);
        Assert.Equal(SystemFlags.Seen, fetched[0].Flags!.Value.System);
        Assert.Equal(65402, fetched[0].ModSeq);
        Assert.Equal((5u, 14L), (fetched[1].Uid!.Value, fetched[1].Sections[0].StreamedSize!.Value));
        Assert.Equal(["HEADER.FIELDS (SUBJECT FROM)", "1.MIME"], fetched[2].Sections.Select(s => s.Section));
        Assert.Equal("q\"t", Encoding.ASCII.GetString(fetched[2].Sections[1].Value!));
        Assert.Equal(("2", 10L), (fetched[3].Sections[0].Section, fetched[3].Sections[0].Origin!.Value));
        Assert.Null(fetched[3].Sections[1].Value);

        var session = Transcript.Session(Transcripts.Dovecot);
        Assert.Equal(ImapState.Logout, session.State);
        Assert.Equal(3857529045, session.Mailbox!.UidValidity);
        Assert.Equal(173u, session.Mailbox.Exists);
        Assert.Equal(long.MaxValue, session.Mailbox.HighestModSeq);
        Assert.True(session.Capabilities.Has("MOVE"));
        Assert.False(session.Capabilities.Has("AUTH=XOAUTH2"));
    }

    [Fact]
    public void Exchange_is_understood_with_its_quirks()
    {
        var said = Transcript.Read(Transcripts.Exchange);

        Assert.Equal(["Calendar/Vereinigte Staaten: Feiertage", "da\ttab", "INBOX"], said.OfType<ListResponse>().Select(l => l.Name.Octets));
        Assert.Equal("1:2,7:9", Assert.Single(said.OfType<SearchResponse>()).Uids.ToString());
        var fetched = said.OfType<FetchResponse>().ToArray();
        Assert.Equal([1u, 2u], fetched.Select(f => f.Uid!.Value));
        Assert.Null(fetched[0].BodyStructure);
        var codes = said.OfType<ConditionResponse>().Select(c => c.Code).Where(c => c?.Name == "COPYUID").ToArray();
        Assert.Equal(3, codes.Length);
        Assert.All(codes, code => Assert.NotNull(code!.CopiedUids(ImapQuirks.Exchange)));
        Assert.Equal("5:6", codes[1]!.CopiedUids(ImapQuirks.None)!.Value.Target.ToString());
        Assert.Null(codes[2]!.CopiedUids(ImapQuirks.None));
        var throttled = ImapErrors.Refused(said.OfType<ConditionResponse>().Single(c => c.Tag == "A10"));
        Assert.Equal(("THROTTLED", TimeSpan.FromMilliseconds(299961)), (throttled.Code, throttled.RetryAfter));
        Assert.True(throttled.IsTransient);
        Assert.Equal(ImapQuirks.Exchange, Transcript.Session(Transcripts.Exchange).Quirks);
    }

    [Fact]
    public void What_only_Exchange_may_do_is_unreadable_from_others()
    {
        var said = Transcript.Read(Transcripts.Exchange.Replace("Microsoft", "Miller", StringComparison.Ordinal));

        Assert.Equal("Calendar/Vereinigte", said.OfType<ListResponse>().First().Name.Octets);
        Assert.True(said.OfType<UnreadableResponse>().Count() >= 2);
    }

    [Fact]
    public void Cyrus_is_understood_in_its_order_and_case()
    {
        var said = Transcript.Read(Transcripts.Cyrus);

        var space = Assert.Single(said.OfType<NamespaceResponse>());
        Assert.Equal(("INBOX.", '.'), (space.Personal[0].Prefix.Octets, space.Personal[0].Separator!.Value));
        var literal = Assert.Single(said.OfType<FetchResponse>(), f => f.Sections.Count > 0);
        Assert.Equal((2u, 5L), (literal.Uid!.Value, literal.Sections[0].StreamedSize!.Value));
        var inner = said.OfType<FetchResponse>().Last().BodyStructure!;
        Assert.Equal(("message", "rfc822", "inline", "html"), (inner.Type, inner.Subtype, inner.Disposition, inner.Parts[0].Subtype));
        Assert.Equal(["", "3:5"], said.OfType<SearchResponse>().Select(s => s.Uids.ToString()));
        Assert.Equal(1u, Assert.Single(said.OfType<MailboxStatusResponse>()).Messages);
        Assert.Single(said.OfType<UnreadableResponse>());
        Assert.Equal("NONEXISTENT", ImapErrors.Refused(said.OfType<ConditionResponse>().Last()).Code);
    }

    [Fact]
    public void A_completion_that_nobody_asked_for_is_the_end()
    {
        Assert.Throws<ImapProtocolException>(() => Transcript.Read("S: * OK hi\nS: A1 OK early"));
    }
}
