using System.Globalization;

namespace MailAdmin.Core.Mail;

/// <summary>Checks addresses, and texts for header fields, before a message is sent.</summary>
internal static class AddressCheck
{
    /// <summary>
    /// The characters that separate addresses in a list (RFC 5322 section 3.2.3). An address can contain them only in quotes.
    /// </summary>
    private const string Specials = "<>()[],;:\\\"@";

    /// <summary>Checks an address that was passed as an object, so that its display name can't add a recipient.</summary>
    /// <returns>The same.</returns>
    /// <exception cref="InvalidRequestException">
    /// It is no address (InvalidAddress), or it or its display name has a control character in it (ControlCharacter).
    /// </exception>
    public static EmailAddress Check(EmailAddress address)
    {
        RefuseControlCharacters(address.Address, "The address");
        RefuseControlCharacters(address.Name, "The display name");
        return IsAddress(address.Address) ? address : throw Invalid(address.Address);
    }

    /// <summary>Rejects a text that could start another header field, or contains invisible characters.</summary>
    /// <param name="text">The text; null for none.</param>
    /// <param name="what">The subject of the error message.</param>
    /// <exception cref="InvalidRequestException">It has a control character or a line break in it (ControlCharacter).</exception>
    internal static void RefuseControlCharacters(string? text, string what)
    {
        if (text is not null && text.Any(IsControl))
        {
            var shown = string.Concat(text.Select(c => IsControl(c) ? '\uFFFD' : c));
            var message = $"{what} '{shown}' contains a control character or a line break.";
            throw new InvalidRequestException("ControlCharacter", message)
            {
                Target = shown,
                Advice = "Remove it and send the message again. From an address object, use only the Address property.",
            };
        }
    }

    private static bool IsControl(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    internal static InvalidRequestException Invalid(string text) => new("InvalidAddress", $"'{text}' isn't an email address.")
    {
        Target = text,
        Advice = "Specify name@example.com or Name <name@example.com>. Separate several addresses by commas or semicolons.",
    };

    /// <summary>addr-spec of RFC 5322 section 3.4.1, without text before or after it.</summary>
    private static bool IsAddress(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0 || at == address.Length - 1)
        {
            return false;
        }

        var (local, domain) = (address[..at], address[(at + 1)..]);
        // An address literal, such as [192.0.2.1] or [IPv6:2001:db8::1].
        var host = domain is ['[', .., ']'] ? domain[1..^1].Replace(":", "", StringComparison.Ordinal) : domain;
        return IsPlain(host) && (IsPlain(local) || IsQuoted(local));
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || Specials.Contains(c, StringComparison.Ordinal));

    private static bool IsQuoted(string text)
    {
        if (text is not ['"', .., '"'] || text.Length < 3)
        {
            return false;
        }

        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '"' || (text[i] == '\\' && ++i == text.Length - 1))
            {
                return false;
            }
        }

        return true;
    }
}
