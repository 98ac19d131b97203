using System.Collections.Concurrent;
using MailAdmin.Core.Base;
using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The signed-in connections to one mailbox. One is enough until messages are filed while others are still being fetched;
/// Exchange Online allows about 20 and throttles those who open many, so they are kept and used again.
/// </summary>
internal sealed class ImapPool(
    Wire wire, ImapServer server, string user, Func<bool, CancellationToken, ValueTask<string>> getToken, ImapOptions options)
    : IAsyncDisposable
{
    private const int MaximumIdle = 2;

    // Reading runs ahead of the caller, which processes messages: both use the pool, each on its own thread.
    private readonly ConcurrentStack<MailAdminImapClient> _idle = new();
    private readonly SemaphoreSlim _asking = new(1);
    private volatile bool _tokenExpired;

    /// <summary>The prefix of the user's own namespace, if it's known; otherwise empty.</summary>
    public FolderNamespace Personal { get; private set; } = new('/', "");

    /// <summary>Decides about trying again, with a fresh count.</summary>
    public ImapRecovery NewRecovery() => new(wire.Time, options.LongestBackOff);

    /// <summary>Returns an exclusive connection: signed in, and to be returned to the pool.</summary>
    public async Task<MailAdminImapClient> RentAsync(CancellationToken cancellationToken)
    {
        if (_idle.TryPop(out var connection))
        {
            return connection;
        }

        for (var renew = _tokenExpired; ; renew = true)
        {
            try
            {
                return await ConnectAsync(renew, cancellationToken).ConfigureAwait(false);
            }
            catch (ServiceRefusedException e)
                when (!renew && e.Code is ImapCodes.AuthenticationFailed or ImapCodes.AuthorizationFailed or ImapCodes.Expired)
            {
                // The token might have been revoked or have expired: one new token, and no third attempt.
            }
        }
    }

    /// <summary>Returns a connection to the pool, and closes it if it can't be used again.</summary>
    /// <param name="isQuiet">Whether nothing is under way on it.</param>
    public async ValueTask ReturnAsync(MailAdminImapClient connection, bool isQuiet = true)
    {
        _tokenExpired |= connection.Words.IsTokenExpired;
        if (isQuiet && !connection.IsBroken && _idle.Count < MaximumIdle)
        {
            _idle.Push(connection);
            return;
        }

        if (connection.IsBroken)
        {
            // The cause that ended this connection has probably ended the idle ones, too.
            await DisposeAsync().ConfigureAwait(false);
        }

        await connection.CloseAsync(isQuiet).ConfigureAwait(false);
    }

    /// <summary>Runs a repeatable operation, on another connection if necessary.</summary>
    public async Task<T> RunAsync<T>(Func<MailAdminImapClient, Task<T>> work, CancellationToken cancellationToken)
    {
        var recovery = NewRecovery();
        while (true)
        {
            MailAdminImapClient? connection = null;
            try
            {
                connection = await RentAsync(cancellationToken).ConfigureAwait(false);
                return await work(connection).ConfigureAwait(false);
            }
            catch (MailAdminException e) when (recovery.IsWorthAnother(e))
            {
                await recovery.WaitAsync(e, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (connection is not null)
                {
                    await ReturnAsync(connection).ConfigureAwait(false);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var connection))
        {
            await connection.CloseAsync(isQuiet: true).ConfigureAwait(false);
        }
    }

    private async Task<MailAdminImapClient> ConnectAsync(bool renewToken, CancellationToken cancellationToken)
    {
        string token;
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var asking = getToken(renewToken, cancellationToken);
            if (!asking.IsCompleted)
            {
                _ = ImapWarmUp.BeginAsync();
            }

            token = await asking.ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }

        var connection = await MailAdminImapClient.OpenAsync(
            wire.OpenStream, wire.Time, server, options, cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.SignInAsync(user, token, cancellationToken).ConfigureAwait(false);
            (Personal, _tokenExpired) = (connection.Personal, false);
            return connection;
        }
        catch
        {
            _tokenExpired |= connection.Words.IsTokenExpired;
            await connection.CloseAsync(isQuiet: false).ConfigureAwait(false);
            throw;
        }
    }
}
