using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Graph.OData;

/// <summary>A part of a filter. A value is null, bool, double, string, DateTimeOffset or JsonArray.</summary>
internal abstract record FilterNode
{
    public abstract object? Evaluate(Func<string, JsonNode?> property);

    /// <summary>Property, path parts separated by "/".</summary>
    public sealed record Property(string Path) : FilterNode
    {
        public override object? Evaluate(Func<string, JsonNode?> property) => Value(property(Path));
    }

    public sealed record Literal(object? Constant) : FilterNode
    {
        public override object? Evaluate(Func<string, JsonNode?> property) => Constant;
    }

    public sealed record Not(FilterNode Operand) : FilterNode
    {
        public override object? Evaluate(Func<string, JsonNode?> property) => Operand.Evaluate(property) is not true;
    }

    public sealed record Logical(bool IsAnd, FilterNode Left, FilterNode Right) : FilterNode
    {
        public override object? Evaluate(Func<string, JsonNode?> property) => IsAnd
            ? Left.Evaluate(property) is true && Right.Evaluate(property) is true
            : Left.Evaluate(property) is true || Right.Evaluate(property) is true;
    }

    public sealed record Comparison(string Operator, FilterNode Left, FilterNode Right) : FilterNode
    {
        public override object? Evaluate(Func<string, JsonNode?> property)
        {
            object? left = Left.Evaluate(property), right = Right.Evaluate(property);
            if (left is null || right is null)
            {
                return Operator switch { "eq" =>
                    left is null && right is null, "ne" => left is not null || right is not null, _ => false };
            }

            var order = Compare(left, right);
            return Operator switch
            {
                "eq" => order == 0,
                "ne" => order != 0,
                "gt" => order > 0,
                "ge" => order >= 0,
                "lt" => order < 0,
                _ => order <= 0,
            };
        }
    }

    /// <summary>contains, startswith, endswith.</summary>
    public sealed record TextFunction(string Name, FilterNode Text, FilterNode Part) : FilterNode
    {
        public override object? Evaluate(Func<string, JsonNode?> property) =>
            Text.Evaluate(property) is string text && Part.Evaluate(property) is string part && Name switch
            {
                "contains" => text.Contains(part, StringComparison.OrdinalIgnoreCase),
                "startswith" => text.StartsWith(part, StringComparison.OrdinalIgnoreCase),
                _ => text.EndsWith(part, StringComparison.OrdinalIgnoreCase),
            };
    }

    /// <summary>collection/any(x:condition); without a condition, whether there is anything.</summary>
    public sealed record Any(FilterNode Collection, string Variable, FilterNode? Condition) : FilterNode
    {
        public override object? Evaluate(Func<string, JsonNode?> property) =>
            Collection.Evaluate(property) is JsonArray items
            && items.Any(item => Condition is null || Condition.Evaluate(path => Of(item, path, property)) is true);

        private JsonNode? Of(JsonNode? item, string path, Func<string, JsonNode?> property)
        {
            if (path == Variable)
            {
                return item;
            }

            return path.StartsWith(Variable + "/", StringComparison.Ordinal)
                ? JsonPath.Walk(item, path[(Variable.Length + 1)..])
                : property(path);
        }
    }

    // Each arm is an object: left to itself the switch would turn a string back into a JsonNode, by its implicit conversion.
    private static object? Value(JsonNode? node) => node is not JsonValue value ? node : value.GetValueKind() switch
    {
        JsonValueKind.True => (object)true,
        JsonValueKind.False => (object)false,
        JsonValueKind.Number => (object)double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        _ => (object)value.ToString(),
    };

    /// <summary>Compares two values of one kind; null if they can't be compared.</summary>
    public static int? Compare(object? left, object? right) => (left, right) switch
    {
        (DateTimeOffset l, DateTimeOffset r) => l.CompareTo(r),
        (DateTimeOffset l, string r) when Time(r) is { } time => l.CompareTo(time),
        (string l, DateTimeOffset r) when Time(l) is { } time => time.CompareTo(r),
        (string l, string r) => string.Compare(l, r, StringComparison.OrdinalIgnoreCase),
        (double l, double r) => l.CompareTo(r),
        (bool l, bool r) => l.CompareTo(r),
        _ => null,
    };

    /// <summary>Compares two properties. A missing one is first.</summary>
    public static int Order(JsonNode? left, JsonNode? right)
    {
        object? l = Value(left), r = Value(right);
        return l is null || r is null ? (l is null ? 0 : 1) - (r is null ? 0 : 1) : Compare(l, r) ?? 0;
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}

/// <summary>Follows a path through JSON.</summary>
internal static class JsonPath
{
    /// <exception cref="GraphRefusal">An object in the path has no such property.</exception>
    public static JsonNode? Walk(JsonNode? node, string path)
    {
        foreach (var part in path.Split('/'))
        {
            switch (node)
            {
                case JsonObject json when json.TryGetPropertyValue(part, out var next):
                    node = next;
                    break;
                case null:
                    return null;
                default:
                    throw GraphRefusal.BadRequest($"Could not find a property named '{part}'.");
            }
        }

        return node;
    }
}
