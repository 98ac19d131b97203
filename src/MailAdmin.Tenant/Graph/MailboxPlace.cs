using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Represents one of the four concurrent requests of an app on a mailbox, held during the request. The items of a batch don't
/// require one: Graph itself sends at most four of them at a time
/// (https://learn.microsoft.com/graph/throttling#throttling-and-batching).
/// </summary>
internal sealed class MailboxPlace
{
    private const int RetryAfter = 5;

    private readonly Quotas _quotas;
    private readonly string _app;
    private readonly string _mailbox;

    private MailboxPlace(Quotas quotas, string app, string mailbox) => (_quotas, _app, _mailbox) = (quotas, app, mailbox);

    /// <summary>The response if there was no place; null if there was.</summary>
    public TenantAnswer? Refusal { get; private init; }

    /// <summary>Takes a place; null for a request that isn't about a mailbox, or that will be refused anyway.</summary>
    public static MailboxPlace? Enter(TenantState tenant, Quotas quotas, TenantRequest request)
    {
        if (request.Uri.Host != tenant.Cloud.GraphHost
            || GraphPath.Parse(request.Uri.AbsolutePath) is not ["users", var user, _, ..]
            || UserApi.Find(tenant, user) is not { } owner || tenant.Mailboxes.OfUser(owner.Id) is not { } mailbox)
        {
            return null;
        }

        Caller caller;
        try
        {
            caller = Authentication.CallerOf(tenant, request);
        }
        catch (GraphRefusal)
        {
            return null;
        }

        var id = Guid.NewGuid().ToString();
        var entered = quotas.Enter(caller.AppId, mailbox.UserId);
        return new MailboxPlace(quotas, caller.AppId, mailbox.UserId)
        {
            Refusal = entered
                ? null
                : Quotas.Over("MailboxConcurrency", RetryAfter)
                    .ToAnswer(tenant.Now, id, request.Header("client-request-id") ?? id),
        };
    }

    public void Leave() => _quotas.Leave(_app, _mailbox);
}
