using System.Collections;
using System.Globalization;
using System.Management.Automation;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin;

/// <summary>
/// Reads addresses from a script. An address object is one address, also from another session or a file (deserialized). Only a
/// text is parsed, and can contain several.
/// </summary>
internal static class Addresses
{
    /// <summary>Reads addresses.</summary>
    /// <param name="given">Texts, address objects, hashtables with Address and Name, or lists of these; null for none.</param>
    /// <returns>The addresses in their order.</returns>
    /// <exception cref="InvalidRequestException">InvalidAddress or ControlCharacter.</exception>
    public static IReadOnlyList<EmailAddress> Read(object? given) => ObjectOf(given) is { } address
        ? [AddressCheck.Check(address)]
        : Base(given) switch
        {
            null => [],
            string text => Recipients.Parse([text]),
            IEnumerable several => [.. several.Cast<object?>().SelectMany(Read)],
            var other => Recipients.Parse([Text(other)]),
        };

    /// <summary>Returns the address of an object.</summary>
    /// <param name="given">Anything.</param>
    /// <returns>Null if it isn't an address object.</returns>
    public static EmailAddress? ObjectOf(object? given) => Base(given) switch
    {
        EmailAddress address => address,
        null or string => null,
        IDictionary table => table["Address"] is { } address ? new EmailAddress(Name(table["Name"]), Text(address)) : null,
        IEnumerable => null,
        _ => OfProperties(PSObject.AsPSObject(given).Properties),
    };

    private static EmailAddress? OfProperties(PSMemberInfoCollection<PSPropertyInfo> properties) =>
        properties["Address"]?.Value is not { } address ? null
            : new EmailAddress(Name((properties["Name"] ?? properties["DisplayName"])?.Value), Text(address));

    private static object? Base(object? given) =>
        given is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : given;

    private static string? Name(object? name) => name is null || Text(name) is { Length: 0 } ? null : Text(name);

    private static string Text(object? value) => Convert.ToString(Base(value), CultureInfo.InvariantCulture) ?? "";
}
