using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>A mailbox that Exchange has. It is found once and passed on.</summary>
/// <param name="Address">The primary address, which Exchange's cmdlets and IMAP use.</param>
/// <param name="Guid">Its GUID in Exchange, by which filters of scopes name it; null if Exchange doesn't return it.</param>
/// <param name="ObjectId">The object ID of its user in Entra, which Graph uses; null if Exchange doesn't return it.</param>
/// <param name="UserPrincipalName">
/// The name of that user, which need not be an address; null if Exchange doesn't return it.
/// </param>
/// <param name="RetainDeletedItemsFor">The time for which deleted items are kept; null if Exchange doesn't return it.</param>
/// <param name="IsShared">Whether it's a shared, room, or equipment mailbox, whose user can't sign in.</param>
/// <remarks>https://learn.microsoft.com/powershell/module/exchange/get-mailbox</remarks>
internal sealed record ExchangeMailbox(
    string Address, string? Guid, string? ObjectId, string? UserPrincipalName, TimeSpan? RetainDeletedItemsFor,
    bool IsShared = false)
{
    /// <summary>Holds, quotas, and forwarding.</summary>
    public MailboxRetention Retention { get; init; } = new();

    /// <summary>Reads what Get-Mailbox returned.</summary>
    /// <param name="found">The object.</param>
    /// <param name="given">The requested name, used if the object has no primary address.</param>
    /// <returns>The mailbox; null for an object without an address.</returns>
    public static ExchangeMailbox? Read(ExchangeObject found, string? given = null) =>
        (found.Text("PrimarySmtpAddress") ?? given) is { } address
        ? new ExchangeMailbox(
            address, found.Text("Guid"), Given(found.Text("ExternalDirectoryObjectId")), found.Text("UserPrincipalName"),
            TimeSpan.TryParse(found.Text("RetainDeletedItemsFor"), CultureInfo.InvariantCulture, out var kept) ? kept : null,
            found.Text("RecipientTypeDetails") is "SharedMailbox" or "RoomMailbox" or "EquipmentMailbox")
        {
            Retention = MailboxRetention.Read(found),
        }
        : null;

    /// <summary>Whether this is its address, its GUID or its object ID.</summary>
    public bool Is(string name) =>
        Same(name, Address) || (Guid is not null && Same(name, Guid)) || (ObjectId is not null && Same(name, ObjectId));

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>Finds mailboxes in Exchange by any address or ID.</summary>
internal static class MailboxLookup
{
    /// <summary>A mailbox; null when Exchange has none.</summary>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public static async Task<ExchangeMailbox?> FindMailboxAsync(
        this Session session, string mailbox, CancellationToken cancellationToken) =>
        (await session.FindMailboxesAsync([mailbox], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Mailboxes, ten with one request; null for each that Exchange doesn't have.</summary>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public static async Task<IReadOnlyList<ExchangeMailbox?>> FindMailboxesAsync(
        this Session session, IReadOnlyList<string> mailboxes, CancellationToken cancellationToken)
    {
        JsonObject[] parameters = [.. mailboxes.Select(m => new JsonObject { ["Identity"] = m })];
        var found = await session.Exchange.GetManyAsync("Get-Mailbox", parameters, cancellationToken).ConfigureAwait(false);
        return [.. found.Select((f, i) => f.Count == 0 ? null : ExchangeMailbox.Read(f[0], mailboxes[i]))];
    }

    /// <summary>A mailbox that has to be there.</summary>
    /// <exception cref="InvalidRequestException">Exchange has no such mailbox (UnknownMailbox).</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public static async Task<ExchangeMailbox> ResolveMailboxAsync(
        this Session session, string mailbox, CancellationToken cancellationToken) =>
        await session.FindMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false) ?? throw Unknown(mailbox);

    /// <summary>Mailboxes that all have to be there, ten with one request.</summary>
    /// <exception cref="InvalidRequestException">Exchange doesn't have some of them (UnknownMailbox names all).</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public static async Task<IReadOnlyList<ExchangeMailbox>> ResolveAllAsync(
        this Session session, IReadOnlyList<string> mailboxes, CancellationToken cancellationToken)
    {
        var found = await session.FindMailboxesAsync(mailboxes, cancellationToken).ConfigureAwait(false);
        string[] unknown = [.. mailboxes.Where((_, i) => found[i] is null)];
        return unknown.Length == 0 ? [.. found.OfType<ExchangeMailbox>()] : throw Unknown(unknown);
    }

    /// <summary>The mailboxes of the tenant.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
    /// <param name="most">The maximum number of results; null for all.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public static async Task<IReadOnlyList<ExchangeMailbox>> MailboxesAsync(
        this Session session, int? most, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject { ["ResultSize"] = most is { } size ? size : ExchangeAdmin.Unlimited };
        return [.. (await session.Exchange.GetAsync("Get-Mailbox", parameters, cancellationToken).ConfigureAwait(false))
            .Select(m => ExchangeMailbox.Read(m)).OfType<ExchangeMailbox>()];
    }

    /// <summary>The error for a mailbox that Exchange doesn't have.</summary>
    public static InvalidRequestException Unknown(string mailbox) => Unknown([mailbox]);

    /// <summary>The error for mailboxes that Exchange doesn't have: all of them at once.</summary>
    public static InvalidRequestException Unknown(IReadOnlyList<string> mailboxes) =>
        new("UnknownMailbox", mailboxes.Count == 1
            ? $"No mailbox '{mailboxes[0]}' was found in Exchange."
            : $"These mailboxes weren't found in Exchange: {string.Join(", ", mailboxes.Select(m => $"'{m}'"))}.")
    {
        Target = string.Join(", ", mailboxes),
        Advice = "Specify an email address of a mailbox in Exchange Online. A user without a license, a group, and a "
            + "contact have no mailbox.",
    };
}
