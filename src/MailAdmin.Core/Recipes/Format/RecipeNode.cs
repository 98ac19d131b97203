using System.Text.Json;

namespace MailAdmin.Core.Recipes.Format;

/// <summary>Represents a value of a recipe file, and its line. Comments are skipped.</summary>
/// <param name="Line">The line, from 1.</param>
internal sealed record RecipeNode(int Line, JsonValueKind Kind)
{
    /// <summary>A string's or number's text.</summary>
    public string Text { get; init; } = "";

    /// <summary>The object's properties in order; the reader rejects a repeated name.</summary>
    public List<(string Name, int Line, RecipeNode Value)> Properties { get; } = [];

    /// <summary>A list's items.</summary>
    public List<RecipeNode> Items { get; } = [];

    /// <summary>Reads JSON with comments.</summary>
    /// <param name="json">The octets of the file, without a byte order mark.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="JsonException">The text isn't JSON. The exception has the line, from 0.</exception>
    public static RecipeNode Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(
            json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var lines = new LineCounter();
        reader.Read();
        var node = Read(ref reader, ref lines, json);
        // What follows the value is looked at, too: it is refused by the parser.
        while (reader.Read())
        {
        }

        return node;
    }

    private static RecipeNode Read(ref Utf8JsonReader reader, ref LineCounter lines, ReadOnlySpan<byte> json)
    {
        var line = lines.LineOf(json, reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var whole = new RecipeNode(line, JsonValueKind.Object);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (name, at) = (reader.GetString()!, lines.LineOf(json, reader.TokenStartIndex));
                    reader.Read();
                    whole.Properties.Add((name, at, Read(ref reader, ref lines, json)));
                }

                return whole;
            case JsonTokenType.StartArray:
                var list = new RecipeNode(line, JsonValueKind.Array);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(Read(ref reader, ref lines, json));
                }

                return list;
            case JsonTokenType.String:
                return new RecipeNode(line, JsonValueKind.String) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new RecipeNode(line, JsonValueKind.Number)
                {
                    Text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
                };
            case JsonTokenType.True or JsonTokenType.False:
                return new RecipeNode(line, reader.TokenType == JsonTokenType.True ? JsonValueKind.True : JsonValueKind.False);
            default:
                return new RecipeNode(line, JsonValueKind.Null);
        }
    }

    /// <summary>Counts lines up to a position. Positions must be ascending.</summary>
    private struct LineCounter()
    {
        private int _place;
        private int _line = 1;

        public int LineOf(ReadOnlySpan<byte> json, long place)
        {
            _line += json[_place..(int)place].Count((byte)'\n');
            _place = (int)place;
            return _line;
        }
    }
}
