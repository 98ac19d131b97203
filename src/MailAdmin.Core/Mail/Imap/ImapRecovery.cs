using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Decides what is worth another attempt: a connection that was lost, once without anything achieved in between; and a
/// server that asks for a while, as long as the while is bearable.
/// </summary>
internal sealed class ImapRecovery(TimeProvider time, TimeSpan longestBackOff)
{
    private const int MaximumBackOffs = 5;
    private int _lost;
    private int _backOffs;

    /// <summary>Something was achieved: the count starts again.</summary>
    public void Progress() => (_lost, _backOffs) = (0, 0);

    /// <summary>Decides, and counts. Before the next attempt comes <see cref="WaitAsync"/>.</summary>
    public bool IsWorthAnother(MailAdminException error) => error switch
    {
        ConnectionLostException { MayRecover: true } => _lost++ == 0,
        ServiceRefusedException { Code: ImapCodes.Throttled, RetryAfter: { } wait } =>
            wait <= longestBackOff && _backOffs++ < MaximumBackOffs,
        ServiceRefusedException { Code: ImapCodes.Unavailable } => _backOffs++ < MaximumBackOffs,
        _ => false,
    };

    /// <summary>Waits as long as the server asked for.</summary>
    public Task WaitAsync(MailAdminException error, CancellationToken cancellationToken) =>
        error switch
        {
            ServiceRefusedException { RetryAfter: { } wait } => Task.Delay(wait, time, cancellationToken),
            // As a busy service over HTTP is asked again.
            ServiceRefusedException => Task.Delay(RetryPolicy.Default.BackOff(_backOffs), time, cancellationToken),
            _ => Task.CompletedTask,
        };
}
