using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>What is received, and what is to be true of a disk and a server at any moment.</summary>
/// <param name="Name">For the output.</param>
/// <param name="Options">How it is received.</param>
internal sealed record Scenario(string Name, ReceiveOptions Options)
{
    /// <summary>Three batches, the last of which is not full.</summary>
    public const int Messages = 5;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("Move", new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" }),
        new("Delete", new() { AfterProcessing = AfterProcessing.Delete }),
        new("Purge", new() { AfterProcessing = AfterProcessing.Purge }),
        new("None", new()),
        new("MarkRead", new() { AfterProcessing = AfterProcessing.MarkRead, Query = new() { Unread = true } }),
        new("CopyTo", new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done", CopyTo = "Copies" }),
        new("Attachments", new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done", SaveAttachments = true }),
        new("AttachmentsNone", new() { SaveAttachments = true }),
        new("TwoFolders", new() { Folders = ["Inbox", "Second"], AfterProcessing = AfterProcessing.Move, MoveTo = "Done" }),
    ];

    public static byte[] Message(string subject) => Encoding.ASCII.GetBytes(
        $"From: a@x.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@b.c>\r\nMIME-Version: 1.0\r\n"
        + $"Content-Type: application/pdf; name={subject}.pdf\r\nContent-Disposition: attachment; filename={subject}.pdf\r\n\r\n{subject}\r\n");

    /// <summary>What is wrong with a disk: a message that the server no longer has as it was must be on it, with all that belongs to it.</summary>
    /// <param name="files">The files, by their path.</param>
    /// <param name="filed">The subjects of the messages that were filed.</param>
    /// <returns>Null for nothing.</returns>
    public string? FiledTooEarly(IEnumerable<KeyValuePair<string, byte[]>> files, IEnumerable<string> filed)
    {
        var all = files.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        foreach (var subject in filed)
        {
            var octets = Message(subject);
            var file = all.FirstOrDefault(f => f.Key.EndsWith(".eml", StringComparison.Ordinal) && f.Value.AsSpan().SequenceEqual(octets)).Key;
            if (file is null)
            {
                return $"{subject} was filed and is not on the disk";
            }

            if (Options.SaveAttachments
                && !(all.TryGetValue(Path.Combine(Path.ChangeExtension(file, null), $"{subject}.pdf"), out var saved)
                    && Encoding.ASCII.GetString(saved).Trim() == subject))
            {
                return $"{subject} was filed and its attachment is not on the disk";
            }
        }

        return null;
    }

    /// <summary>What is wrong with the folder in the end.</summary>
    /// <returns>Null for nothing.</returns>
    public string? NotWhole(Destination destination, IReadOnlyCollection<string> subjects)
    {
        var files = Directory.GetFiles(destination.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(destination.Path, f), File.ReadAllBytes, StringComparer.Ordinal);
        var messages = files.Keys.Count(f => f.EndsWith(".eml", StringComparison.Ordinal));
        var attachments = files.Keys.Count(f => f.EndsWith(".pdf", StringComparison.Ordinal));
        return FiledTooEarly(files, subjects) is { } lost ? $"in the end, {lost}"
            : messages != subjects.Count ? $"{messages} files for {subjects.Count} messages"
            : attachments != (Options.SaveAttachments ? subjects.Count : 0) ? $"{attachments} attachments"
            : destination.Leftovers.Length > 0 ? $"left over: {destination.Leftovers[0]}"
            : null;
    }

    public override string ToString() => Name;
}
