using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Decides what to retry: a lost connection, once without progress in between; and a server's back-off, if it's short enough.
/// </summary>
internal sealed class ImapRecovery(TimeProvider time, TimeSpan longestBackOff)
{
    private const int MaximumBackOffs = 5;
    private int _lost;
    private int _backOffs;

    /// <summary>Records progress: the count starts again.</summary>
    public void Progress() => (_lost, _backOffs) = (0, 0);

    /// <summary>Decides, and counts. Call <see cref="WaitAsync"/> before the next attempt.</summary>
    public bool IsWorthAnother(MailAdminException error) => error switch
    {
        ConnectionLostException { MayRecover: true } => _lost++ == 0,
        ServiceRefusedException { Code: ImapCodes.Throttled, RetryAfter: { } wait } =>
            wait <= longestBackOff && _backOffs++ < MaximumBackOffs,
        ServiceRefusedException { Code: ImapCodes.Unavailable } => _backOffs++ < MaximumBackOffs,
        _ => false,
    };

    /// <summary>Waits for the time that the server requires.</summary>
    public Task WaitAsync(MailAdminException error, CancellationToken cancellationToken) =>
        error switch
        {
            ServiceRefusedException { RetryAfter: { } wait } => Task.Delay(wait, time, cancellationToken),
            // The same back-off as for a busy service over HTTP.
            ServiceRefusedException => Task.Delay(RetryPolicy.Default.BackOff(_backOffs), time, cancellationToken),
            _ => Task.CompletedTask,
        };
}
