using System.Collections;
using System.Management.Automation;

namespace MailAdmin;

/// <summary>
/// Lets a parameter specify mailboxes by text, or by objects of any origin. An object counts by its first property of Mailbox,
/// UserPrincipalName, PrimarySmtpAddress, EmailAddress, Address, and Identity that has a value, in the order in which PowerShell
/// binds the parameter's aliases. An object without one of them, a message, or a folder is never taken for a mailbox.
/// </summary>
internal sealed class MailboxArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>The aliases of -Mailbox, in the order in which PowerShell binds properties.</summary>
    public const string Upn = "UserPrincipalName", Smtp = "PrimarySmtpAddress", Email = "EmailAddress", Identity = "Identity";

    /// <summary>
    /// Gets or sets whether objects of this module and objects about an app are left to other parameters, if they represent
    /// something else, or their properties bind by name. Any other object without a mailbox is rejected when the cmdlet runs.
    /// </summary>
    public bool LeavesOthers { get; set; }

    /// <summary>Gets or sets whether the parameter takes one mailbox, and no list.</summary>
    public bool Single { get; set; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = ObjectText.Base(inputData);
        if (Single || value is null)
        {
            return value is null ? null : One(inputData!);
        }

        return value is IEnumerable many and not string and not IDictionary
            ? many.Cast<object?>().Where(o => o is not null).Select(o => One(o!)).ToArray()
            : new[] { One(inputData!) };
    }

    private MailboxReference One(object given) => ObjectText.Base(given) switch
    {
        MailboxReference reference => reference,
        string { Length: > 0 } text => new MailboxReference(text),
        string => throw new ArgumentTransformationMetadataException("Specify a mailbox. The text is empty."),
        Guid id => new MailboxReference(id.ToString()) { Id = id.ToString() },
        _ => OfObject(PSObject.AsPSObject(given)),
    };

    private MailboxReference OfObject(PSObject given)
    {
        if (LeavesOthers && (IsOurs(given) || ObjectText.First(given, "ClientId", "AppId") is not null))
        {
            // An inner exception of this type lets PowerShell try other parameters, and the properties of the object.
            var left = $"'{ObjectText.Name(given)}' doesn't represent a mailbox.";
            throw new ArgumentTransformationMetadataException(left, new PSInvalidCastException(left));
        }

        var text = PipedObject.IsMessage(given) || PipedObject.Is(given, nameof(MailFolder)) ? null
            : ObjectText.First(given, "Mailbox", Upn, Smtp, Email, "Address", Identity);
        return new MailboxReference(text ?? ObjectText.Name(given), isRefused: text is null)
        {
            Id = ObjectText.First(given, "MailboxId", "ExternalDirectoryObjectId"),
            PrimarySmtpAddress = ObjectText.First(given, Smtp),
        };
    }

    private static bool IsOurs(PSObject given) =>
        given.TypeNames.Any(n => n.Contains($"{nameof(MailAdmin)}.", StringComparison.Ordinal));
}
