using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Cuts what a search found into pieces for one listing each.</summary>
internal static class UidChunks
{
    /// <summary>Cuts UIDs.</summary>
    /// <param name="uids">In any order.</param>
    /// <param name="first">How many are in the first piece, at most; each next one may have four times as many.</param>
    /// <param name="largest">How many are in each, at most.</param>
    /// <param name="descending">Whether the highest come first.</param>
    /// <returns>The pieces; each is in ascending order within.</returns>
    public static IEnumerable<IReadOnlyList<UniqueId>> Cut(IList<UniqueId> uids, int first, int largest, bool descending)
    {
        // One after the other: MailKit's set finds each by its index in linear time, and that is how LINQ would ask for them.
        var all = new List<uint>(uids.Count);
        foreach (var uid in uids)
        {
            all.Add(uid.Id);
        }

        var ordered = all.ToArray();
        Array.Sort(ordered);
        if (descending)
        {
            Array.Reverse(ordered);
        }

        for (var at = 0; at < ordered.Length; first = Math.Min(first * 4, largest))
        {
            var piece = ordered.AsSpan(at, Math.Min(first, ordered.Length - at)).ToArray();
            at += piece.Length;
            Array.Sort(piece);
            yield return Array.ConvertAll(piece, static uid => new UniqueId(uid));
        }
    }
}
