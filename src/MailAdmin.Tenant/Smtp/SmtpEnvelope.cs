using System.Globalization;

namespace MailAdmin.Tenant.Smtp;

/// <summary>Represents the sender and the recipients of a message, from MAIL and RCPT (RFC 5321 section 3.3).</summary>
/// <param name="From">The return path.</param>
internal sealed record SmtpEnvelope(string From)
{
    /// <summary>
    /// https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits: 500
    /// unless an administrator has set another number.
    /// </summary>
    public const int MaxRecipients = 500;

    public List<string> Recipients { get; } = [];

    /// <summary>The content that BDAT has transferred.</summary>
    public MemoryStream Content { get; } = new();

    /// <summary>Reads the arguments of MAIL.</summary>
    /// <param name="maxSize">Octets that the sender may announce.</param>
    /// <exception cref="SmtpRefusal">The parameters are invalid, or announce too much.</exception>
    public static SmtpEnvelope Of(string arguments, long maxSize)
    {
        var (address, parameters) = Path(arguments, "FROM:") ?? throw new SmtpRefusal(SmtpReply.InvalidArguments);
        foreach (var parameter in parameters)
        {
            var (name, value) = parameter.Split('=', 2) is [var n, var v] ? (n.ToUpperInvariant(), v) : (parameter, "");
            var isKnown = name switch
            {
                "SIZE" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                    && (size <= maxSize ? true : throw new SmtpRefusal(SmtpReply.TooLarge)),
                "BODY" => value.ToUpperInvariant() is "7BIT" or "8BITMIME" or "BINARYMIME",
                "SMTPUTF8" or "RET" or "ENVID" or "AUTH" => true,
                _ => false,
            };
            if (!isKnown)
            {
                throw new SmtpRefusal(SmtpReply.InvalidArguments);
            }
        }

        return address.Length == 0 || IsAddress(address) ? new SmtpEnvelope(address)
            : throw new SmtpRefusal(SmtpReply.InvalidAddress);
    }

    /// <summary>Takes one more recipient.</summary>
    /// <exception cref="SmtpRefusal">It is no address, or one too many.</exception>
    public void Add(string arguments)
    {
        var (address, _) = Path(arguments, "TO:") ?? throw new SmtpRefusal(SmtpReply.InvalidArguments);
        if (!IsAddress(address))
        {
            throw new SmtpRefusal(new SmtpReply(501, "5.1.3 Invalid address"));
        }

        if (Recipients.Count == MaxRecipients)
        {
            throw new SmtpRefusal(SmtpReply.TooManyRecipients);
        }

        if (!Recipients.Contains(address, StringComparer.OrdinalIgnoreCase))
        {
            Recipients.Add(address);
        }
    }

    private static (string Address, string[] Parameters)? Path(string arguments, string keyword)
    {
        if (!arguments.StartsWith(keyword, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = arguments[keyword.Length..].TrimStart();
        var end = rest.LastIndexOf('>');
        return rest.StartsWith('<') && end > 0
            ? (rest[1..end], rest[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)) : null;
    }

    private static bool IsAddress(string address) => address.LastIndexOf('@') is > 0 and var at && at < address.Length - 1
        && !address.Any(c => char.IsControl(c) || c is '<' or '>' or ',' or ';') && !address[(at + 1)..].Contains(' ');
}
