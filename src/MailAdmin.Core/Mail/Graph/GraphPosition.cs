using System.Globalization;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Represents the position in a folder: a link of the delta query, and during the first reading the progress of the listing.
/// </summary>
/// <param name="Link">A nextLink or deltaLink of the service.</param>
/// <param name="ListedTo">receivedDateTime of the last message of the listing; null when the listing is done.</param>
/// <remarks>https://learn.microsoft.com/graph/delta-query-messages</remarks>
internal sealed record GraphPosition(string Link, DateTimeOffset? ListedTo)
{
    /// <summary>Reads one.</summary>
    /// <param name="text">As <see cref="ToString"/> wrote it.</param>
    /// <param name="host">The only host that a link can have, because the request contains a token.</param>
    /// <returns>The position; null if it isn't one, or has another host.</returns>
    public static GraphPosition? Parse(string text, string host)
    {
        var parts = text.Split(' ', 2);
        var link = parts[^1];
        if (!Uri.TryCreate(link, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps
            || !uri.Authority.Equals(host, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return new GraphPosition(link, null);
        }

        return DateTimeOffset.TryParseExact(parts[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new GraphPosition(link, time)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        ListedTo is { } time ? $"{time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)} {Link}" : Link;
}
