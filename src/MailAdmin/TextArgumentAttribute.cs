using System.Management.Automation;

namespace MailAdmin;

/// <summary>
/// Lets a parameter accept only texts. PowerShell would convert any piped object to a text, which is often only the name of its
/// type.
/// </summary>
internal sealed class TextArgumentAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = ObjectText.Base(inputData);
        if (value is null or string or ValueType)
        {
            return value;
        }

        // An inner exception of this type lets PowerShell try the other parameters that take objects from the pipeline.
        var text = $"Specify a text, not an object ('{inputData}').";
        throw new ArgumentTransformationMetadataException(text, new PSInvalidCastException(text));
    }
}
