using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Imap;

/// <summary>
/// Represents a client's connection, from the greeting to the end, as Exchange Online handles it. Its parser shares no code with
/// this library's client, so that the same mistake can't be in both.
/// </summary>
internal sealed class ImapSession(TenantState tenant, TimeSpan latency, Stream stream)
{
    /// <summary>As many sessions a mailbox has at once; administrators report about twenty.</summary>
    private const int MaxSessions = 20;

    public TenantState Tenant => tenant;

    public ImapInput Input { get; } = new(stream);

    public ImapOutput Output { get; } = new(stream);

    /// <summary>The mailbox that the client signed in to; null before.</summary>
    public Mailbox? Mailbox { get; private set; }

    /// <summary>Null when no folder is selected.</summary>
    public SelectedFolder? Selected { get; set; }

    /// <summary>True when nothing follows any more.</summary>
    public bool IsOver { get; set; }

    private ImapCaller? Caller { get; set; }

    /// <summary>Signed in, but every command fails.</summary>
    private bool IsConnected { get; set; }

    /// <summary>Responds to commands until the client or the server ends the session.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Output.Line("* OK The Microsoft Exchange IMAP4 service is ready. [UwBhAG4AZABiAG8AeAA=]");
            await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            while (!IsOver)
            {
                await AnswerAsync(cancellationToken).ConfigureAwait(false);
                await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The client has closed the connection.
        }
        finally
        {
            SignOut();
        }
    }

    /// <summary>Signs the client in, as far as the mailbox lets it.</summary>
    public void SignIn(ImapCaller caller, Mailbox mailbox)
    {
        var isConnected = Strike(caller.AppId, mailbox.Address)
            && mailbox.IsImapEnabled && caller.MayOpen(tenant, mailbox) && mailbox.ImapSessions < MaxSessions;
        (Caller, Mailbox, IsConnected) = (caller, mailbox, isConnected);
        mailbox.ImapSessions++;
    }

    /// <summary>Sends the changes of the selected folder. The caller holds the tenant's lock.</summary>
    public void Report(bool mayExpunge) => Selected?.Report(Output, mayExpunge);

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        using var octets = new MemoryStream();
        var tag = "*";
        try
        {
            var isWhole = false;
            try
            {
                isWhole = await Input.ReadCommandAsync(octets, Output, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                tag = Tag(octets);
            }

            if (!isWhole)
            {
                IsOver = true;
                return;
            }

            if (latency > TimeSpan.Zero)
            {
                await Task.Delay(latency, tenant.Clock, cancellationToken).ConfigureAwait(false);
            }

            await RunAsync(tag, new ImapArguments(octets.ToArray()), cancellationToken).ConfigureAwait(false);
        }
        catch (ImapRefusal refusal)
        {
            Output.Line($"{tag} {refusal.Message}");
            if (refusal.Bye is { } bye)
            {
                Output.Line($"* BYE {bye}");
                IsOver = true;
            }
        }
    }

    private async Task RunAsync(string tag, ImapArguments arguments, CancellationToken cancellationToken)
    {
        arguments.Atom();
        arguments.Space();
        var command = ImapCommands.Find(arguments);
        lock (tenant.Gate)
        {
            Admit(command);
        }

        if (IsOver)
        {
            return;
        }

        var completion = await command.Run(this, arguments, cancellationToken).ConfigureAwait(false);
        if (command.Audited is { } action)
        {
            lock (tenant.Gate)
            {
                tenant.Audit.Note(action, Caller!.AppId, Caller.ObjectId, Caller.IsPerson, Mailbox!);
            }
        }

        if (IsOver && completion.Length == 0)
        {
            return;
        }

        lock (tenant.Gate)
        {
            Report(command.MayExpunge);
        }

        Output.Line($"{tag} OK {completion}");
    }

    /// <summary>Lets a command through, or not. The caller holds the tenant's lock.</summary>
    /// <exception cref="ImapRefusal">Not.</exception>
    private void Admit(ImapCommand command)
    {
        if (Caller is not null && Caller.ExpiresAt <= tenant.Now)
        {
            const string Ended = "Session invalidated - AccessTokenExpired";
            throw new ImapRefusal($"BAD {Ended}") { Bye = Ended };
        }

        var isRight = command.State switch
        {
            ImapState.Any => true,
            ImapState.SignedOut => Mailbox is null,
            ImapState.SignedIn => Mailbox is not null,
            _ => Selected is not null,
        };
        if (Mailbox is not null && command.State != ImapState.Any)
        {
            IsConnected &= Strike(Caller!.AppId, Mailbox.Address);
            if (!IsConnected)
            {
                throw ImapRefusal.NotConnected();
            }
        }

        if (!isRight)
        {
            throw ImapRefusal.WrongState();
        }
    }

    /// <summary>Applies a fault; false if it disconnects the session from the mailbox.</summary>
    private bool Strike(string appId, string mailbox)
    {
        var fault = tenant.Faults.Take(FaultPoint.Imap, appId, mailbox);
        if (fault == ImapFaults.Disconnect)
        {
            throw new IOException("The server hangs up.");
        }

        return fault is { Refusal: { } refusal } ? throw refusal() : fault != ImapFaults.NotConnected;
    }

    /// <summary>The fault that strikes this session there; null when none does. The caller holds the tenant's lock.</summary>
    public Fault? Strike(FaultPoint where) => tenant.Faults.Take(where, Caller!.AppId, Mailbox!.Address);

    private void SignOut()
    {
        lock (tenant.Gate)
        {
            if (Mailbox is not null)
            {
                Mailbox.ImapSessions--;
            }
        }
    }

    private static string Tag(MemoryStream command)
    {
        var line = command.GetBuffer().AsSpan(0, (int)Math.Min(command.Length, 64));
        var end = line.IndexOf((byte)' ');
        var tag = end > 0 ? System.Text.Encoding.Latin1.GetString(line[..end]) : "*";
        return tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '$') ? tag : "*";
    }
}
