using MailAdmin.Core.Base;

namespace MailAdmin.Tests.Base;

public class ODataTests
{
    [Fact]
    public void A_quote_in_a_value_is_doubled_and_never_ends_the_string() =>
        Assert.Equal("displayName eq 'O''Brien'' or ''1'' eq ''1'", new OData().Equal("displayName", "O'Brien' or '1' eq '1").ToString());

    [Fact]
    public void Terms_are_joined_in_the_order_they_are_added() =>
        Assert.Equal(
            "receivedDateTime ge 2026-01-02T03:04:05Z and isRead eq false and contains(subject,'50%')",
            new OData().AtLeast("receivedDateTime", new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.FromHours(1))).Equal("isRead", false)
                .Contains("subject", "50%").ToString());

    [Fact]
    public void Address_look_up_is_written_as_the_directory_wants_it() =>
        Assert.Equal("proxyAddresses/any(x:x eq 'smtp:a@b.c')", new OData().Any("proxyAddresses", "smtp:a@b.c").ToString());
}
