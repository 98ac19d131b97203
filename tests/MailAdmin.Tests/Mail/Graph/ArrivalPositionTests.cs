using MailAdmin.Core.Mail.Graph;

namespace MailAdmin.Tests.Mail.Graph;

/// <summary>A position by the time of arrival.</summary>
public sealed class ArrivalPositionTests
{
    private static readonly DateTimeOffset Time = new(2026, 5, 1, 12, 0, 5, TimeSpan.Zero);

    [Fact]
    public void It_comes_back_as_it_was_written_and_knows_its_messages_in_any_order()
    {
        var position = ArrivalPosition.After(Time, ["a", "b"]);
        var back = ArrivalPosition.Parse($"{position}");
        Assert.Equal(position, back);
        Assert.True(back!.Knows(["b", "a"]));
        Assert.False(back.Knows(["a", "c"]));
        Assert.False(back.Knows(["a"]));
        Assert.False(back.Knows(["a", "b", "c"]));
        Assert.Equal(new ArrivalPosition(Time), ArrivalPosition.Parse($"{new ArrivalPosition(Time)}"));
        Assert.False(new ArrivalPosition(Time).Knows([]));
    }

    [Theory]
    [InlineData("https://graph.microsoft.com/v1.0/users/a/mailFolders/b/messages/delta?$deltatoken=x")]
    [InlineData("arrived")]
    [InlineData("arrived yesterday")]
    [InlineData("arrived 2026-05-01T12:00:05Z 3")]
    [InlineData("arrived 2026-05-01T12:00:05Z -3 x")]
    [InlineData("")]
    public void Anything_else_is_none(string text) => Assert.Null(ArrivalPosition.Parse(text));
}
