using System.Text.Json.Nodes;
using MailAdmin.Core.Journal;
using Microsoft.Graph;

namespace MailAdmin.Core.Service;

/// <summary>Changes that note themselves in the journal: what the service refuses isn't noted.</summary>
internal static class SessionChanges
{
    /// <summary>Makes a change in Graph, and records it.</summary>
    /// <param name="session">The session that makes the change.</param>
    /// <param name="note">The entry for the journal.</param>
    /// <param name="call">Makes the change.</param>
    /// <returns>Graph's response.</returns>
    /// <exception cref="ServiceRefusedException">Graph refused the request. Nothing is recorded.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached; nothing is noted.</exception>
    public static Task<T> ChangeAsync<T>(this Session session, ChangeNote note, Func<GraphServiceClient, Task<T>> call) =>
        session.ChangeAsync(call, _ => note);

    /// <summary>Makes a change in Graph that returns no content, and records it.</summary>
    public static Task ChangeAsync(this Session session, ChangeNote note, Func<GraphServiceClient, Task> call) =>
        session.ChangeAsync(async g =>
        {
            await call(g).ConfigureAwait(false);
            return true;
        }, _ => note);

    /// <summary>Makes a change in Graph, and records values that only the response contains, such as a new ID.</summary>
    public static async Task<T> ChangeAsync<T>(
        this Session session, Func<GraphServiceClient, Task<T>> call, Func<T, ChangeNote> note)
    {
        var made = await session.CallGraphAsync(call).ConfigureAwait(false);
        session.Note(note(made));
        return made;
    }

    /// <summary>Runs the cmdlet of Exchange that the action is named by, without its question, and notes it.</summary>
    /// <param name="session">The session that makes the change.</param>
    /// <param name="note">The entry for the journal. Its action is the cmdlet.</param>
    /// <param name="parameters">The cmdlet's parameters.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The cmdlet's output, which can be empty.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request. Nothing is recorded.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached; nothing is noted.</exception>
    public static async Task<IReadOnlyList<ExchangeObject>> ChangeAsync(
        this Session session, ChangeNote note, JsonObject parameters, CancellationToken cancellationToken)
    {
        var made = await session.Exchange.ChangeAsync(note.Action.Name, parameters, cancellationToken).ConfigureAwait(false);
        session.Note(note);
        return made;
    }
}
