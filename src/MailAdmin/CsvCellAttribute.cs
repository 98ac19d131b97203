using System.Management.Automation;

namespace MailAdmin;

/// <summary>
/// Lets a parameter accept the cell of a CSV row, which is always text: an empty one is the default, and "true" and "false" are
/// booleans (PowerShell itself doesn't convert text to a boolean).
/// </summary>
internal sealed class CsvCellAttribute(object whenEmpty) : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            "" => whenEmpty,
            string text when bool.TryParse(text, out var flag) => flag,
            _ => inputData,
        };
}
