using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item;
using Microsoft.Kiota.Abstractions;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Marks, moves, copies, forwards and deletes messages, twenty with one request, and tells the outcome for each.
/// </summary>
internal sealed class GraphProcessing(GraphMailbox mailbox)
{
    private readonly GraphBatch _batch = new(mailbox);

    /// <summary>Does the after-processing. A message that is no longer in the folder counts as done, wherever it is.</summary>
    /// <param name="folder">Where the messages are.</param>
    /// <param name="messages">Which.</param>
    /// <param name="action">What to do.</param>
    /// <param name="target">Where to, for a move.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public async Task<IReadOnlyList<ProcessedMessage>> RunAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailAdmin.MailFolder? target,
        CancellationToken cancellationToken)
    {
        if (action == AfterProcessing.None)
        {
            return [.. messages.Select(m => new ProcessedMessage(m))];
        }

        var errors = messages.ToDictionary(m => m.Id, _ => (ServiceRefusedException?)null, StringComparer.Ordinal);
        var open = messages;
        for (var attempt = 1; ; attempt++)
        {
            await TryAsync(folder, open, action, target, errors, cancellationToken).ConfigureAwait(false);
            open = [.. open.Where(m => errors[m.Id] is { IsTransient: true, HttpStatus: not (429 or 503) })];
            if (open.Count == 0 || attempt == RetryPolicy.Default.Attempts)
            {
                return [.. messages.Select(m => new ProcessedMessage(m, errors[m.Id]))];
            }

            // The service may have acted all the same, so that it is looked up again first.
            var wait = RetryPolicy.Default.BackOff(attempt);
            VerboseLog.Write(
                $"{errors[open[0].Id]!.Message} Looking at {open.Count} messages again in {wait.TotalSeconds:0.#} s "
                    + $"({attempt} of {RetryPolicy.Default.Attempts}).");
            await Task.Delay(wait, mailbox.Wire.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Copies messages. https://learn.microsoft.com/graph/api/message-copy</summary>
    /// <param name="messages">Which.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        IReadOnlyList<MailboxMessage> messages, MailAdmin.MailFolder target, CancellationToken cancellationToken) =>
        EachAsync(
            messages, (u, m) => u.Messages[m.Id].Copy.ToPostRequestInformation(new() { DestinationId = target.Id }),
            cancellationToken);

    /// <summary>Forwards messages. https://learn.microsoft.com/graph/api/message-forward</summary>
    /// <param name="messages">Which.</param>
    /// <param name="address">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
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

    /// <summary>Does it once, and notes for each message why it was not done, or null.</summary>
    private async Task TryAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailAdmin.MailFolder? target,
        Dictionary<string, ServiceRefusedException?> errors, CancellationToken cancellationToken)
    {
        // An immutable id finds the message wherever it is. Somebody who filed it meanwhile, or an earlier request whose answer
        // was lost, must not see it moved or deleted from there.
        var gone = action == AfterProcessing.MarkRead
            ? []
            : await FindGoneAsync(folder, messages, cancellationToken).ConfigureAwait(false);
        var there = messages.Where(m => !gone.ContainsKey(m.Id)).ToArray();
        var answers = await _batch.SendAsync(
            there, (u, m) => Request(u, m.Id, action, target), isRepeatable: false, cancellationToken).ConfigureAwait(false);
        foreach (var (id, error) in gone.Concat(
            there.Zip(answers, (m, a) => new KeyValuePair<string, ServiceRefusedException?>(m.Id, a.Error))))
        {
            errors[id] = error is { Code: GraphCodes.ItemNotFound } ? null : error;
        }
    }

    private async Task<IReadOnlyList<ProcessedMessage>> EachAsync(
        IReadOnlyList<MailboxMessage> messages, Func<UserItemRequestBuilder, MailboxMessage, RequestInformation> request,
        CancellationToken cancellationToken)
    {
        var answers = await _batch.SendAsync(messages, request, isRepeatable: false, cancellationToken).ConfigureAwait(false);
        return [.. messages.Zip(answers, (m, a) => new ProcessedMessage(m, a.Error))];
    }

    private static RequestInformation Request(
        UserItemRequestBuilder user, string id, AfterProcessing action, MailAdmin.MailFolder? target)
    {
        var message = user.Messages[id];
        return action switch
        {
            AfterProcessing.MarkRead => message.ToPatchRequestInformation(new Message { IsRead = true }),
            AfterProcessing.Move => message.Move.ToPostRequestInformation(new() { DestinationId = target!.Id }),
            AfterProcessing.Delete => message.ToDeleteRequestInformation(),
            AfterProcessing.Purge => message.PermanentDelete.ToPostRequestInformation(),
            _ => throw new ArgumentOutOfRangeException(nameof(action)),
        };
    }

    /// <summary>Finds those that are not in the folder any more: with null, or with the reason why that can't be told.</summary>
    private async Task<Dictionary<string, ServiceRefusedException?>> FindGoneAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, CancellationToken cancellationToken)
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
                VerboseLog.Write($"{message.Id} is no longer in {folder.Path}.");
                gone[message.Id] = null;
            }
            else if (error is not null)
            {
                gone[message.Id] = error;
            }
        }

        return gone;
    }

    private static string? ParentOf(string message)
    {
        using var json = JsonDocument.Parse(message);
        return json.RootElement.TryGetProperty("parentFolderId", out var id) ? id.GetString() : null;
    }
}
