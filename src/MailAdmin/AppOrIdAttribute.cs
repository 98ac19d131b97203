using System.Management.Automation;

namespace MailAdmin;

/// <summary>Lets a parameter take an app object or an id of one, and nothing else.</summary>
internal sealed class AppOrIdAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            MailAppRegistration app => app,
            string { Length: > 0 } id => id,
            Guid id => id.ToString(),
            _ => throw new ArgumentTransformationMetadataException("Give an app, as Get-MailAppRegistration emits it, or the client id or an object id of one."),
        };
}
