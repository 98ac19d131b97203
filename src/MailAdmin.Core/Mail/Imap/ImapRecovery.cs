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

    /// <summary>Decides, and counts.</summary>
    /// <param name="error">What went wrong.</param>
    /// <returns>True when it should be tried again, after <see cref="WaitAsync"/>.</returns>
    public bool IsWorthAnother(MailAdminException error) => error switch
    {
        ConnectionLostException { MayRecover: true } => _lost++ == 0,
        ServiceRefusedException { Code: "THROTTLED", RetryAfter: { } wait } =>
            wait <= longestBackOff && _backOffs++ < MaximumBackOffs,
        _ => false,
    };

    /// <summary>Waits as long as the server asked for.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When it is over.</returns>
    public Task WaitAsync(MailAdminException error, CancellationToken cancellationToken) =>
        error is ServiceRefusedException { RetryAfter: { } wait }
            ? Task.Delay(wait, time, cancellationToken)
            : Task.CompletedTask;
}
