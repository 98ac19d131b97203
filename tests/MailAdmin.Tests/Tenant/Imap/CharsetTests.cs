namespace MailAdmin.Tests.Tenant.Imap;

/// <summary>SEARCH in a charset: jstedfast/MailKit#808, angus-mail#145, emersion/go-imap#150.</summary>
public sealed class CharsetTests
{
    [Theory]
    [InlineData("SEARCH CHARSET UTF-8 SUBJECT {6+}\r\nM\u00c3\u00bcll")]
    [InlineData("UID SEARCH CHARSET utf-8 SUBJECT Invoice")]
    [InlineData("UID SEARCH CHARSET ISO-8859-1 SUBJECT Invoice")]
    public async Task Exchange_searches_in_ascii_alone(string command)
    {
        using var world = new TenantClient();
        await using var client = await ImapTestClient.SignedInAsync(world);
        await client.RunAsync("SELECT INBOX");

        Assert.Equal(["NO [BADCHARSET (US-ASCII)] The specified charset is not supported."], await client.RunAsync(command));
        Assert.StartsWith("* SEARCH", (await client.RunAsync("UID SEARCH CHARSET US-ASCII SUBJECT Invoice"))[0], StringComparison.Ordinal);
    }
}
