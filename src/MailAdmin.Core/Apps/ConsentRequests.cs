using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Reads the users' requests for admin consent, and grants them.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/appconsentapprovalroute-list-appconsentrequests,
/// https://learn.microsoft.com/graph/api/appconsentrequest-list-userconsentrequests. Graph has no call that approves a request:
/// the service completes it when the permissions are granted.
/// </remarks>
internal sealed class ConsentRequests
{
    private readonly Session _session;
    private readonly AppDirectory _directory;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with ConsentRequest.Read.All; to approve, with DelegatedPermissionGrant.ReadWrite.All and
    /// Application.ReadWrite.All, too.</param>
    public ConsentRequests(Session session) => (_session, _directory) = (session, new AppDirectory(session));

    /// <summary>Returns the requests, with their users.</summary>
    /// <returns>Open and closed ones, as they arrive.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read them.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async IAsyncEnumerable<MailAppConsentRequest> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var requests = _session.ListAsync(
            g => g.IdentityGovernance.AppConsent.AppConsentRequests.GetAsync(cancellationToken: cancellationToken),
            page => page.Value, cancellationToken);
        await foreach (var request in requests.ConfigureAwait(false))
        {
            yield return await DescribeAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns one request.</summary>
    /// <returns>The request as it is now.</returns>
    /// <exception cref="ServiceRefusedException">The request wasn't found, or the session isn't allowed to read it.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<MailAppConsentRequest> GetAsync(string id, CancellationToken cancellationToken) => await DescribeAsync(
        (await _session.CallGraphAsync(
            g => g.IdentityGovernance.AppConsent.AppConsentRequests[id]
                .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false))!,
        cancellationToken).ConfigureAwait(false);

    /// <summary>Grants exactly the scopes that wait, and waits until the service closes the request.</summary>
    /// <param name="request">The request, as the approver saw it.</param>
    /// <param name="user">Id or user principal name of the one user it is granted for; null for all users.</param>
    /// <param name="resource">"Graph" or "Exchange", for names that both have; null for Graph.</param>
    /// <param name="cancellationToken">Cancels the operation. The next run continues.</param>
    /// <returns>The request after the change: Updated or Unchanged.</returns>
    /// <exception cref="InvalidRequestException">
    /// The request contains more than the approver saw, or neither resource has a scope.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to grant consent.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<MailAppConsentRequest> ApproveAsync(
        MailAppConsentRequest request, string? user, string? resource, CancellationToken cancellationToken)
    {
        var now = await GetAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (now.PendingScope.Except(request.PendingScope, StringComparer.OrdinalIgnoreCase).ToArray() is { Length: > 0 } more)
        {
            throw new InvalidRequestException(
                "ConsentRequestChanged", $"The request for '{now.App}' has changed. It also requests "
                    + $"{string.Join(", ", more)}.")
            {
                Target = now.Id,
                Advice = "Get the request again and review its permissions.",
            };
        }

        if (now.PendingScope.Length == 0 || !now.IsOpen)
        {
            return now with { Change = ChangeKind.Unchanged };
        }

        var pending = new List<MailAdminPending>();
        var permissions = await ResolveAsync(now.PendingScope, resource, pending, cancellationToken).ConfigureAwait(false);
        var principal = await EnsureServicePrincipalAsync(now.ClientId, cancellationToken).ConfigureAwait(false);
        var change = await new GrantWriter(_session, _directory)
            .EnsureAsync(now.ClientId, principal, permissions, user, false, pending, cancellationToken).ConfigureAwait(false);
        var closed = await Poll.UntilAsync(_session.Wire, "The consent request", async ct =>
        {
            var seen = await GetAsync(now.Id, ct).ConfigureAwait(false);
            return seen.RequestedBy.Count(r => r.IsOpen) < now.RequestedBy.Count(r => r.IsOpen) ? seen : null;
        }, cancellationToken).ConfigureAwait(false);
        if (closed is null)
        {
            pending.Add(
                "The permissions are granted, but the service still returns the request as open. The service closes "
                    + "it later, or it expires.");
        }

        return (closed ?? now) with { PendingScope = now.PendingScope, Change = change, Pending = [.. pending] };
    }

    private async Task<IReadOnlyList<MailAppPermission>> ResolveAsync(
        string[] scopes, string? resource, List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        // A request names scopes without their resource.
        var permissions = new List<MailAppPermission>();
        foreach (var scope in scopes)
        {
            var onGraph = await FindAsync("Graph", scope, cancellationToken).ConfigureAwait(false);
            var onExchange = await FindAsync("Exchange", scope, cancellationToken).ConfigureAwait(false);
            if (onGraph is not null && onExchange is not null && resource is null)
            {
                pending.Add(
                    $"Both Graph and Exchange have the permission '{scope}'. It was granted on Graph. To grant the "
                        + "other one, use -Resource Exchange.");
            }

            permissions.Add((resource == "Exchange" ? onExchange ?? onGraph : onGraph ?? onExchange)
                ?? throw new InvalidRequestException(
                    "UnknownPermission", $"Graph and Exchange don't have a delegated permission '{scope}'.")
                {
                    Target = scope,
                    Advice = "Approve this request in the Entra admin center, because it is for another resource.",
                });
        }

        return permissions;
    }

    private async Task<MailAppPermission?> FindAsync(string resource, string scope, CancellationToken cancellationToken)
    {
        try
        {
            return await _directory.Catalog.ResolveAsync(
                new MailAppPermission(resource, scope, PermissionKind.Delegated), cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidRequestException e) when (e.Id == "UnknownPermission")
        {
            return null;
        }
    }

    private async Task<string> EnsureServicePrincipalAsync(string clientId, CancellationToken cancellationToken)
    {
        if (await _directory.FindServicePrincipalAsync(clientId, cancellationToken).ConfigureAwait(false) is { } present)
        {
            return present.Id!;
        }

        var made = await _session.ChangeAsync(
            g => g.ServicePrincipals.PostAsync(
                new ServicePrincipal { AppId = clientId }, cancellationToken: cancellationToken),
            made => new ChangeNote(JournalAction.NewEnterpriseApp, clientId, made!.DisplayName ?? clientId, null, made.Id))
            .ConfigureAwait(false);
        return made!.Id!;
    }

    private async Task<MailAppConsentRequest> DescribeAsync(AppConsentRequest request, CancellationToken cancellationToken)
    {
        var askers = await _session.ListAllAsync(
            g => g.IdentityGovernance.AppConsent.AppConsentRequests[request.Id].UserConsentRequests
                .GetAsync(cancellationToken: cancellationToken),
            page => page.Value, cancellationToken).ConfigureAwait(false);
        return new MailAppConsentRequest
        {
            Id = request.Id!,
            App = request.AppDisplayName ?? "",
            ClientId = request.AppId!,
            PendingScope = [.. (request.PendingScopes ?? []).Select(s => s.DisplayName).OfType<string>()],
            RequestedBy =
            [
                .. askers.OrderBy(a => a.CreatedDateTime).Select(a => new MailAppConsentRequester(
                    NameOf(a.CreatedBy?.User), a.Reason, a.Status ?? "", a.CreatedDateTime?.ToUniversalTime())),
            ],
        };
    }

    // The service returns more properties of the user than the SDK's type has.
    private static string NameOf(Identity? user) =>
        (user?.AdditionalData is { } more && more.TryGetValue("userPrincipalName", out var name) ? name as string : null)
        ?? user?.DisplayName ?? user?.Id ?? "";
}
