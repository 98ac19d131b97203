// Longer than 250 lines: the one face of the sandbox. Each member is a few lines under the same lock, most of it docstring.
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Description;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.ExchangeAdmin;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.Imap;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.Smtp;
using MailAdmin.Tenant.Seeding;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant;

/// <summary>
/// A tenant of Microsoft 365 in this process: it answers as the service does, refusals included, and reaches nothing outside.
/// Safe for several threads.
/// </summary>
internal sealed class SandboxTenant : ISandbox
{
    private readonly TenantState _state;
    private readonly SandboxOptions _options;
    private readonly TenantHandler _handler;
    private readonly ImapService _imap;
    private readonly SmtpService _smtp;

    private SandboxTenant(SandboxOptions options)
    {
        _options = options;
        _state = new TenantState(options);
        AdminApp = Seeder.Fill(_state, options);
        GraphState = new GraphState(_state.Clock);
        _handler = new TenantHandler(_state, GraphState, options.Latency);
        _imap = new ImapService(_state, options.Latency);
        _smtp = new SmtpService(_state, options.Latency);
        Wire = new Wire(_handler, ConnectAsync, _state.Clock)
        {
            IsSandbox = true,
            OpenBrowser = new SandboxBrowser(_handler).OpenAsync,
            Propagation = new PropagationTimes
            {
                Roles = _state.Delays.RoleCache,
                Permissions = _state.Delays.Exchange,
                Directory = new[] { _state.Delays.Principal, _state.Delays.Credential, _state.Delays.Grant }.Max(),
                Tokens = options.Propagation == Propagation.Realistic ? TimeSpan.FromHours(1) : TimeSpan.Zero,
            },
        };
    }

    /// <summary>Creates a tenant with its users, mailboxes, and mail.</summary>
    /// <param name="options">The content and the settings.</param>
    /// <exception cref="IOException">A message of <see cref="SandboxOptions.MailPath"/> can't be read.</exception>
    public static SandboxTenant Create(SandboxOptions options) => new(options);

    /// <summary>The way into it.</summary>
    public Wire Wire { get; }

    /// <summary>Its time.</summary>
    public TenantClock Clock => _state.Clock;

    /// <summary>Its id, a GUID.</summary>
    public string TenantId => _state.TenantId;

    /// <summary>Its verified domain.</summary>
    public string Domain => _state.Domain;

    /// <summary>
    /// Every host name that it answers for: those of all clouds, because the wrong one is refused as the service does it.
    /// </summary>
    public static IReadOnlyList<string> Hosts { get; } =
        [.. TenantHandler.Hosts.Union(Cloud.All.Select(c => c.SmtpHost), StringComparer.Ordinal)];

    /// <summary>The cloud that it pretends to live in.</summary>
    public MailEnvironment Environment => _state.Cloud.Environment;

    /// <summary>Its mailboxes. Mail from <see cref="SandboxOptions.MailPath"/> is in the first one.</summary>
    public IReadOnlyList<TenantMailbox> Mailboxes
    {
        get
        {
            lock (_state.Gate)
            {
                return [.. _state.Mailboxes.All.Select(m => new TenantMailbox(m))];
            }
        }
    }

    /// <summary>An app that may administer apps, grants and Exchange, and has no right to any mail.</summary>
    public (string ClientId, string ClientSecret) AdminApp { get; }

    /// <summary>The state of the tenant, for its other protocols.</summary>
    internal TenantState State => _state;

    /// <summary>The state of its Graph between requests.</summary>
    internal GraphState GraphState { get; }

    /// <summary>Delivers a message.</summary>
    /// <param name="mailbox">Any address of the mailbox, or its user's id.</param>
    /// <param name="folderPath">
    /// Well-known name ("inbox") or path from the top ("Inbox/Invoices"); missing folders are created.
    /// </param>
    /// <param name="rfc5322">The message; it is kept as it is.</param>
    /// <param name="receivedAt">The time of receipt; null for now.</param>
    /// <param name="isRead">Whether it is marked as read.</param>
    /// <returns>The message in its mailbox.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    public TenantMessage AddMessage(
        string mailbox, string folderPath, ReadOnlyMemory<byte> rfc5322, DateTimeOffset? receivedAt = null, bool isRead = false)
    {
        lock (_state.Gate)
        {
            var target = Find(mailbox);
            var item = target.Add(target.AtPath(folderPath), new MimeContent(rfc5322.ToArray()), receivedAt ?? _state.Now);
            item.IsRead = isRead;
            return new TenantMessage(item);
        }
    }

    /// <summary>
    /// The messages in it, deleted ones that are still recoverable or held included, oldest first in each folder.
    /// </summary>
    /// <param name="mailbox">Any address of a mailbox, or its user's id; null for all.</param>
    /// <param name="folderPath">Well-known name or path of a folder; null for all.</param>
    /// <returns>The messages as they are now.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    public IEnumerable<TenantMessage> GetMessages(string? mailbox = null, string? folderPath = null)
    {
        lock (_state.Gate)
        {
            var mailboxes = mailbox is null ? _state.Mailboxes.All.Where(m => !m.IsUntouched) : new[] { Find(mailbox) };
            return
            [
                .. from m in mailboxes
                   from folder in m.Folders
                   where folderPath is null || Means(folder, folderPath) || folder == m.FindAtPath(folderPath)
                   from item in folder.Items.OrderBy(i => i.ReceivedAt)
                   select new TenantMessage(item),
            ];
        }
    }

    /// <summary>Returns a message by its immutable ID; null if there is none.</summary>
    public TenantMessage? FindMessage(string id)
    {
        lock (_state.Gate)
        {
            return _state.Mailboxes.All.Select(m => m.FindItem(id)).FirstOrDefault(i => i is not null) is { } item
                ? new TenantMessage(item)
                : null;
        }
    }

    /// <summary>
    /// Lets an app into a mailbox over IMAP: registers its service principal in Exchange and gives it FullAccess, as
    /// New-ServicePrincipal and Add-MailboxPermission do, and as if that had been long ago. The role IMAP.AccessAsApp has to be
    /// granted in Entra all the same.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Any address of the mailbox, or its user's id.</param>
    /// <exception cref="InvalidRequestException">
    /// The mailbox wasn't found, or no app with a service principal was found.
    /// </exception>
    public void GrantImap(string clientId, string mailbox)
    {
        lock (_state.Gate)
        {
            var target = Find(mailbox);
            var principal = PrincipalOf(clientId);
            var registered = _state.Exchange.Current.PrincipalOf(clientId);
            if (registered is null || !DirectoryStore.Same(registered.ObjectId, principal.Id))
            {
                var right = new ExchangePrincipal(
                    Guid.NewGuid().ToString(), principal.AppId, principal.Id, principal.DisplayName);
                _state.Exchange.Seed(
                    c => c with { Principals = c.Principals.RemoveAll(p => DirectoryStore.Same(p.AppId, clientId)).Add(right) });
                registered = right;
            }

            var permission = new RecipientPermission(target.UserId, registered.Sid, RecipientPermission.FullAccess);
            _state.Exchange.Seed(c => c with { Permissions = c.Permissions.Remove(permission).Add(permission) });
        }
    }

    /// <summary>
    /// Lets an app submit mail of a mailbox over SMTP: as <see cref="GrantImap"/>, with Send As, and with SMTP AUTH switched on
    /// for the mailbox. The role SMTP.SendAsApp has to be granted in Entra all the same.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Any address of the mailbox, or its user's id.</param>
    /// <exception cref="InvalidRequestException">
    /// The mailbox wasn't found, or no app with a service principal was found.
    /// </exception>
    public void GrantSmtp(string clientId, string mailbox)
    {
        GrantImap(clientId, mailbox);
        lock (_state.Gate)
        {
            var target = Find(mailbox);
            target.IsSmtpAuthDisabled = false;
            var permission = new RecipientPermission(
                target.UserId, _state.Exchange.Current.PrincipalOf(clientId)!.Sid, RecipientPermission.SendAs);
            _state.Exchange.Seed(c => c with { Permissions = c.Permissions.Remove(permission).Add(permission) });
        }
    }

    /// <summary>Sets an app's role groups in Exchange.</summary>
    /// <param name="clientId">The app; it also needs the role Exchange.ManageAsApp.</param>
    /// <param name="roleGroups">Such as "Organization Management", "Recipient Management" or "View-Only Organization Management";
    /// none for none.</param>
    /// <exception cref="InvalidRequestException">
    /// No app with a service principal was found, or the role group wasn't found.
    /// </exception>
    public void SetExchangeRoleGroups(string clientId, params string[] roleGroups)
    {
        lock (_state.Gate)
        {
            if (Array.Find(roleGroups, g => !ManagementRoles.OfGroup.ContainsKey(g)) is { } unknown)
            {
                throw new InvalidRequestException("UnknownRoleGroup", $"The sandbox has no role group '{unknown}'.")
                {
                    Target = unknown,
                };
            }

            _state.Exchange.RoleGroups[PrincipalOf(clientId).Id] = roleGroups;
        }
    }

    /// <summary>Creates an administrative unit of users, as if it had existed for a long time.</summary>
    /// <param name="name">The display name.</param>
    /// <param name="mailboxes">Any address of each mailbox, or its user's id.</param>
    /// <returns>Its object ID.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    public string AddAdministrativeUnit(string name, params string[] mailboxes)
    {
        lock (_state.Gate)
        {
            var unit = new RecipientGroup(
                Guid.NewGuid().ToString(), name, null, RecipientGroup.Unit, [.. mailboxes.Select(m => Find(m).UserId)]);
            _state.Exchange.Seed(c => c with { Groups = c.Groups.Add(unit) });
            return unit.Id;
        }
    }

    /// <summary>Registers another user's app: the user isn't an administrator, and has its secret.</summary>
    /// <param name="name">Display name; any user may register apps, by any name.</param>
    /// <param name="owner">Any address of the user, or the user's id; null for the last one who is no administrator.</param>
    /// <param name="tags">Tags, which its owner writes.</param>
    /// <returns>The client ID and the secret.</returns>
    /// <exception cref="InvalidRequestException">The user wasn't found.</exception>
    public (string ClientId, string ClientSecret) AddOthersApp(string name, string? owner = null, params string[] tags)
    {
        lock (_state.Gate)
        {
            var (clientId, secret) = new AppSeeder(_state).Add(new AppDescription(name)
            {
                Owners = owner is null ? null : [Find(owner).UserId],
                Tags = tags,
            });
            return (clientId, secret!);
        }
    }

    /// <summary>Adds objects from a description, as if they had existed for a long time.</summary>
    /// <param name="description">The objects to add.</param>
    /// <param name="source">The description's name in errors.</param>
    /// <exception cref="InvalidRequestException">A name in it means nothing; then nothing is added.</exception>
    public void Add(TenantDescription description, string source = "the description")
    {
        lock (_state.Gate)
        {
            new TenantSeeder(_state).Add(description, source, Seeder.Mailboxes(_state, _options));
            if (description.AdminRoleGroups is { } groups)
            {
                _state.Exchange.RoleGroups[PrincipalOf(AdminApp.ClientId).Id] = [.. groups];
            }
        }
    }

    /// <summary>
    /// Lets a workload of the sandbox's own identity provider sign in as an app, by federation and without a secret.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="subject">The workload's name at the provider.</param>
    /// <returns>A token of the provider, valid for an hour on the sandbox's clock.</returns>
    public string Federate(string clientId, string subject)
    {
        lock (_state.Gate)
        {
            _state.Directory.ApplicationOf(clientId)?.FederatedCredentials.Add(
                WorkloadFederation.Credential("Workload", WorkloadFederation.Issuer, subject));
            return new WorkloadFederation(_state).NewToken(subject);
        }
    }

    /// <summary>Serves the tenant's mailboxes over IMAP on a connection that the caller opened and secured.</summary>
    /// <param name="stream">The connection; it is closed at the end.</param>
    /// <returns>A task that ends with the connection.</returns>
    public Task ServeImapAsync(Stream stream, CancellationToken cancellationToken) => _imap.RunAsync(stream, cancellationToken);

    /// <summary>Accepts submitted mail on a connection that the caller opened.</summary>
    /// <param name="stream">The connection; it is closed at the end.</param>
    /// <param name="secure">Starts TLS after STARTTLS.</param>
    /// <returns>A task that ends with the connection.</returns>
    public Task ServeSmtpAsync(
        Stream stream, Func<Stream, CancellationToken, Task<Stream>> secure, CancellationToken cancellationToken) =>
        _smtp.RunAsync(stream, secure, cancellationToken);

    /// <summary>The faults of a sandbox by name.</summary>
    public static IReadOnlyList<Fault> KnownFaults => Faults.All;

    /// <summary>The names of the faults that are switched on, in the order in which they were.</summary>
    public IReadOnlyList<string> ActiveFaults
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Faults.Names;
            }
        }
    }

    /// <summary>Switches a fault on.</summary>
    /// <param name="name">Its name in <see cref="KnownFaults"/>.</param>
    /// <param name="count">For how many requests; null until it is cleared.</param>
    /// <param name="mailbox">Only for requests about this mailbox (primary address); null for any.</param>
    /// <param name="clientId">Only for requests of this app; null for any.</param>
    /// <exception cref="InvalidRequestException">The fault wasn't found.</exception>
    public void SetFault(string name, int? count = null, string? mailbox = null, string? clientId = null)
    {
        var fault = Faults.Find(name)
            ?? throw new InvalidRequestException("UnknownFault", $"The sandbox has no fault '{name}'.") { Target = name };
        lock (_state.Gate)
        {
            _state.Faults.Set(fault, count, mailbox, clientId);
        }
    }

    /// <summary>Switches one fault off.</summary>
    public void ClearFault(string name)
    {
        lock (_state.Gate)
        {
            _state.Faults.Clear(name);
        }
    }

    /// <summary>Switches every fault off.</summary>
    public void ClearFaults()
    {
        lock (_state.Gate)
        {
            _state.Faults.Clear(null);
        }
    }

    /// <summary>Returns the object for scripts.</summary>
    /// <returns>Its description as of now.</returns>
    public MailSandbox Describe()
    {
        lock (_state.Gate)
        {
            return new MailSandbox(TenantId, Domain, this, () => _state.Now, () => _handler.ActiveRequests)
            {
                Mailbox = [.. _state.Mailboxes.All.Select(m => m.Address)],
                Propagation = _options.Propagation,
                Fault = [.. _state.Faults.Names],
            };
        }
    }

    /// <inheritdoc/>
    Task<SandboxMessage> ISandbox.AddMessageAsync(
        string mailbox, string folderPath, ReadOnlyMemory<byte> rfc5322, DateTimeOffset? receivedAt, bool isRead,
        CancellationToken cancellationToken) =>
        Task.FromResult(AddMessage(mailbox, folderPath, rfc5322, receivedAt, isRead).Describe());

    /// <inheritdoc/>
    Task<SandboxMessage[]> ISandbox.GetMessagesAsync(string? mailbox, string? folderPath, CancellationToken cancellationToken) =>
        Task.FromResult(GetMessages(mailbox, folderPath).Select(m => m.Describe()).ToArray());

    /// <inheritdoc/>
    Task<string[]> ISandbox.ChangeAsync(SandboxChange change, CancellationToken cancellationToken)
    {
        if (change.ClearFaults)
        {
            ClearFaults();
        }

        foreach (var fault in change.Faults)
        {
            SetFault(fault, change.FaultCount);
        }

        foreach (var app in change.ImapAccess)
        {
            foreach (var mailbox in change.Mailboxes.Length > 0 ? change.Mailboxes : Mailboxes.Select(m => m.Address))
            {
                GrantImap(app, mailbox);
            }
        }

        if (change.Description is { } description)
        {
            var source = change.DescriptionSource ?? "the description";
            Add(DescriptionReader.ReadContents(description, source, change.DescriptionFolder), source);
        }

        foreach (var name in change.OthersApps)
        {
            AddOthersApp(name);
        }

        if (change.ExchangeRoleGroups is { } groups)
        {
            SetExchangeRoleGroups(AdminApp.ClientId, groups);
        }

        if (change.AdvanceTime is { } time)
        {
            Clock.Advance(time);
        }

        return Task.FromResult(ActiveFaults.ToArray());
    }

    /// <summary>Opens streams: submission at port 587, IMAP at another port.</summary>
    private async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (port != SmtpService.Port || !SmtpService.IsHost(host))
        {
            return await _imap.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await ConnectionGate.PassAsync(_state, cancellationToken).ConfigureAwait(false);
        return _smtp.Connect();
    }

    private DirectoryObject PrincipalOf(string clientId) => _state.Directory.PrincipalOf(clientId)
        ?? throw new InvalidRequestException("AppNotFound", $"The sandbox has no app '{clientId}' with a service principal.")
        {
            Target = clientId,
        };

    private Mailbox Find(string mailbox) => _state.Mailboxes.Find(mailbox)
        ?? throw new InvalidRequestException("MailboxNotFound", $"The sandbox has no mailbox '{mailbox}'.") { Target = mailbox };

    private static bool Means(Folder folder, string name) =>
        string.Equals(folder.Path, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(folder.WellKnownName, name, StringComparison.OrdinalIgnoreCase);
}
