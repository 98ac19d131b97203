using System.Collections;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>A named group of mailboxes: RFC 5322 section 3.4.</summary>
/// <param name="Name">Its decoded name.</param>
/// <param name="Members">The members; often empty, as in "undisclosed-recipients:;".</param>
internal sealed record AddressGroup(string Name, IReadOnlyList<EmailAddress> Members);

/// <summary>The mailboxes of an address field, those of its groups included.</summary>
internal sealed class AddressList : IReadOnlyList<EmailAddress>
{
    private readonly List<EmailAddress> _addresses;

    internal AddressList(List<EmailAddress> addresses, List<AddressGroup> groups) => (_addresses, Groups) = (addresses, groups);

    /// <summary>None.</summary>
    public static AddressList Empty { get; } = new([], []);

    /// <summary>The groups that are among them.</summary>
    public IReadOnlyList<AddressGroup> Groups { get; }

    /// <inheritdoc/>
    public int Count => _addresses.Count;

    /// <inheritdoc/>
    public EmailAddress this[int index] => _addresses[index];

    /// <inheritdoc/>
    public IEnumerator<EmailAddress> GetEnumerator() => _addresses.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _addresses);
}
