using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>ID: what the server calls itself (RFC 2971 section 3.2).</summary>
/// <param name="Fields">Such as "name" and "version"; keys compare whatever their case.</param>
internal sealed record IdResponse(IReadOnlyDictionary<string, string> Fields) : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static IdResponse Read(ref ImapReader reader)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        reader.Space();
        if (!reader.TryNil())
        {
            reader.Open();
            while (!reader.TryClose())
            {
                var name = Encoding.UTF8.GetString(reader.String());
                reader.Space();
                if (reader.NString() is { } value)
                {
                    fields[name] = Encoding.UTF8.GetString(value);
                }
            }
        }

        return new IdResponse(fields);
    }
}
