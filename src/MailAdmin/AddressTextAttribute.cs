using System.Management.Automation;

namespace MailAdmin;

/// <summary>
/// Lets a parameter that takes the text of one address take an address object, such as From of a message: its address counts, and
/// its display name is never read as part of the text.
/// </summary>
internal sealed class AddressTextAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Addresses.ObjectOf(inputData)?.Address ?? inputData;
}
