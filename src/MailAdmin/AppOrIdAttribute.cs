using System.Management.Automation;

namespace MailAdmin;

/// <summary>Lets a parameter take an app object or an id of one, and nothing else.</summary>
internal sealed class AppOrIdAttribute : ArgumentTransformationAttribute
{
    /// <summary>The id that such a parameter was given; null when it was left out.</summary>
    public static string? IdOf(object? appOrId) => appOrId is MailAppRegistration app ? app.ClientId : (string?)appOrId;

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            MailAppRegistration app => app,
            string { Length: > 0 } id => id,
            Guid id => id.ToString(),
            _ => throw new ArgumentTransformationMetadataException(
                "Give an app, as Get-MailAppRegistration emits it, or the client id or an object id of one."),
        };
}
