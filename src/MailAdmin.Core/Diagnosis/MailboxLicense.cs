using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Whether the user of a mailbox has an Exchange Online license. Shared and room mailboxes need none.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/assignedplan,
/// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference,
/// https://learn.microsoft.com/exchange/recipients-in-exchange-online/delete-or-restore-mailboxes (without a license, the mailbox
/// is kept for 30 days)
/// </remarks>
internal static class MailboxLicense
{
    /// <summary>EXCHANGE_S_FOUNDATION, also of the US government cloud: in most licenses, and without a mailbox.</summary>
    private static readonly Guid?[] WithoutMailbox =
    [
        new("113feb6c-3fe4-4440-bddc-54d774bf0318"), new("922ba911-5694-4e99-a794-73aed9bfeec8"),
    ];

    /// <summary>Checks the user's service plans.</summary>
    /// <param name="session">Signed in with User.Read.All or Directory.Read.All.</param>
    /// <returns>Passed, Warning for a mailbox that will be deleted or suspended, or Skipped if it can't be read.</returns>
    public static async Task<MailCheck> CheckAsync(
        Session session, ExchangeMailbox mailbox, CancellationToken cancellationToken)
    {
        if (mailbox.IsShared)
        {
            return new MailCheck("License", CheckStatus.Passed)
            {
                Evidence = "shared mailboxes, rooms, and equipment need no license",
            };
        }

        if (mailbox.ObjectId is not { } id)
        {
            return Skipped("Exchange didn't return the user of the mailbox");
        }

        User? user;
        try
        {
            user = await session.CallGraphAsync(g => g.Users[id].GetAsync(
                r => r.QueryParameters.Select = ["id", "userPrincipalName", "assignedPlans"],
                cancellationToken)).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.IsDenied || e.HttpStatus == 404)
        {
            return Skipped($"not read: {e.Message}");
        }

        return user?.AssignedPlans is { } plans ? Of(plans, user.UserPrincipalName ?? id)
            : Skipped("Graph didn't return the user's plans");
    }

    private static MailCheck Of(IReadOnlyList<AssignedPlan> plans, string user)
    {
        AssignedPlan[] exchange =
        [
            .. plans.Where(p => "exchange".Equals(p.Service, StringComparison.OrdinalIgnoreCase)
                && !WithoutMailbox.Contains(p.ServicePlanId) && p.CapabilityStatus != "Deleted"),
        ];
        if (Array.Exists(exchange, p => p.CapabilityStatus == "Enabled"))
        {
            return new MailCheck("License", CheckStatus.Passed) { Evidence = $"{user} has a license with Exchange Online" };
        }

        var has = exchange.Length == 0 ? $"The user {user} has no license with Exchange Online."
            : $"The Exchange Online license of {user} is {exchange[0].CapabilityStatus}: the subscription has lapsed.";
        return new MailCheck("License", CheckStatus.Warning)
        {
            Evidence = exchange.Length == 0 ? "no plan of Exchange Online" : $"{exchange[0].CapabilityStatus}",
            Cause = $"{has} A user mailbox without a license is deleted after 30 days.",
            Reason = MailCheckReason.LicenseMissing,
            Advice = "Give the user an Exchange Online license, or convert the mailbox to a shared mailbox, which needs none.",
            // A license costs money, and a shared mailbox has no sign-in: the command shows what the user has.
            Remedy = new Remedy($"Get-MgUserLicenseDetail -UserId {CommandText.Of(user)}")
            {
                Module = "Microsoft.Graph.Users",
                RequiredRole = "License Administrator",
            },
        };
    }

    private static MailCheck Skipped(string why) => new("License", CheckStatus.Skipped) { Evidence = why };
}
