using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class MessageIdentityTests
{
    /// <summary>Servers return an ID with an octet that isn't allowed in it without that octet, or with another character.</summary>
    [Theory]
    [InlineData("<1@exaple.com>", true)]
    [InlineData("<1@exa?ple.com>", true)]
    [InlineData("<1@exa\u009Fple.com>", true)]
    [InlineData("<1@exa\u0178ple.com>", true)]
    [InlineData("<1@exa\uFFFDple.com>", true)]
    [InlineData("<1@EXA ple.com>", true)]
    [InlineData("<2@exaple.com>", false)]
    [InlineData("<1@exbple.com>", false)]
    public void An_octet_that_is_not_allowed_in_an_ID_makes_no_other_message(string listed, bool isSame)
    {
        using var content = MimeMessage.Parse(Encoding.Latin1.GetBytes("Message-ID: <1@exa\u009Fple.com>\r\nSubject: x\r\n\r\nbody"));
        var message = new MailboxMessage { Id = "1", Mailbox = "a@b.example", Folder = "Inbox", InternetMessageId = listed };

        Assert.Equal(isSame ? null : MessageIdentity.OtherContent, MessageIdentity.Fault(message, content, 50)?.Code);
    }
}
