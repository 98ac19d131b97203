using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Application.ReadWrite.OwnedBy lets an app change only what it owns:
/// https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby.
/// </summary>
internal static class Ownership
{
    private static readonly string[] Everything = ["Application.ReadWrite.All", "Directory.ReadWrite.All"];

    public static void Check(Caller caller, DirectoryObject owned)
    {
        if (!caller.Roles.Overlaps(Everything) && !owned.Owners.Contains(caller.ObjectId))
        {
            throw GraphRefusal.DirectoryDenied();
        }
    }
}
