using System.Text.Json;
using MailAdmin.Core.Mail;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item;
using Microsoft.Kiota.Abstractions;

namespace MailAdmin.Core.Graph;

/// <summary>Marks, moves, copies, forwards and deletes messages, twenty with one request, and tells the outcome for each.</summary>
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

        // An immutable id finds the message wherever it is. Somebody who filed it meanwhile, or an earlier request whose answer
        // was lost, must not see it moved or deleted from there.
        var gone = action == AfterProcessing.MarkRead ? [] : await FindGoneAsync(folder, messages, cancellationToken).ConfigureAwait(false);
        var there = messages.Where(m => !gone.ContainsKey(m.Id)).ToArray();
        var answers = await _batch.SendAsync(there, (u, m) => Request(u, m.Id, action, target), cancellationToken).ConfigureAwait(false);
        var errors = gone;
        for (var i = 0; i < there.Length; i++)
        {
            errors[there[i].Id] = answers[i].Error is { Code: "ErrorItemNotFound" } ? null : answers[i].Error;
        }

        return [.. messages.Select(m => new ProcessedMessage(m, errors[m.Id]))];
    }

    /// <summary>Copies messages. https://learn.microsoft.com/graph/api/message-copy</summary>
    /// <param name="messages">Which.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        IReadOnlyList<MailboxMessage> messages, MailAdmin.MailFolder target, CancellationToken cancellationToken) =>
        EachAsync(messages, (u, m) => u.Messages[m.Id].Copy.ToPostRequestInformation(new() { DestinationId = target.Id }), cancellationToken);

    /// <summary>Forwards messages. https://learn.microsoft.com/graph/api/message-forward</summary>
    /// <param name="messages">Which.</param>
    /// <param name="address">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public Task<IReadOnlyList<ProcessedMessage>> ForwardAsync(
        IReadOnlyList<MailboxMessage> messages, string address, CancellationToken cancellationToken) =>
        EachAsync(
            messages,
            (u, m) => u.Messages[m.Id].Forward.ToPostRequestInformation(new() { ToRecipients = [GraphMessages.Recipient(new(null, address))] }),
            cancellationToken);

    private async Task<IReadOnlyList<ProcessedMessage>> EachAsync(
        IReadOnlyList<MailboxMessage> messages, Func<UserItemRequestBuilder, MailboxMessage, RequestInformation> request, CancellationToken cancellationToken)
    {
        var answers = await _batch.SendAsync(messages, request, cancellationToken).ConfigureAwait(false);
        return [.. messages.Zip(answers, (m, a) => new ProcessedMessage(m, a.Error))];
    }

    private static RequestInformation Request(UserItemRequestBuilder user, string id, AfterProcessing action, MailAdmin.MailFolder? target)
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
    private async Task<Dictionary<string, Exception?>> FindGoneAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, CancellationToken cancellationToken)
    {
        var answers = await _batch.SendAsync(
            messages, (u, m) => u.Messages[m.Id].ToGetRequestInformation(r => r.QueryParameters.Select = ["id", "parentFolderId"]), cancellationToken).ConfigureAwait(false);
        var gone = new Dictionary<string, Exception?>(StringComparer.Ordinal);
        foreach (var (message, (body, error)) in messages.Zip(answers))
        {
            if (error is { Code: "ErrorItemNotFound" } || (body is not null && ParentOf(body) != folder.Id))
            {
                Narration.Tell($"{message.Id} is no longer in {folder.Path}.");
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
