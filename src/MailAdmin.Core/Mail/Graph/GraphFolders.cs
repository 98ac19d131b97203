using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>The folders of a mailbox: finding, listing and making them.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/mailfolder</remarks>
internal sealed class GraphFolders(GraphMailbox mailbox)
{
    public async IAsyncEnumerable<MailAdmin.MailFolder> ListAsync(
        string? parentPath, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parent = parentPath is null ? null
            : await FindAsync(parentPath, cancellationToken).ConfigureAwait(false)
                ?? throw MailStoreExtensions.NotFound(parentPath);
        await foreach (var folder in ChildrenAsync(parent, recurse, cancellationToken).ConfigureAwait(false))
        {
            yield return folder;
        }
    }

    public async Task<MailAdmin.MailFolder?> FindAsync(string folder, CancellationToken cancellationToken)
    {
        MailAdmin.MailFolder? found = null;
        foreach (var name in FolderPath.Split(folder))
        {
            found = await FindChildAsync(found, name, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return null;
            }
        }

        return found;
    }

    public async Task<MailAdmin.MailFolder> CreateAsync(string path, CancellationToken cancellationToken)
    {
        MailAdmin.MailFolder? folder = null;
        foreach (var name in FolderPath.Split(path))
        {
            var found = await FindChildAsync(folder, name, cancellationToken).ConfigureAwait(false);
            if (found is null && folder is null)
            {
                MailStoreExtensions.RefuseWellKnown(name);
            }

            folder = found ?? await CreateChildAsync(folder, name, cancellationToken).ConfigureAwait(false);
        }

        return folder! with { Change = folder!.Change ?? ChangeKind.Unchanged };
    }

    private async IAsyncEnumerable<MailAdmin.MailFolder> ChildrenAsync(
        MailAdmin.MailFolder? parent, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = GraphPages.ReadAsync(
            () => ChildPageAsync(parent, null, cancellationToken),
            link => mailbox.CallAsync(
                u => u.MailFolders.WithUrl(link).GetAsync(cancellationToken: cancellationToken), cancellationToken),
            page => page.Value, cancellationToken);
        await foreach (var folder in folders.ConfigureAwait(false))
        {
            var described = Describe(folder, parent);
            yield return described;
            if (recurse && folder.ChildFolderCount is not 0)
            {
                await foreach (var child in ChildrenAsync(described, recurse, cancellationToken).ConfigureAwait(false))
                {
                    yield return child;
                }
            }
        }
    }

    private Task<MailFolderCollectionResponse?> ChildPageAsync(
        MailAdmin.MailFolder? parent, string? filter, CancellationToken cancellationToken) =>
        mailbox.CallAsync(u => parent is null
            ? u.MailFolders.GetAsync(r => (r.QueryParameters.Top, r.QueryParameters.Filter) = (100, filter), cancellationToken)
            : u.MailFolders[parent.Id].ChildFolders.GetAsync(
                r => (r.QueryParameters.Top, r.QueryParameters.Filter) = (100, filter), cancellationToken), cancellationToken);

    private async Task<MailAdmin.MailFolder?> FindChildAsync(
        MailAdmin.MailFolder? parent, string name, CancellationToken cancellationToken)
    {
        if (parent is null && WellKnownFolders.Match(name) is { } known)
        {
            return await GetByIdAsync(known, cancellationToken).ConfigureAwait(false) is { } folder
                ? Describe(folder, null) with { WellKnownName = known } : null;
        }

        var page = await ChildPageAsync(
            parent, new OData().Equal("displayName", name).ToString(), cancellationToken).ConfigureAwait(false);
        if (page?.Value?.FirstOrDefault() is { } child)
        {
            return Describe(child, parent);
        }

        // IDs are long, so a short name that wasn't found isn't looked up as an ID.
        return parent is null && name.Length > 60 && await GetByIdAsync(name, cancellationToken).ConfigureAwait(false) is { } byId
            ? Describe(byId, null)
            : null;
    }

    private async Task<Microsoft.Graph.Models.MailFolder?> GetByIdAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await mailbox.CallAsync(
                u => u.MailFolders[id].GetAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code is GraphCodes.ItemNotFound or GraphCodes.InvalidId)
        {
            return null;
        }
    }

    private async Task<MailAdmin.MailFolder> CreateChildAsync(
        MailAdmin.MailFolder? parent, string name, CancellationToken cancellationToken)
    {
        var wanted = new Microsoft.Graph.Models.MailFolder { DisplayName = name };
        try
        {
            var made = await mailbox.CallAsync(u => parent is null
                ? u.MailFolders.PostAsync(wanted, cancellationToken: cancellationToken)
                : u.MailFolders[parent.Id].ChildFolders.PostAsync(wanted, cancellationToken: cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return Describe(made!, parent) with { Change = ChangeKind.Created };
        }
        catch (ServiceRefusedException e) when (e.Code == GraphCodes.FolderExists)
        {
            // Another client created it between the check and the request.
            return await FindChildAsync(parent, name, cancellationToken).ConfigureAwait(false)
                ?? throw MailStoreExtensions.NotFound(name);
        }
    }

    private MailAdmin.MailFolder Describe(Microsoft.Graph.Models.MailFolder folder, MailAdmin.MailFolder? parent) => new()
    {
        Mailbox = mailbox.Connection.Mailbox,
        Name = folder.DisplayName ?? "",
        Path = FolderPath.Join(parent?.Path, folder.DisplayName ?? ""),
        Id = folder.Id!,
        TotalItemCount = folder.TotalItemCount,
        UnreadItemCount = folder.UnreadItemCount,
        ChildFolderCount = folder.ChildFolderCount,
        Connection = mailbox.Connection,
    };
}
