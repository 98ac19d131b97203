namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The folders that a server listed, in their order. A folder's parent is the nearest one above it that was listed: servers may
/// leave out what can't be selected.
/// </summary>
internal sealed class ImapFolderTree
{
    private readonly Dictionary<string, ListedFolder> _byPath = new(StringComparer.Ordinal);
    private readonly ILookup<ListedFolder?, ListedFolder> _children;

    /// <summary>Sorts them.</summary>
    /// <param name="personal">Path of the user's own namespace; often empty.</param>
    /// <param name="isExchange">Whether the server is Exchange, which lists folders that hold no mail.</param>
    public ImapFolderTree(IReadOnlyList<ListedFolder> listed, string personal, bool isExchange)
    {
        var folders = SpecialFolders.Assign(listed, personal);
        folders = isExchange ? OtherFolders.Assign(folders) : folders;
        foreach (var folder in folders)
        {
            _byPath.TryAdd(folder.Path, folder);
        }

        All = [.. folders.Where(folder => ReferenceEquals(_byPath[folder.Path], folder))];
        _children = All.ToLookup(ParentOf);
    }

    /// <summary>Returns all folders except those whose paths look the same.</summary>
    public IReadOnlyList<ListedFolder> All { get; }

    /// <summary>
    /// Returns the folders below one, parents before children; null for all. Folders that contain no mail and their subfolders
    /// are skipped.
    /// </summary>
    public IEnumerable<ListedFolder> Below(ListedFolder? top, bool recurse)
    {
        var ahead = new Stack<ListedFolder>(
            _children[top].Where(folder => top is not null || MailFolders.HoldMail(folder.WellKnownName)).Reverse());
        while (ahead.TryPop(out var folder))
        {
            yield return folder;
            if (recurse)
            {
                foreach (var child in _children[folder].Reverse())
                {
                    ahead.Push(child);
                }
            }
        }
    }

    /// <summary>Returns the number of direct subfolders.</summary>
    public int CountChildren(ListedFolder folder) => _children[folder].Count();

    /// <summary>Finds a folder by any of its names, or null. The exact spelling takes precedence over another case.</summary>
    /// <param name="name">Well-known name, path or ID.</param>
    /// <param name="personal">Path of the user's own namespace, which can be omitted; often empty.</param>
    public ListedFolder? Find(string name, string personal)
    {
        var path = name.Trim('/');
        return All.FirstOrDefault(f => IsKnownAs(f, path) && SpecialFolders.IsOfGraph(f.WellKnownName))
            ?? _byPath.GetValueOrDefault(path)
            ?? All.FirstOrDefault(f => f.Id == name)
            ?? All.FirstOrDefault(f => string.Equals(f.Path, path, StringComparison.OrdinalIgnoreCase))
            ?? (personal.Length > 0 ? Find($"{personal}/{path}", "") : null)
            ?? All.FirstOrDefault(f => IsKnownAs(f, path));
    }

    private static bool IsKnownAs(ListedFolder folder, string name) =>
        string.Equals(folder.WellKnownName, name, StringComparison.OrdinalIgnoreCase);

    private ListedFolder? ParentOf(ListedFolder folder)
    {
        for (var end = folder.Path.Length; (end = folder.Path.LastIndexOf('/', end - 1)) > 0;)
        {
            if (_byPath.TryGetValue(folder.Path[..end], out var parent))
            {
                return parent;
            }
        }

        return null;
    }
}
