using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>Holds an answer to an example of the documentation.</summary>
public static class JsonShape
{
    /// <summary>
    /// Every property of the example has to be in the answer with the same value; "*" stands for a value that the service
    /// generates, and must be there. The answer may have more: the pages shorten their examples.
    /// </summary>
    public static void AssertMatches(JsonNode? example, JsonNode? answer, string path = "$")
    {
        switch (example)
        {
            case JsonObject expected:
                var actual = Assert.IsType<JsonObject>(answer);
                foreach (var (name, value) in expected)
                {
                    Assert.True(actual.ContainsKey(name), $"{path}.{name} is missing in {actual.ToJsonString()}");
                    AssertMatches(value, actual[name], $"{path}.{name}");
                }

                break;
            case JsonArray expected:
                var items = Assert.IsType<JsonArray>(answer);
                Assert.True(expected.Count == items.Count, $"{path} has {items.Count} items, not {expected.Count}: {items.ToJsonString()}");
                for (var i = 0; i < expected.Count; i++)
                {
                    AssertMatches(expected[i], items[i], $"{path}[{i}]");
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && (string)value! == "*":
                Assert.True(answer is not null, $"{path} is null");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(example, answer), $"{path} is {answer?.ToJsonString() ?? "null"}, not {example?.ToJsonString() ?? "null"}");
                break;
        }
    }
}
