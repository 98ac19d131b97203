using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet for mailboxes. It accepts a connection, or an app with a mailbox.</summary>
public abstract class MailboxCmdlet : AsyncCmdlet
{
    private MailAppRegistration? _app;
    private MailboxConnection? _connection;

    private protected const string ByConnection = "Connection";
    private protected const string ByApp = "App";

    /// <summary>Specifies a connection, as New-MailboxConnection returns it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByConnection, ValueFromPipeline = true)]
    public MailboxConnection Connection { get; set; } = null!;

    /// <summary>
    /// Specifies the app to act as: an object of New-MailAppRegistration or Get-MailAppRegistration, or, in the current tenant,
    /// its display name, client ID, or object ID. The default is the signed-in account.
    /// </summary>
    [Parameter(ParameterSetName = ByApp, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ClientId", "AppId")]
    [AppArgument(LeavesOthers = true)]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Specifies the mailboxes: any address or ID, or objects of Get-Mailbox or Get-EXOMailbox.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByApp, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument(LeavesOthers = true)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Specifies the protocol. The default is that of the recipe of the app, or Graph.</summary>
    [Parameter(ParameterSetName = ByApp)]
    public MailProtocol Protocol { get; set; }

    /// <summary>Specifies the secret of the app, if the app object doesn't contain it.</summary>
    [Parameter(ParameterSetName = ByApp)]
    public SecureString? ClientSecret { get; set; }

    /// <summary>Specifies a certificate of the app, with its private key.</summary>
    [Parameter(ParameterSetName = ByApp)]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The mailboxes to process.</summary>
    private protected virtual IEnumerable<MailboxConnection> Connections => ParameterSetName == ByConnection
        ? [Connection]
        : Mailbox.Select(As);

    /// <summary>
    /// If the pipeline accepts only connections, apps, folders, and messages, PowerShell rejects other objects.
    /// </summary>
    private protected override bool TakesMailboxOfObject => Connection is not null || App is not null;

    /// <summary>Whether the cmdlet makes changes in the mailbox.</summary>
    private protected virtual bool Changes(MailboxConnection connection) => IsChange;

    /// <summary>Processes one mailbox.</summary>
    private protected abstract Task ProcessAsync(MailboxConnection connection);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync()
    {
        if (ParameterSetName == ByApp && App is null && !IsGiven(nameof(Mailbox)))
        {
            // A message has a Mailbox, too, but doesn't represent its whole mailbox.
            throw new InvalidRequestException(
                "AppRequired", $"{MyInvocation.MyCommand.Name} accepts mailboxes from the pipeline only with an app.")
            {
                Target = Mailbox.FirstOrDefault()?.Text,
                Advice = "Specify an app with -App. To use your own sign-in, specify the mailbox with -Mailbox.",
            };
        }

        CheckMayChange(ParameterSetName == ByApp ? Contexts.Here.DefaultSession : null, IsChange);
        _app = ParameterSetName == ByApp && App is not null ? await App.ToActAsAsync(StopToken) : null;
        await EachMailboxAsync(Connections, async connection =>
        {
            _connection = connection;
            CheckMayChange(connection.Handle as Core.Service.Session, Changes(connection));
            if (connection.IsSignedIn)
            {
                await Core.Connections.MailboxConnections.CheckSignedInAsync(connection, StopToken);
            }

            await ProcessAsync(connection);
        });
    }

    /// <inheritdoc/>
    private protected override void Stamp(object? result)
    {
        switch (result)
        {
            case MailboxConnectionTest test:
                test.Tenant = Contexts.Here.All.FirstOrDefault(c => c.Is(test.TenantId))?.Tenant;
                break;
            case MailFolder folder:
                folder.Tenant = TenantOf(folder.Connection);
                break;
            case MailboxMessage message:
                message.Tenant = TenantOf(message.Connection);
                break;
            case SentMessage sent:
                sent.Tenant = TenantOf(null);
                break;
        }
    }

    private string? TenantOf(MailboxConnection? connection) =>
        (connection ?? _connection)?.TenantId is { Length: > 0 } id
            ? Contexts.Here.All.FirstOrDefault(c => c.Is(id))?.Tenant ?? id : null;

    private MailboxConnection As(MailboxReference mailbox) => _app is null
        ? Core.Connections.MailboxConnections.AsSignedIn(
            Contexts.Here.DefaultSession ?? throw TenantCmdlet.NotConnected(), mailbox.Text, Protocol, mailbox.Id,
            mailbox.PrimarySmtpAddress)
        : Core.Connections.MailboxConnections.As(
            _app, mailbox.Text, MyInvocation.BoundParameters.ContainsKey(nameof(Protocol)) ? Protocol : Recipes.ProtocolOf(_app),
            Contexts.Here.DefaultSession, ClientSecret, Certificate, mailbox.Id, mailbox.PrimarySmtpAddress);
}
