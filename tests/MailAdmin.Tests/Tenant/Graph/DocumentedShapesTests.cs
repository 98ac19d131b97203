using System.Text.Json.Nodes;
using MailAdmin.Tenant.Graph;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>The sandbox is held to the shapes of the documented examples; where it differs, it is known why.</summary>
public sealed class DocumentedShapesTests
{
    [Fact]
    public async Task Answers_differ_from_the_examples_where_the_table_says_so_and_nowhere_else()
    {
        var found = new List<string>();
        using (var readable = await DocumentedWorld.CreateWholeAsync())
        {
            foreach (var shape in DocumentedShape.All.Where(s => s.IsRead))
            {
                found.AddRange(await CompareAsync(readable, shape));
            }
        }

        foreach (var shape in DocumentedShape.All.Where(s => !s.IsRead))
        {
            // What changes something changes a tenant of its own.
            using var world = await DocumentedWorld.CreateWholeAsync();
            found.AddRange(await CompareAsync(world, shape));
        }

        var known = DocumentedShape.KnownDifferences.Values.SelectMany(w => w).ToArray();
        string[] unexplained = [.. found.Except(known)], gone = [.. known.Except(found)];
        Assert.True(unexplained.Length == 0, $"Not in Differences.json:\n{string.Join('\n', unexplained)}");
        Assert.True(gone.Length == 0, $"No longer different:\n{string.Join('\n', gone)}");
        Assert.All(DocumentedShape.KnownDifferences.Keys, reason => Assert.InRange(reason.Length, 20, 300));
    }

    [Fact]
    public void A_hundred_and_thirty_examples_are_held()
    {
        Assert.InRange(DocumentedShape.All.Count, 130, int.MaxValue);
        Assert.Equal(DocumentedShape.All.Count, DocumentedShape.All.Select(s => s.Name).Distinct().Count());
    }

    /// <summary>What the comparison is for: it sees a status, a missing member, another type, and a list without items.</summary>
    [Fact]
    public void A_difference_is_seen()
    {
        var shape = new DocumentedShape("page", 1, "GET", "things", 200, null,
            new Dictionary<string, string> { ["value"] = "array", ["value[].id"] = "string", ["value[].size"] = "number" }, null);

        Assert.Equal([], shape.Compare(Answer(200, """{"value":[{"id":"1"},{"id":"2","size":1}]}""")));
        Assert.Equal(["page#1 answers 404"], shape.Compare(Answer(404, "{}")));
        Assert.Equal(["page#1 lacks value[].size"], shape.Compare(Answer(200, """{"value":[{"id":"1"}]}""")));
        Assert.Equal(["page#1 has value[].size as string"], shape.Compare(Answer(200, """{"value":[{"id":"1","size":"1"}]}""")));
        Assert.Equal(["page#1 has no items"], shape.Compare(Answer(200, """{"value":[]}""")));
        Assert.Equal(["page#1 lacks value"], shape.Compare(Answer(200, "{}")).Take(1));
    }

    private static Reply Answer(int status, string json) =>
        new(status, JsonNode.Parse(json)!.AsObject(), [], new Dictionary<string, string>());

    private static async Task<string[]> CompareAsync(DocumentedWorld world, DocumentedShape shape)
    {
        var reply = await world.Client.SendAsync(
            shape.Method, world.Fill($"https://graph.microsoft.com/v1.0/{shape.Path}"), world.Token,
            shape.Body is null ? null : world.Fill(shape.Body is JsonValue text ? (string)text! : shape.Body.ToJsonString()),
            [.. (shape.Headers ?? new Dictionary<string, string>()).Select(h => (h.Key, h.Value))]);
        var uri = new Uri(world.Fill($"https://graph.microsoft.com/v1.0/{shape.Path}"));
        Assert.NotNull(GraphRoutes.Find(shape.Method, "v1.0", GraphPath.Parse(uri.AbsolutePath)).Route);
        return [.. shape.Compare(reply)];
    }
}
