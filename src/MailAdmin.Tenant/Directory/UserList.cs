using System.Collections;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>The users of a tenant, found by ID or user principal name without looking at the others.</summary>
internal sealed class UserList : IReadOnlyList<DirectoryObject>
{
    private readonly List<DirectoryObject> _all = [];
    private readonly Dictionary<string, DirectoryObject> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, DirectoryObject> _byName = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _all.Count;

    public DirectoryObject this[int index] => _all[index];

    public void Add(DirectoryObject user, string userPrincipalName)
    {
        _all.Add(user);
        _byId[user.Id] = user;
        _byName[userPrincipalName] = user;
    }

    /// <summary>The user of an ID or user principal name; null if there is none.</summary>
    public DirectoryObject? Find(string key) => _byId.GetValueOrDefault(key) ?? Named(key);

    public bool Contains(DirectoryObject user) => _byId.GetValueOrDefault(user.Id) == user;

    public IEnumerator<DirectoryObject> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A user principal name can change after the user was added.</summary>
    private DirectoryObject? Named(string name)
    {
        bool IsNow(DirectoryObject user) => DirectoryStore.Same(user.Json.Text("userPrincipalName"), name);
        return _byName.TryGetValue(name, out var user) && IsNow(user) ? user
            : name.Contains('@', StringComparison.Ordinal) ? _all.Find(IsNow) : null;
    }
}
