using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item;
using Microsoft.Kiota.Abstractions;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Marks, moves, copies, forwards, and deletes messages, twenty in one request, and returns the outcome of each.
/// </summary>
internal sealed class GraphProcessing(GraphMailbox mailbox)
{
    private readonly GraphBatch _batch = new(mailbox);

    /// <summary>
    /// Runs the after-processing. A message that isn't in the folder anymore counts as processed. If the response was lost or is
    /// a failure of the service, the message is checked and processed again.
    /// </summary>
    /// <param name="folder">The folder that contains the messages.</param>
    /// <param name="action">The recommended action.</param>
    /// <param name="target">The target: the folder to move to, or Deleted Items.</param>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public async Task<IReadOnlyList<ProcessedMessage>> RunAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailAdmin.MailFolder? target,
        CancellationToken cancellationToken)
    {
        if (action == AfterProcessing.None)
        {
            return [.. messages.Select(m => new ProcessedMessage(m))];
        }

        var step = await StepAsync(folder, action, target, cancellationToken).ConfigureAwait(false);
        var errors = messages.ToDictionary(m => m.Id, _ => (MailAdminException?)null, StringComparer.Ordinal);
        var open = messages;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryAsync(folder, open, step, errors, cancellationToken).ConfigureAwait(false);
            }
            catch (MailAdminException e) when (attempt < RetryPolicy.Default.Attempts && IsLostAnswer(e))
            {
                foreach (var message in open)
                {
                    errors[message.Id] = e;
                }
            }

            open = [.. open.Where(m => errors[m.Id] is { } error && IsToBeLookedUp(error))];
            if (open.Count == 0 || attempt == RetryPolicy.Default.Attempts)
            {
                return [.. messages.Select(m => new ProcessedMessage(m, errors[m.Id]))];
            }

            // The service might have acted, so the message is checked first.
            var wait = RetryPolicy.Default.BackOff(attempt);
            VerboseLog.Write(
                $"{errors[open[0].Id]!.Message} Checking {open.Count} messages again in {wait.TotalSeconds:0.#} s "
                    + $"(attempt {attempt} of {RetryPolicy.Default.Attempts}).");
            await Task.Delay(wait, mailbox.Wire.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Copies messages. https://learn.microsoft.com/graph/api/message-copy</summary>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        IReadOnlyList<MailboxMessage> messages, MailAdmin.MailFolder target, CancellationToken cancellationToken) =>
        EachAsync(
            messages, (u, m) => u.Messages[m.Id].Copy.ToPostRequestInformation(new() { DestinationId = target.Id }),
            cancellationToken);

    /// <summary>Forwards messages. https://learn.microsoft.com/graph/api/message-forward</summary>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public Task<IReadOnlyList<ProcessedMessage>> ForwardAsync(
        IReadOnlyList<MailboxMessage> messages, string address, CancellationToken cancellationToken)
    {
        var recipient = GraphMessages.Recipient(Recipients.ParseOne(address));
        return EachAsync(
            messages,
            (u, m) => u.Messages[m.Id].Forward.ToPostRequestInformation(new() { ToRecipients = [recipient] }),
            cancellationToken);
    }

    /// <summary>Represents the request for each message, and whether its response shows the outcome.</summary>
    /// <param name="Request">Creates the request.</param>
    /// <param name="IsDone">
    /// Whether the body of a successful response shows that it was done; null if the response has no body.
    /// </param>
    /// <param name="Moves">Whether the message leaves its folder.</param>
    private sealed record Step(
        Func<UserItemRequestBuilder, string, RequestInformation> Request, Func<string, bool>? IsDone, bool Moves = true);

    /// <remarks>
    /// Delete is a move to Deleted Items, because https://learn.microsoft.com/graph/api/message-delete doesn't say where DELETE
    /// moves a message. In Deleted Items itself and in Recoverable Items, DELETE is used.
    /// </remarks>
    private async Task<Step> StepAsync(
        MailAdmin.MailFolder folder, AfterProcessing action, MailAdmin.MailFolder? target, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case AfterProcessing.MarkRead:
                return new Step(
                    (u, id) => u.Messages[id].ToPatchRequestInformation(new Message { IsRead = true }), IsMarkedRead,
                    Moves: false);
            case AfterProcessing.Purge:
                return new Step((u, id) => u.Messages[id].PermanentDelete.ToPostRequestInformation(), null);
            case AfterProcessing.Delete:
                target ??= await new GraphFolders(mailbox).FindAsync("deleteditems", cancellationToken).ConfigureAwait(false)
                    ?? throw MailStoreExtensions.NoDeletedItems(mailbox.Connection.Mailbox);
                if (target.Id == folder.Id || await IsRecoverableItemsAsync(folder, cancellationToken).ConfigureAwait(false))
                {
                    return new Step((u, id) => u.Messages[id].ToDeleteRequestInformation(), null);
                }

                break;
        }

        return new Step(
            (u, id) => u.Messages[id].Move.ToPostRequestInformation(new() { DestinationId = target!.Id }),
            body => ParentOf(body) is { } parent && parent != folder.Id);
    }

    /// <summary>Moved from there, a message would be recovered. No path leads there, only a well-known name or an ID.</summary>
    private async Task<bool> IsRecoverableItemsAsync(MailAdmin.MailFolder folder, CancellationToken cancellationToken)
    {
        const string name = "recoverableitemsdeletions";
        return folder.WellKnownName == name
            || (folder is { WellKnownName: null, Path: "Deletions" }
                && (await new GraphFolders(mailbox).FindAsync(name, cancellationToken).ConfigureAwait(false))?.Id == folder.Id);
    }

    /// <summary>Whether the connection was lost or a gateway failed, so that the operation might have been completed.</summary>
    private static bool IsLostAnswer(MailAdminException error) =>
        error is ConnectionLostException { MayRecover: true } or UnexpectedResponseException { HttpStatus: >= 500 };

    private static bool IsToBeLookedUp(MailAdminException error) =>
        IsLostAnswer(error) || error is ServiceRefusedException { IsTransient: true, HttpStatus: not (429 or 503) };

    /// <summary>Does it once, and notes for each message why it wasn't done, or null.</summary>
    private async Task TryAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, Step step,
        Dictionary<string, MailAdminException?> errors, CancellationToken cancellationToken)
    {
        // An immutable ID finds the message in any folder. A message that a user, or an earlier request with a lost response,
        // moved elsewhere must not be moved or deleted from there.
        var gone = !step.Moves ? [] : await FindGoneAsync(folder, messages, cancellationToken).ConfigureAwait(false);
        var there = messages.Where(m => !gone.ContainsKey(m.Id)).ToArray();
        var answers = await _batch.SendAsync(
            there, (u, m) => step.Request(u, m.Id), isRepeatable: false, cancellationToken).ConfigureAwait(false);
        foreach (var (id, error) in gone)
        {
            errors[id] = error;
        }

        foreach (var (message, (body, error)) in there.Zip(answers))
        {
            errors[message.Id] = error is { Code: GraphCodes.ItemNotFound } ? null
                : error is null && step.IsDone?.Invoke(body!) == false ? NotDone(folder)
                : error;
        }

        if (step.IsDone is null)
        {
            var done = there.Where(m => errors[m.Id] is null).ToArray();
            await ProveAsync(folder, done, errors, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Responses without content prove nothing, so this checks whether the messages have left the folder.</summary>
    private async Task ProveAsync(
        MailAdmin.MailFolder folder, MailboxMessage[] messages, Dictionary<string, MailAdminException?> errors,
        CancellationToken cancellationToken)
    {
        var gone = await FindGoneAsync(folder, messages, cancellationToken, isNews: false).ConfigureAwait(false);
        foreach (var message in messages)
        {
            errors[message.Id] = gone.TryGetValue(message.Id, out var unknown) ? unknown : NotDone(folder);
        }
    }

    private UnexpectedResponseException NotDone(MailAdmin.MailFolder folder) => ServiceAnswerHandler.Refuse(
        "Graph", mailbox.Host, 200, null, $"the message is unchanged in '{folder.Path}'");

    private async Task<IReadOnlyList<ProcessedMessage>> EachAsync(
        IReadOnlyList<MailboxMessage> messages, Func<UserItemRequestBuilder, MailboxMessage, RequestInformation> request,
        CancellationToken cancellationToken)
    {
        var answers = await _batch.SendAsync(messages, request, isRepeatable: false, cancellationToken).ConfigureAwait(false);
        return [.. messages.Zip(answers, (m, a) => new ProcessedMessage(m, a.Error))];
    }

    /// <summary>Finds the messages that aren't in the folder anymore: null, or the reason why that is unknown.</summary>
    private async Task<Dictionary<string, ServiceRefusedException?>> FindGoneAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, CancellationToken cancellationToken,
        bool isNews = true)
    {
        var answers = await _batch.SendAsync(
            messages, (u, m) => u.Messages[m.Id]
                .ToGetRequestInformation(r => r.QueryParameters.Select = ["id", "parentFolderId"]), isRepeatable: true,
            cancellationToken).ConfigureAwait(false);
        var gone = new Dictionary<string, ServiceRefusedException?>(StringComparer.Ordinal);
        foreach (var (message, (body, error)) in messages.Zip(answers))
        {
            if (error is { Code: GraphCodes.ItemNotFound } || (body is not null && ParentOf(body) != folder.Id))
            {
                if (isNews)
                {
                    VerboseLog.Write($"{message.Id} is no longer in {folder.Path}.");
                }

                gone[message.Id] = null;
            }
            else if (error is not null)
            {
                gone[message.Id] = error;
            }
        }

        return gone;
    }

    private static string? ParentOf(string message) =>
        Property(message, "parentFolderId") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;

    private static bool IsMarkedRead(string message) => Property(message, "isRead") is { ValueKind: JsonValueKind.True };

    private static JsonElement? Property(string message, string name)
    {
        using var json = JsonDocument.Parse(message);
        return json.RootElement.TryGetProperty(name, out var value) ? value.Clone() : null;
    }
}
