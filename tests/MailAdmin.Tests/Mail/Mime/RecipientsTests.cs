using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public sealed class RecipientsTests
{
    [Theory]
    [InlineData("a@b.test", "a@b.test")]
    [InlineData("Alice <a@b.test>; bob@b.test", "a@b.test|bob@b.test")]
    [InlineData("\"Müller, Erika\" <erika@b.test>", "erika@b.test")]
    [InlineData("\"x\\\" <evil@x.test>, \\\"y\" <a@b.test>", "a@b.test")]
    [InlineData("\"john doe\"@b.test", "\"john doe\"@b.test")]
    [InlineData("a@[192.0.2.1]", "a@[192.0.2.1]")]
    [InlineData("jörg@bücher.test", "jörg@bücher.test")]
    [InlineData("o'neil+tag@sub-domain.b.test", "o'neil+tag@sub-domain.b.test")]
    public void Addresses_are_read_as_people_write_them(string text, string addresses) =>
        Assert.Equal(addresses.Split('|'), Recipients.Parse([text]).Select(a => a.Address));

    [Theory]
    [InlineData("nobody", "InvalidAddress")]
    [InlineData("Müller, Erika <erika@b.test>", "InvalidAddress")]
    [InlineData("@b.test", "InvalidAddress")]
    [InlineData("a@", "InvalidAddress")]
    [InlineData("a@b.test\r\nBcc: evil@x.test", "ControlCharacter")]
    [InlineData("a@b.test\nevil@x.test", "ControlCharacter")]
    [InlineData("a@b.test\0", "ControlCharacter")]
    [InlineData("Alice\u007f <a@b.test>", "ControlCharacter")]
    [InlineData("Alice\u2028 <a@b.test>", "ControlCharacter")]
    [InlineData("\"a\tb\" <a@b.test>", "ControlCharacter")]
    public void What_is_no_address_and_what_could_end_a_line_is_refused(string text, string id) =>
        Assert.Equal(id, Assert.Throws<InvalidRequestException>(() => Recipients.Parse([text])).Id);

    [Theory]
    [InlineData("Müller, Erika", "erika@b.test")]
    [InlineData("x\" <evil@x.test>, \"y", "a@b.test")]
    [InlineData("evil@x.test; other@x.test", "a@b.test")]
    [InlineData("=?utf-8?Q?x?= (comment) : group;", "a@b.test")]
    [InlineData("\\", "a@b.test")]
    [InlineData(null, "\"a,b\"@b.test")]
    public void An_address_object_is_one_recipient_whatever_its_name_is_also_as_text(string? name, string address)
    {
        var given = new EmailAddress(name, address);

        Assert.Same(given, AddressCheck.Check(given));
        Assert.Equal(address, Recipients.ParseOne(given.ToString()).Address);
    }

    [Theory]
    [InlineData(null, "a@b.test, evil@x.test", "InvalidAddress")]
    [InlineData(null, "a@b.test> <evil@x.test", "InvalidAddress")]
    [InlineData(null, "a@b.test;evil@x.test", "InvalidAddress")]
    [InlineData(null, "\"a\" <evil@x.test>, \"b\"@b.test", "InvalidAddress")]
    [InlineData(null, "\"a\\\"@b.test", "InvalidAddress")]
    [InlineData(null, "evil@x.test@b.test", "InvalidAddress")]
    [InlineData(null, "/O=EXCHANGELABS/CN=RECIPIENTS/CN=X", "InvalidAddress")]
    [InlineData(null, "", "InvalidAddress")]
    [InlineData(null, "a@b.test\r\nBcc: evil@x.test", "ControlCharacter")]
    [InlineData("x\r\nBcc: evil@x.test", "a@b.test", "ControlCharacter")]
    [InlineData("x\u0085y", "a@b.test", "ControlCharacter")]
    public void An_address_object_that_is_none_is_refused(string? name, string address, string id) =>
        Assert.Equal(id, Assert.Throws<InvalidRequestException>(() => AddressCheck.Check(new EmailAddress(name, address))).Id);

    [Theory]
    [InlineData("a@b.test, c@b.test")]
    [InlineData("a@b.test c@b.test")]
    [InlineData("")]
    public void One_address_is_not_several(string text) =>
        Assert.Equal("InvalidAddress", Assert.Throws<InvalidRequestException>(() => Recipients.ParseOne(text)).Id);
}
