using System.Text;
using MailAdmin.Core.Mime;

namespace MailAdmin.Core.Mail;

/// <summary>Reads addresses as people write them.</summary>
public static class Recipients
{
    /// <summary>Reads address lists.</summary>
    /// <param name="texts">Each an address, "Name &lt;address&gt;", or several of them separated by commas or semicolons; empty ones count for nothing.</param>
    /// <returns>The addresses in their order.</returns>
    /// <exception cref="InvalidRequestException">One of them is no address.</exception>
    public static IReadOnlyList<EmailAddress> Parse(IEnumerable<string> texts)
    {
        var all = new List<EmailAddress>();
        foreach (var text in texts.Where(t => !string.IsNullOrWhiteSpace(t)))
        {
            var found = AddressParser.Parse(Encoding.UTF8.GetBytes(text), Encoding.UTF8);
            if (found.Count == 0 || found.Any(a => !IsAddress(a.Address)))
            {
                throw new InvalidRequestException("InvalidAddress", $"'{text}' is no mail address.")
                {
                    Target = text,
                    Advice = "Write name@example.com, or Name <name@example.com>; several are separated by commas or semicolons.",
                };
            }

            all.AddRange(found);
        }

        return all;
    }

    private static bool IsAddress(string address)
    {
        var at = address.LastIndexOf('@');
        return at > 0 && at < address.Length - 1 && !address.Any(c => char.IsControl(c));
    }
}
