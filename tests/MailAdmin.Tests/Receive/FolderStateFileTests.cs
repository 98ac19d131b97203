using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

public sealed class FolderStateFileTests
{
    private static readonly FolderStateFile Full = new(
        1, "a@b.example", "Posteingang \u00fc", "7.9", ["7.1", "7.3"], new(2026, 4, 5, 6, 7, 8, TimeSpan.FromHours(2)), 3, "7",
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>It is written by hand, so a property that is new in the record must not be missing in the file.</summary>
    [Fact]
    public void It_is_written_as_a_serializer_would_write_it() => Assert.True(JsonNode.DeepEquals(
        JsonSerializer.SerializeToNode(Full, JsonSerializerOptions.Web), JsonNode.Parse(Full.ToUtf8Bytes())));

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        foreach (var state in new[] { Full, Full with { Position = null, Left = [], Numbering = null, From = null, Ahead = 0 } })
        {
            var read = FolderStateFile.Parse(Encoding.UTF8.GetString(state.ToUtf8Bytes()), "state")!;

            Assert.Equal(state.Left, read.Left);
            Assert.Equal(state, read with { Left = state.Left });
        }
    }
}
