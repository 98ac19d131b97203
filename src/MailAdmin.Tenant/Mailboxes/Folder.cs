using System.Text.RegularExpressions;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>A folder of a mailbox. Its id never changes: https://learn.microsoft.com/graph/outlook-immutable-id.</summary>
internal sealed partial class Folder(Mailbox mailbox, string id, string displayName, string? wellKnownName, bool isHidden)
{
    public Mailbox Mailbox => mailbox;

    public string Id => id;

    public string DisplayName { get; set; } = displayName;

    /// <summary>The well-known name of the folder; null for a folder that a user created.</summary>
    public string? WellKnownName => wellKnownName;

    public bool IsHidden => isHidden;

    /// <summary>Null for the root of the mailbox and the root of the dumpster.</summary>
    public Folder? Parent { get; set; }

    public List<Folder> Children { get; } = [];

    /// <summary>The messages, in the order of their arrival: by ascending <see cref="Item.Uid"/>.</summary>
    public FolderItems Items { get; } = new();

    /// <summary>Distinguishes this folder from another one with the same name: RFC 3501 section 2.3.1.1.</summary>
    public required uint UidValidity { get; init; }

    /// <summary>The UID of the next message.</summary>
    public uint NextUid { get; set; } = 1;

    /// <summary>Whether LSUB shows it.</summary>
    public bool IsSubscribed { get; set; } = true;

    /// <summary>The removed messages, for delta queries: by ascending version.</summary>
    public List<RemovedItem> Removed { get; } = [];

    /// <summary>Returns the messages that were removed after a version of the mailbox.</summary>
    public IEnumerable<RemovedItem> RemovedSince(long version)
    {
        var (low, high) = (0, Removed.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Removed[middle].Version <= version ? (middle + 1, high) : (low, middle);
        }

        return Removed.Skip(low);
    }

    /// <summary>True for the Recoverable Items folders, which no listing of the mailbox shows.</summary>
    public bool IsDumpster => (Parent?.IsDumpster ?? false) || WellKnownName == WellKnownFolders.DumpsterRoot;

    /// <summary>Whether it holds mail: Graph shows no others among mail folders, IMAP shows them all.</summary>
    public bool HoldsMail => !WellKnownFolders.WithoutMail.Contains(WellKnownName);

    /// <summary>
    /// From the top, names separated by "/"; a "/" in a name is written "\/", a "\" at its end, or before one of the two, "\\".
    /// </summary>
    public string Path
    {
        get
        {
            var name = Escape(DisplayName);
            return Parent is null || Parent == mailbox.Root ? name : Parent.Path + "/" + name;
        }
    }

    /// <summary>The names of a path, as <see cref="Path"/> writes it.</summary>
    public static IEnumerable<string> NamesIn(string path) => Name().Matches(path)
        .Select(static name => EscapedCharacter().Replace(name.Value, "$1"));

    public Folder? Child(string name) =>
        Children.Find(c => string.Equals(c.DisplayName, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns whether it's the other folder, or is below it.</summary>
    public bool IsWithin(Folder other) => this == other || (Parent?.IsWithin(other) ?? false);

    // Every "/", and each backslash that would be read as escaping what follows.
    private static string Escape(string name) => string.Concat(name.Select((c, i) =>
        c == '/' || (c == '\\' && (i + 1 == name.Length || name[i + 1] is '/' or '\\')) ? $"\\{c}" : $"{c}"));

    [GeneratedRegex(@"(?:\\[/\\]|[^/])+", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"\\([/\\])", RegexOptions.NonBacktracking)]
    private static partial Regex EscapedCharacter();
}

/// <summary>A message that left a folder.</summary>
/// <param name="Id">Its ordinary id there.</param>
/// <param name="FiledVersion">The version of the mailbox in which it was added.</param>
/// <param name="Version">The version in which it was removed.</param>
/// <param name="Uid">Its number there, for IMAP.</param>
internal sealed record RemovedItem(string Id, string ImmutableId, long FiledVersion, long Version, uint Uid);
