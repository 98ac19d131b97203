using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Reads addresses in any usual form; <see cref="AddressCheck"/> checks them.</summary>
internal static class Recipients
{
    /// <param name="texts">Each an address, "Name &lt;address&gt;", or several of them separated by commas or semicolons; empty
    /// ones count for nothing.</param>
    /// <returns>The addresses in their order.</returns>
    /// <exception cref="InvalidRequestException">
    /// One of them is no address (InvalidAddress), or has a control character in it (ControlCharacter).
    /// </exception>
    public static IReadOnlyList<EmailAddress> Parse(IEnumerable<string> texts)
    {
        var all = new List<EmailAddress>();
        foreach (var text in texts.Where(t => !string.IsNullOrWhiteSpace(t)))
        {
            AddressCheck.RefuseControlCharacters(text, "The address");
            var found = AddressParser.Parse(Encoding.UTF8.GetBytes(text), Encoding.UTF8);
            if (found.Count == 0)
            {
                throw AddressCheck.Invalid(text);
            }

            all.AddRange(found.Select(AddressCheck.Check));
        }

        return all;
    }

    /// <summary>Reads a text that has to be one address.</summary>
    /// <param name="text">An address, or "Name &lt;address&gt;".</param>
    /// <returns>The address.</returns>
    /// <exception cref="InvalidRequestException">
    /// The text isn't one address (InvalidAddress), or contains a control character (ControlCharacter).
    /// </exception>
    public static EmailAddress ParseOne(string text) => Parse([text]) is [var only] ? only : throw AddressCheck.Invalid(text);
}
