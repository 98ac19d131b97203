using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Apps;

/// <summary>Represents a change of the consent workflow. A property that is null isn't changed.</summary>
internal sealed record ConsentPolicyChange
{
    /// <summary>Whether users can request consent.</summary>
    public bool? Enabled { get; init; }

    /// <summary>
    /// The reviewers: IDs or user principal names, or queries as the service writes them ("/groups/ID/transitiveMembers").
    /// </summary>
    public IReadOnlyList<string>? Reviewers { get; init; }

    /// <summary>Whether reviewers get a mail for each request.</summary>
    public bool? Notify { get; init; }

    /// <summary>Whether reviewers are reminded by mail.</summary>
    public bool? Remind { get; init; }

    /// <summary>Days after which a request expires.</summary>
    public int? DurationInDays { get; init; }
}

/// <summary>Reads and changes the tenant's admin consent workflow, but no other consent settings.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/adminconsentrequestpolicy-get,
/// https://learn.microsoft.com/graph/api/adminconsentrequestpolicy-update
/// </remarks>
internal sealed class ConsentPolicy
{
    private const string Users = "/users/";

    private static readonly Dictionary<string, ParsableFactory<IParsable>> Refusals = new()
    {
        ["XXX"] = ODataError.CreateFromDiscriminatorValue,
    };

    private readonly Session _session;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Policy.Read.All; to change it, with Policy.ReadWrite.ConsentRequest.</param>
    public ConsentPolicy(Session session) => _session = session;

    /// <summary>Reads it.</summary>
    /// <returns>The workflow as it is now.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read it.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<MailAppConsentPolicy> GetAsync(CancellationToken cancellationToken) =>
        await DescribeAsync(
            await ReadAsync(cancellationToken).ConfigureAwait(false), null, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Changes the workflow. The service accepts only the whole policy, so the other properties are sent as read.
    /// </summary>
    /// <param name="change">The properties to change.</param>
    /// <returns>
    /// The workflow after the change: Updated or Unchanged. If the tenant doesn't show the change: Pending, with the workflow as
    /// read.
    /// </returns>
    /// <exception cref="InvalidRequestException">The workflow would be on without reviewers.</exception>
    /// <exception cref="ServiceRefusedException">
    /// A reviewer is unknown, or the session isn't allowed to change the policy.
    /// </exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<MailAppConsentPolicy> SetAsync(ConsentPolicyChange change, CancellationToken cancellationToken)
    {
        var policy = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var before = Key(policy);
        policy.IsEnabled = change.Enabled ?? policy.IsEnabled;
        policy.NotifyReviewers = change.Notify ?? policy.NotifyReviewers;
        policy.RemindersEnabled = change.Remind ?? policy.RemindersEnabled;
        policy.RequestDurationInDays = change.DurationInDays ?? policy.RequestDurationInDays;
        if (change.Reviewers is { } reviewers)
        {
            policy.Reviewers = [];
            foreach (var reviewer in reviewers)
            {
                policy.Reviewers.Add(
                    new AccessReviewReviewerScope
                    {
                        Query = await QueryOfAsync(reviewer, cancellationToken).ConfigureAwait(false),
                        QueryType = "MicrosoftGraph",
                    });
            }
        }

        if (policy.IsEnabled == true && policy.Reviewers is not { Count: > 0 })
        {
            throw new InvalidRequestException("ReviewerRequired", "The admin consent workflow can't be enabled "
                + "without a reviewer.")
            {
                Advice = "Give -Reviewer.",
            };
        }

        if (Key(policy) == before)
        {
            return await DescribeAsync(policy, ChangeKind.Unchanged, cancellationToken).ConfigureAwait(false);
        }

        var body = new AdminConsentRequestPolicy
        {
            IsEnabled = policy.IsEnabled,
            NotifyReviewers = policy.NotifyReviewers,
            RemindersEnabled = policy.RemindersEnabled,
            RequestDurationInDays = policy.RequestDurationInDays,
            Reviewers = policy.Reviewers,
        };
        var note = new ChangeNote(
            JournalAction.ChangeConsentWorkflow, null, "adminConsentRequestPolicy", Line(before), Line(Key(policy)));
        await _session.ChangeAsync(note, g =>
        {
            // The SDK supports only PATCH; the documentation requires PUT.
            var request = g.Policies.AdminConsentRequestPolicy.ToPatchRequestInformation(body);
            request.HttpMethod = Method.PUT;
            return g.RequestAdapter.SendNoContentAsync(request, Refusals, cancellationToken);
        }).ConfigureAwait(false);
        var shown = policy;
        var isShown = await _session.IsShownAsync("The admin consent workflow", async ct =>
        {
            shown = await ReadAsync(ct).ConfigureAwait(false);
            return Key(shown) == Key(policy);
        }, cancellationToken).ConfigureAwait(false);
        var outcome = isShown ? ChangeKind.Updated : ChangeKind.Pending;
        return await DescribeAsync(shown, outcome, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AdminConsentRequestPolicy> ReadAsync(CancellationToken cancellationToken) =>
        (await _session.CallGraphAsync(
            g => g.Policies.AdminConsentRequestPolicy.GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false))!;

    private async Task<string> QueryOfAsync(string reviewer, CancellationToken cancellationToken) =>
        reviewer.StartsWith('/') ? reviewer
        : Users + (await _session.FindUserAsync(reviewer, cancellationToken).ConfigureAwait(false)).Id;

    private async Task<MailAppConsentPolicy> DescribeAsync(
        AdminConsentRequestPolicy policy, ChangeKind? change, CancellationToken cancellationToken)
    {
        var reviewers = new List<string>();
        foreach (var query in (policy.Reviewers ?? []).Select(r => r.Query).OfType<string>())
        {
            var id = query.StartsWith(Users, StringComparison.OrdinalIgnoreCase) ? query[Users.Length..] : null;
            var name = id is null ? null : await _session.NameOfUserAsync(id, cancellationToken).ConfigureAwait(false);
            reviewers.Add(name is null || name == id ? query : name);
        }

        return new MailAppConsentPolicy
        {
            Enabled = policy.IsEnabled == true,
            Reviewer = [.. reviewers],
            NotifyReviewer = policy.NotifyReviewers == true,
            RemindReviewer = policy.RemindersEnabled == true,
            RequestDuration = policy.RequestDurationInDays ?? 0,
            Change = change,
        };
    }

    private static string Line(string key) => key.ReplaceLineEndings(", ");

    private static string Key(AdminConsentRequestPolicy policy) => string.Join('\n',
    [
        $"enabled {policy.IsEnabled}", $"notify {policy.NotifyReviewers}", $"remind {policy.RemindersEnabled}",
        $"days {policy.RequestDurationInDays}",
        .. (policy.Reviewers ?? []).Select(r => r.Query ?? "").Order(StringComparer.OrdinalIgnoreCase),
    ]);
}
