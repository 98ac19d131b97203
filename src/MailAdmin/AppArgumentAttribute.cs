using System.Management.Automation;
using System.Text.RegularExpressions;

namespace MailAdmin;

/// <summary>
/// Lets a parameter specify an app in every way: by an object that represents an app, by display name, by client ID, or by an
/// object ID. An object counts by its property ClientId or AppId, never by its text.
/// </summary>
internal sealed partial class AppArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>
    /// Gets or sets whether objects of other kinds are left to other parameters. The only parameter for piped objects rejects
    /// them when the cmdlet runs, with an error ID of this module.
    /// </summary>
    public bool LeavesOthers { get; set; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = ObjectText.Base(inputData);
        return value switch
        {
            null or AppReference => value,
            MailAppRegistration app => new AppReference(app.ClientId, app),
            // An address that is piped is a mailbox.
            string text when LeavesOthers && Address().IsMatch(text) => throw Refused(text),
            string { Length: > 0 } text => new AppReference(text),
            Guid id => new AppReference(id.ToString()),
            string => throw new ArgumentTransformationMetadataException("Specify an app. The text is empty."),
            ValueType => throw Refused($"{value}"),
            _ => OfObject(PSObject.AsPSObject(inputData)),
        };
    }

    private AppReference OfObject(PSObject given)
    {
        if (!LeavesOthers || IsAboutAnApp(given))
        {
            // A step of Install-MailApp contains the app itself. A row of a CSV file can have a column App, with a name or an ID.
            if (ObjectText.Base(given.Properties["App"]?.Value) is MailAppRegistration app)
            {
                return new AppReference(app.ClientId, app);
            }

            var id = ObjectText.First(given, "ClientId", "AppId", "App");
            return new AppReference(
                id ?? ObjectText.Name(given), isRefused: id is null, tenantId: (given.BaseObject as MailAdminResult)?.TenantId);
        }

        throw Refused(ObjectText.Name(given));
    }

    /// <summary>
    /// An inner exception of this type lets PowerShell try the other parameters that take objects from the pipeline.
    /// </summary>
    private ArgumentTransformationMetadataException Refused(string given)
    {
        var text = $"'{given}' doesn't represent an app. Specify an app object, a display name, a client ID, or an object ID.";
        return new(text, LeavesOthers ? new PSInvalidCastException(text) : null);
    }

    [GeneratedRegex(@"^[^\s@]+@[^\s@]+\.[^\s@]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    /// <summary>Returns whether it's an object of this module about one app; also from a file or another process.</summary>
    private static bool IsAboutAnApp(PSObject given) =>
        given.TypeNames.Any(n => n.Contains("MailAdmin.MailApp", StringComparison.Ordinal))
        && (ObjectText.First(given, "ClientId") is not null || given.Properties["App"]?.Value is MailAppRegistration);
}
