using System.Globalization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.Security;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Inventory;

/// <summary>
/// Which mailboxes an app uses: the mailbox actions of the unified audit log that name the app as the client, and its sign-ins.
/// </summary>
/// <remarks>
/// The query runs in the background: https://learn.microsoft.com/graph/api/security-auditcoreroot-post-auditlogqueries, with
/// AuditLogsQuery-Exchange.Read.All. Its data:
/// https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#exchange-mailbox-schema.
/// Sign-ins of service principals: https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta.
/// </remarks>
internal sealed class AppUsage(Session session)
{
    private static readonly AuditLogRecordType?[] MailboxRecords =
    [
        AuditLogRecordType.ExchangeItem, AuditLogRecordType.ExchangeItemGroup, AuditLogRecordType.ExchangeItemAggregated,
    ];

    /// <summary>Reads what an app did.</summary>
    /// <param name="app">The app.</param>
    /// <param name="since">From when on.</param>
    /// <param name="timeout">The maximum time of the query.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A row for each mailbox and action; without records, one row that is Unknown.</returns>
    /// <exception cref="InvalidRequestException">The query took longer (AuditQueryNotFinished).</exception>
    public async Task<IReadOnlyList<MailAppUsage>> ReadAsync(
        MailAppRegistration app, DateTimeOffset since, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var signIns = await SignInsAsync(app.ClientId, since, cancellationToken).ConfigureAwait(false);
        var empty = new MailAppUsage
        {
            App = app.Name,
            ClientId = app.ClientId,
            Since = since,
            SignInCount = signIns?.Count,
            LastSignInAt = signIns is { Count: > 0 } ? signIns.Max() : null,
        };
        string? denied = null;
        var actions = await Allowed.TryAsync(
            () => ActionsAsync(app, since, timeout, cancellationToken), e =>
            {
                denied = e.Message;
                return [];
            }).ConfigureAwait(false);
        if (actions.Count == 0)
        {
            return [empty with { Cause = denied ?? Silence(since, signIns) }];
        }

        return
        [
            .. actions.GroupBy(a => (Mailbox: a.Mailbox.ToUpperInvariant(), a.Operation))
                .Select(g => empty with
                {
                    Usage = MailAppUsageState.Seen,
                    Mailbox = g.First().Mailbox,
                    Operation = g.Key.Operation,
                    Count = g.Sum(a => a.Count),
                    FirstAt = g.Min(a => a.At),
                    LastAt = g.Max(a => a.At),
                    ClientIP = [.. g.Select(a => a.ClientIp).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
                })
                .OrderBy(u => u.Mailbox, StringComparer.OrdinalIgnoreCase).ThenBy(u => u.Operation, StringComparer.Ordinal),
        ];
    }

    private static string Silence(DateTimeOffset since, IReadOnlyList<DateTimeOffset>? signIns)
    {
        var signedIn = signIns is { Count: > 0 } ? $" The app signed in {signIns.Count} times." : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The audit log has no mailbox action of the app since {since:yyyy-MM-dd}.{signedIn} That doesn't prove that the "
                + $"app is unused: mailbox auditing, the license, and the retention of the log decide what is recorded.");
    }

    private sealed record Action(string Mailbox, string Operation, long Count, DateTimeOffset At, string? ClientIp);

    private async Task<IReadOnlyList<Action>> ActionsAsync(
        MailAppRegistration app, DateTimeOffset since, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var query = await session.CallGraphAsync(g => g.Security.AuditLog.Queries.PostAsync(
            new AuditLogQuery
            {
                DisplayName = $"Mailbox actions of {app.ClientId}",
                FilterStartDateTime = since,
                FilterEndDateTime = session.Wire.Time.GetUtcNow(),
                RecordTypeFilters = [.. MailboxRecords],
                // The query selects the app's records from possibly millions. Each record is checked again.
                KeywordFilter = app.ClientId,
            },
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        var id = query!.Id!;
        var done = await Poll.UntilAsync(
            session.Wire, "The query of the audit log", timeout,
            async token =>
            {
                var now = await session.CallGraphAsync(
                    g => g.Security.AuditLog.Queries[id].GetAsync(cancellationToken: token)).ConfigureAwait(false);
                return now?.Status is AuditLogQueryStatus.NotStarted or AuditLogQueryStatus.Running or null ? null : now;
            },
            cancellationToken).ConfigureAwait(false);
        if (done?.Status != AuditLogQueryStatus.Succeeded)
        {
            throw NotFinished(done?.Status, timeout);
        }

        var actions = new List<Action>();
        var count = 0;
        await foreach (var record in session.ListAsync(
            g => g.Security.AuditLog.Queries[id].Records.GetAsync(cancellationToken: cancellationToken), page => page.Value,
            cancellationToken).ConfigureAwait(false))
        {
            if (++count % 1000 == 0)
            {
                VerboseLog.Write($"{count} records of the audit log read.");
            }

            if (Read(record, app.ClientId) is { } action)
            {
                actions.Add(action);
            }
        }

        return actions;
    }

    /// <summary>Reads a record; null if it isn't the app's, or isn't about a mailbox.</summary>
    private static Action? Read(AuditLogRecord record, string clientId)
    {
        var data = record.AuditData?.AdditionalData;
        if (data is null || record.Operation is not { Length: > 0 } operation || record.CreatedDateTime is not { } at
            || Text(data, "MailboxOwnerUPN") is not { Length: > 0 } mailbox)
        {
            return null;
        }

        var isOurs = new[] { "ClientAppId", "AppId" }.Any(
            n => clientId.Equals(Text(data, n), StringComparison.OrdinalIgnoreCase))
            || (data.TryGetValue("AppAccessContext", out var context) && context is UntypedObject access
                && access.GetValue().TryGetValue("ClientAppId", out var client)
                && clientId.Equals(Text(client), StringComparison.OrdinalIgnoreCase));
        return isOurs
            ? new Action(
                mailbox, operation, Number(data, "OperationCount") ?? 1, at.ToUniversalTime(),
                Text(data, "ClientIPAddress") ?? Text(data, "ClientIP") ?? record.ClientIp)
            : null;
    }

    private static string? Text(IDictionary<string, object> data, string name) =>
        data.TryGetValue(name, out var value) ? Text(value) : null;

    private static string? Text(object? value) => value switch
    {
        string text => text,
        UntypedString text => text.GetValue(),
        Guid id => id.ToString(),
        _ => null,
    };

    private static long? Number(IDictionary<string, object> data, string name) =>
        data.TryGetValue(name, out var value) ? value switch
        {
            UntypedInteger number => number.GetValue(),
            UntypedLong number => number.GetValue(),
            IConvertible number and not string => number.ToInt64(CultureInfo.InvariantCulture),
            _ => null,
        }
        : null;

    /// <summary>Returns the times of the app's sign-ins; null if the service doesn't return them to this session.</summary>
    private async Task<IReadOnlyList<DateTimeOffset>?> SignInsAsync(
        string clientId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var all = new List<DateTimeOffset>();
        try
        {
            foreach (var kind in new[] { "servicePrincipal", "nonInteractiveUser", "interactiveUser" })
            {
                var filter = new OData().AtLeast("createdDateTime", since).Equal("appId", clientId).Any("signInEventTypes", kind);
                var uri = new Uri(
                    $"https://{session.Cloud.GraphHost}/beta/auditLogs/signIns?$filter={Uri.EscapeDataString($"{filter}")}");
                await foreach (var signIn in session.ListAsync(
                    g => SessionLists.PageAsync<SignInCollectionResponse>(g, uri, cancellationToken), page => page.Value,
                    cancellationToken).ConfigureAwait(false))
                {
                    if (signIn is { CreatedDateTime: { } at, Status.ErrorCode: 0 or null })
                    {
                        all.Add(at.ToUniversalTime());
                    }
                }
            }

            return all;
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is >= 400 and < 500 and not 429)
        {
            VerboseLog.Write($"The service doesn't return sign-ins: {e.Message}");
            return null;
        }
    }

    private static InvalidRequestException NotFinished(AuditLogQueryStatus? status, TimeSpan timeout) =>
        new("AuditQueryNotFinished", status is null
            ? $"The query of the audit log was still running after {timeout.TotalMinutes:0} minutes."
            : $"The query of the audit log ended with the status {status}.")
        {
            Advice = "Run the command again later, with a longer -Timeout or fewer -Days.",
        };
}
