using System.Globalization;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Represents names in one folder that no file system treats as the same.</summary>
internal sealed class AttachmentNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    // The number that the next file of a name gets: ten thousand of one name aren't tried one by one.
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    public void Take(string name) => _taken.Add(SafeFileName.Fold(name));

    /// <summary>Takes a name that is free: this one, or this one with a number.</summary>
    /// <param name="name">A safe name.</param>
    public string Reserve(string name)
    {
        var stem = Path.GetFileNameWithoutExtension(name);
        var extension = Path.GetExtension(name);
        var candidate = name;
        var number = _next.GetValueOrDefault(SafeFileName.Fold(name), 2);
        for (; !_taken.Add(SafeFileName.Fold(candidate)); number++)
        {
            candidate = string.Create(CultureInfo.InvariantCulture, $"{stem} ({number}){extension}");
        }

        _next[SafeFileName.Fold(name)] = number;
        return candidate;
    }
}
