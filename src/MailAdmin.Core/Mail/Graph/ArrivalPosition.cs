using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Represents the position in a folder in a cloud without delta queries: a time of arrival. A message can become visible after
/// its time of arrival. So the position is some time before the last message, and the ledger has the known messages.
/// </summary>
/// <param name="From">The time from which messages are listed again.</param>
/// <param name="Count">The number of messages since then, all processed; null if messages must still be processed.</param>
/// <param name="Hash">The hash of their IDs.</param>
internal sealed record ArrivalPosition(DateTimeOffset From, int? Count = null, string Hash = "")
{
    private const string Kind = "arrived", Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Gets the start of a folder.</summary>
    public static ArrivalPosition Beginning { get; } = new(DateTimeOffset.UnixEpoch);

    /// <summary>Creates a position at the end of a folder.</summary>
    /// <param name="from">The time.</param>
    /// <param name="ids">The messages since then.</param>
    public static ArrivalPosition After(DateTimeOffset from, IReadOnlyCollection<string> ids) =>
        new(from, ids.Count, HashOf(ids));

    /// <summary>Parses a position.</summary>
    /// <param name="text">The text of <see cref="ToString"/>.</param>
    /// <returns>The position; null for other text.</returns>
    public static ArrivalPosition? Parse(string text) => text.Split(' ') switch
    {
        [Kind, var from] when TimeOf(from) is { } time => new ArrivalPosition(time),
        [Kind, var from, var count, var hash] when TimeOf(from) is { } time
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) =>
            new ArrivalPosition(time, n, hash),
        _ => null,
    };

    /// <summary>Returns whether these are the known messages.</summary>
    public bool Knows(IReadOnlyCollection<string> ids) => ids.Count == Count && HashOf(ids) == Hash;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind} {From.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}{(Count is { } n ? $" {n} {Hash}" : "")}");

    private static DateTimeOffset? TimeOf(string text) => DateTimeOffset.TryParseExact(
        text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string HashOf(IEnumerable<string> ids) => Convert.ToHexString(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', ids.Order(StringComparer.Ordinal)))))[..16].ToLowerInvariant();
}
