using System.Management.Automation;

namespace MailAdmin;

/// <summary>Patterns with wildcards, as scripts specify them.</summary>
internal static class Wildcards
{
    /// <summary>Parses a pattern. PowerShell itself validates it only at the first comparison.</summary>
    /// <exception cref="InvalidRequestException">It isn't a pattern, such as "[" (WildcardNotValid).</exception>
    public static WildcardPattern Of(string text, WildcardOptions options = WildcardOptions.IgnoreCase)
    {
        var pattern = WildcardPattern.Get(text, options);
        try
        {
            pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException e)
        {
            throw new InvalidRequestException("WildcardNotValid", $"'{text}' isn't a valid wildcard pattern.", e)
            {
                Target = text,
                Advice = "To specify a bracket itself, put a backtick before it: '`[text'.",
            };
        }
    }
}
