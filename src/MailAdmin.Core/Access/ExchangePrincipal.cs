using System.Text.Json.Nodes;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Represents a grantee in Exchange: the service principal of an app, or a user.</summary>
/// <param name="AppId">The client ID; empty for a user.</param>
/// <param name="ObjectId">The object ID that is registered in Exchange; the address of a user.</param>
/// <param name="DisplayName">The display name.</param>
/// <param name="Names">All names that Exchange can write in a list of permissions.</param>
internal sealed record ExchangePrincipal(string AppId, string ObjectId, string DisplayName, IReadOnlySet<string> Names);

/// <summary>Finds users and groups that can have permissions in Exchange.</summary>
internal static class ExchangePeople
{
    private static readonly string[] Names = ["PrimarySmtpAddress", "Name", "DisplayName", "Identity", "Alias", "Guid"];

    /// <summary>Creates one for a user, or a mail-enabled security group.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
    /// <param name="user">Any address or ID.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">No recipient of that name was found (UnknownUser).</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <remarks>https://learn.microsoft.com/powershell/module/exchange/get-recipient</remarks>
    public static async Task<ExchangePrincipal> FindAsync(Session session, string user, CancellationToken cancellationToken)
    {
        var found = (await session.Exchange.GetAsync(
            "Get-Recipient", new JsonObject { ["Identity"] = user }, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        return found?.Text("PrimarySmtpAddress") is { } address
            ? new ExchangePrincipal(
                "", address, address,
                Names.Select(found.Text).OfType<string>().Append(user).ToHashSet(StringComparer.OrdinalIgnoreCase))
            : throw new InvalidRequestException("UnknownUser", $"No user or security group '{user}' was found in Exchange.")
            {
                Target = user,
                Advice = "Specify an email address of a user or of a mail-enabled security group.",
            };
    }
}
