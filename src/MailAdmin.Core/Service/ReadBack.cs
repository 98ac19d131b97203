using MailAdmin.Core.Base;

namespace MailAdmin.Core.Service;

/// <summary>
/// Reads changes back. Most changes return no content, and an intermediary can return such a response, too. So a change is done
/// only when the tenant shows it.
/// </summary>
internal static class ReadBack
{
    /// <summary>The pending work of a change that the tenant doesn't show.</summary>
    public const string NotSeen = "Microsoft Entra accepted the change, but doesn't return it yet. Run the command again.";

    /// <summary>The same of Exchange.</summary>
    public const string NotSeenInExchange =
        "Exchange accepted the change, but doesn't return it yet. Run the command again.";

    /// <summary>Polls until the tenant shows a change, or a timeout.</summary>
    /// <param name="session">The session that sends the requests.</param>
    /// <param name="what">The object to wait for, as the verbose log names it.</param>
    /// <param name="isShown">Whether the tenant shows it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether it does.</returns>
    public static async Task<bool> IsShownAsync(
        this Session session, string what, Func<CancellationToken, Task<bool>> isShown, CancellationToken cancellationToken) =>
        await Poll.UntilAsync(
            session.Wire, what, async ct => await isShown(ct).ConfigureAwait(false) ? session : null, cancellationToken)
            .ConfigureAwait(false) is not null;

    /// <summary>Polls until a removed object isn't returned anymore, or a timeout.</summary>
    /// <param name="session">The session that sends the requests.</param>
    /// <param name="what">The object to wait for, as the verbose log names it.</param>
    /// <param name="read">Reads it; the service refuses that after its removal.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether it was removed.</returns>
    public static Task<bool> IsGoneAsync(
        this Session session, string what, Func<CancellationToken, Task> read, CancellationToken cancellationToken) =>
        session.IsShownAsync(what, async ct =>
        {
            try
            {
                await read(ct).ConfigureAwait(false);
                return false;
            }
            catch (ServiceRefusedException e) when (e.HttpStatus == 404)
            {
                return true;
            }
        }, cancellationToken);
}
