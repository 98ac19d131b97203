using MailAdmin.Core.Base;

namespace MailAdmin.Tests.Base;

/// <summary>What can't be a name in a URL, because it is syntax there.</summary>
public sealed class PathSegmentTests
{
    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("$count")]
    [InlineData("$ref")]
    [InlineData("delta")]
    [InlineData("Delta")]
    [InlineData("microsoft.graph.delta")]
    public void Syntax_is_refused(string value) =>
        Assert.Equal("InvalidIdentifier", Assert.Throws<InvalidRequestException>(() => PathSegment.Check(value)).Id);

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("delta@contoso.com", "delta%40contoso.com")]
    [InlineData("a$count", "a%24count")]
    public void Everything_else_is_one_segment(string value, string segment) => Assert.Equal(segment, PathSegment.Escape(value));
}
