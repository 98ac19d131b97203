using System.Globalization;

namespace MailAdmin.Tenant.Graph.OData;

/// <summary>Recursive descent over the tokens of a filter: or, and, not, comparison, operand.</summary>
internal sealed class FilterParser
{
    /// <summary>Deeper nesting is refused, as the service refuses it.</summary>
    private const int MaxDepth = 100;

    private static readonly string[] Comparisons = ["eq", "ne", "gt", "ge", "lt", "le"];
    private static readonly string[] Functions = ["contains", "startswith", "endswith"];

    private readonly string _text;
    private readonly List<string> _tokens;
    private readonly List<string> _paths = [];
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly Stack<string> _variables = new();
    private int _next;
    private int _depth;

    public FilterParser(string text)
    {
        _text = text;
        _tokens = FilterTokens.Of(text);
    }

    public Filter Parse()
    {
        var root = Or();
        return _next == _tokens.Count ? new Filter(root, _paths, _words) : throw Syntax();
    }

    private FilterNode Or()
    {
        if (++_depth > MaxDepth)
        {
            throw Syntax();
        }

        var left = And();
        while (TakeWord("or"))
        {
            left = new FilterNode.Logical(false, left, And());
        }

        _depth--;
        return left;
    }

    private FilterNode And()
    {
        var left = Unary();
        while (TakeWord("and"))
        {
            left = new FilterNode.Logical(true, left, Unary());
        }

        return left;
    }

    private FilterNode Unary()
    {
        if (TakeWord("not"))
        {
            if (++_depth > MaxDepth)
            {
                throw Syntax();
            }

            var operand = Unary();
            _depth--;
            return new FilterNode.Not(operand);
        }

        var left = Operand();
        if (Array.Find(Comparisons, c => c == Peek) is not { } comparison)
        {
            return left;
        }

        _next++;
        _words.Add(comparison);
        return new FilterNode.Comparison(comparison, left, Operand());
    }

    private FilterNode Operand()
    {
        var token = Take();
        if (token == "(")
        {
            var inner = Or();
            Expect(")");
            return inner;
        }

        if (Array.Find(Functions, f => f == token.ToLowerInvariant()) is { } function && Peek == "(")
        {
            _next++;
            _words.Add(function);
            var text = Operand();
            Expect(",");
            var part = Operand();
            Expect(")");
            return new FilterNode.TextFunction(function, text, part);
        }

        if (Constant(token) is { } literal)
        {
            return literal;
        }

        return token.EndsWith("/any", StringComparison.Ordinal) && Peek == "(" ? Any(token[..^4]) : Property(token);
    }

    private FilterNode.Any Any(string path)
    {
        FilterNode collection = Property(path);
        Expect("(");
        _words.Add("any");
        if (Peek == ")")
        {
            _next++;
            return new FilterNode.Any(collection, "", null);
        }

        var variable = Take();
        Expect(":");
        _variables.Push(variable);
        var condition = Or();
        _variables.Pop();
        Expect(")");
        return new FilterNode.Any(collection, variable, condition);
    }

    private FilterNode.Property Property(string token)
    {
        if (!char.IsAsciiLetter(token[0]) && token[0] != '_')
        {
            throw Syntax();
        }

        if (!_variables.Contains(token.Split('/')[0]) && !_paths.Contains(token))
        {
            _paths.Add(token);
        }

        return new FilterNode.Property(token);
    }

    private static FilterNode.Literal? Constant(string token)
    {
        if (token[0] == '\'')
        {
            return new(token[1..^1].Replace("''", "'", StringComparison.Ordinal));
        }

        if (token is "null" or "true" or "false")
        {
            return new(token == "null" ? null : (object)(token == "true"));
        }

        // A GUID may start with a digit: it is tried before the numbers.
        if (Guid.TryParse(token, out _))
        {
            return new(token);
        }

        if (!char.IsAsciiDigit(token[0]) && token[0] != '-')
        {
            return null;
        }

        if (double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return new(number);
        }

        return DateTimeOffset.TryParse(token, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new(time)
            : throw GraphRefusal.BadRequest($"Invalid filter clause: The literal '{token}' has a bad format.");
    }

    private string? Peek => _next < _tokens.Count ? _tokens[_next] : null;

    private string Take() => _next < _tokens.Count ? _tokens[_next++] : throw Syntax();

    private bool TakeWord(string word)
    {
        if (Peek != word)
        {
            return false;
        }

        _words.Add(word);
        _next++;
        return true;
    }

    private void Expect(string token)
    {
        if (Take() != token)
        {
            throw Syntax();
        }
    }

    private GraphRefusal Syntax() => GraphRefusal.BadRequest(
        $"Invalid filter clause: Syntax error at position {_tokens.Take(_next).Sum(t => t.Length + 1)} in '{_text}'.");
}
