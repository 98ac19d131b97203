// Longer than 250 lines: the sandbox that is set up like a tenant, and both commands that run in it.
using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Scripts;

/// <summary>
/// Runs a command in a sandbox that is set up like the tenant, and writes its changes as a script. So the script is the same as
/// the cmdlet, and the tenant isn't changed.
/// </summary>
internal sealed class Rehearsal : IDisposable
{
    private readonly SandboxTenant _sandbox;
    private readonly CallRecorder _recorder;
    private readonly Session _session;
    private readonly ScriptWriter _script;

    private Rehearsal(SandboxTenant sandbox, CallRecorder recorder, Session session, ScriptWriter script) =>
        (_sandbox, _recorder, _session, _script) = (sandbox, recorder, session, script);

    /// <summary>The script of an installation of an app that the tenant doesn't have yet.</summary>
    /// <param name="context">The tenant.</param>
    /// <param name="real">Its session, which reads.</param>
    /// <param name="request">The request to install.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">There is such an app (ScriptNeedsNewApp), or a mailbox is missing.</exception>
    public static async Task<string> InstallAsync(
        MailAdminContext context, Session real, InstallRequest request, CancellationToken cancellationToken)
    {
        using (var check = new AppInstaller(real, request))
        {
            await check.CheckAsync(cancellationToken);
        }

        if (request.App is not null || await new AppLookup(real).FindAsync(
            request.Recipe.VendorApp?.ClientId ?? request.Name, cancellationToken) is not null)
        {
            throw new InvalidRequestException("ScriptNeedsNewApp", $"{context.Tenant} already has the app '{request.Name}'.")
            {
                Target = request.Name,
                Advice = "A script sets up a new app. Specify another -Name, or complete the app without -AsScript.",
            };
        }

        string[] people = request.User is null ? [] : [request.User];
        using var rehearsal = await StartAsync(context, real, request.Mailboxes, people, cancellationToken);
        if (request.Recipe.VendorApp is { } vendor)
        {
            rehearsal._script.Publish(vendor.ClientId);
        }

        rehearsal.Head($"Sets up {request.Recipe.Name} for {string.Join(", ", request.Mailboxes)}.");
        using var installer = new AppInstaller(rehearsal._session, request with { HeldSecret = null });
        await installer.CheckAsync(cancellationToken);
        foreach (var planned in installer.Plan)
        {
            var step = await installer.RunAsync(planned, cancellationToken);
            var calls = rehearsal._recorder.Take();
            if (calls.Count > 0 || step.Status is MailAppStepStatus.Pending)
            {
                rehearsal._script.Line();
                rehearsal._script.Comment($"{planned.Number}. {planned.Step} {planned.Target}: {planned.Action}.");
                if (calls.Count == 0)
                {
                    rehearsal._script.Comment($"To do manually: {step.Detail}");
                }

                rehearsal.Add(calls);
            }
        }

        if (installer.Failure is { } failure)
        {
            throw failure;
        }

        rehearsal.Tail(request);
        return rehearsal._script.ToString();
    }

    /// <summary>The script that restricts an app.</summary>
    /// <param name="context">The tenant.</param>
    /// <param name="real">Its session, which reads.</param>
    /// <param name="app">The app.</param>
    /// <param name="mailboxes">The mailboxes that it is restricted to.</param>
    /// <param name="permissions">Permissions to give it there; none for those that it has.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<string> LimitAsync(
        MailAdminContext context, Session real, MailAppRegistration app, IReadOnlyList<string> mailboxes,
        IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var facts = new AppFacts(real, app);
        var all = await facts.PermissionsAsync(cancellationToken);
        MailAppPermission[] granted = [.. all.Where(p => p.Kind == PermissionKind.Application)];
        var roles = await facts.AssignmentsAsync(cancellationToken);
        var principal = await facts.PrincipalAsync(cancellationToken);
        if (roles.Count > 0 || principal is not null)
        {
            throw new InvalidRequestException("ScriptNotPossible", $"Exchange already has a service principal of '{app.Name}'.")
            {
                Target = app.ClientId,
                Advice = "A script restricts an app that Exchange doesn't know yet. Run the command without -AsScript.",
            };
        }

        using var rehearsal = await StartAsync(context, real, mailboxes, [], cancellationToken);
        var copy = await new AppProvisioner(rehearsal._session).EnsureAsync(
            new AppSpecification { Name = app.Name, Permissions = granted, TenantWide = true }, cancellationToken);
        rehearsal._script.Know(copy.ClientId, $"'{app.ClientId}'");
        rehearsal._script.Know(copy.ServicePrincipalObjectId!, $"'{app.ServicePrincipalObjectId}'");
        foreach (var call in rehearsal._recorder.Take().Where(c => c.Answer["appRoleId"] is not null))
        {
            rehearsal._script.KnowAssignment(call.Answer);
        }

        rehearsal.Head($"Restricts {app.Name} ({app.ClientId}) to {string.Join(", ", mailboxes)}.");
        await new AppScopes(rehearsal._session).LimitAsync(
            copy, new ScopeRequest { Mailboxes = mailboxes }, permissions, new LimitOptions(Wait: true), cancellationToken);
        var waits = false;
        foreach (var call in rehearsal._recorder.Take())
        {
            if (call.Method == "DELETE" && !waits)
            {
                waits = true;
                rehearsal._script.Line();
                rehearsal._script.Comment(
                    "Run the rest 2 hours later, when the roles are in effect everywhere. Until then, the app keeps its access.");
            }

            rehearsal._script.Add(call, rehearsal._session.ClientId);
        }

        return rehearsal._script.ToString();
    }

    public void Dispose() => _session.Dispose();

    private static async Task<Rehearsal> StartAsync(
        MailAdminContext context, Session real, IReadOnlyList<string> mailboxes, string[] people,
        CancellationToken cancellationToken)
    {
        var addresses = mailboxes.Concat(people).Where(m => m.Contains('@', StringComparison.Ordinal))
            .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        if (addresses.Length < mailboxes.Concat(people).Distinct(StringComparer.OrdinalIgnoreCase).Count())
        {
            throw new InvalidRequestException("ScriptNotPossible", "A script names mailboxes by their addresses.")
            {
                Target = string.Join(", ", mailboxes),
                Advice = "Specify the primary address of each mailbox.",
            };
        }

        var descriptions = new List<MailboxDescription>();
        foreach (var address in addresses)
        {
            var present = await real.FindMailboxAsync(address, cancellationToken) is { } found
                ? await new MailboxSettings(real).GetAsync(found, cancellationToken) : null;
            descriptions.Add(new MailboxDescription(address.Split('@')[0])
            {
                Address = address,
                UserPrincipalName = address,
                IsImapEnabled = present?.ImapEnabled ?? true,
                Language = present?.Language,
                TimeZone = present?.TimeZone,
                WasOpened = present is null ? null : present.Language is not null,
            });
        }

        var sandbox = SandboxTenant.Create(new SandboxOptions
        {
            Domain = addresses[0].Split('@')[1],
            Environment = context.Environment,
            HasSamples = false,
            Contents = new TenantDescription
            {
                Mailboxes =
                [
                    .. descriptions,
                    // The out-of-scope test needs a mailbox that nothing names.
                    new MailboxDescription("rehearsal"),
                ],
            },
        });
        var recorder = new CallRecorder(sandbox.Wire.Http);
        var session = await Session.SignInAsync(
            sandbox.Wire.Through(_ => recorder), Cloud.Of(sandbox.Environment), sandbox.Domain, sandbox.AdminApp.ClientId,
            new AppCredential.ClientSecret(Secret.Close(sandbox.AdminApp.ClientSecret)), cancellationToken);
        var script = new ScriptWriter(context.Tenant);
        var rehearsal = new Rehearsal(sandbox, recorder, session, script);
        rehearsal.KnowResources();
        foreach (var mailbox in sandbox.State.Mailboxes.All)
        {
            script.KnowUser(mailbox.UserId, mailbox.UserPrincipalName);
            if (await session.FindMailboxAsync(mailbox.Address, cancellationToken) is { Guid: { } guid })
            {
                script.KnowMailbox(guid, $"(Get-Mailbox -Identity '{mailbox.Address}').Guid");
            }
        }

        script.Know(session.TenantId, $"'{context.TenantId}'");
        return rehearsal;
    }

    private void KnowResources()
    {
        foreach (var (appId, variable) in Resources)
        {
            var found = _sandbox.State.Directory.PrincipalOf(appId)!;
            var names = new[] { "appRoles", "oauth2PermissionScopes" }
                .SelectMany(n => (found.Json[n] as JsonArray ?? []).OfType<JsonObject>())
                .DistinctBy(p => (string?)p["id"]).ToDictionary(p => (string)p["id"]!, p => (string)p["value"]!);
            _script.KnowResource(found.Id, appId, variable, names);
        }
    }

    private static readonly (string AppId, string Variable)[] Resources =
    [
        (MailAdmin.Tenant.Directory.Resources.GraphAppId, "$graph"),
        (MailAdmin.Tenant.Directory.Resources.ExchangeAppId, "$exchange"),
    ];

    private void Add(IReadOnlyList<RecordedCall> calls)
    {
        foreach (var call in calls)
        {
            _script.Add(call, _session.ClientId);
        }
    }

    private void Head(string what)
    {
        _script.Line(
            "#Requires -Modules Microsoft.Graph.Applications, Microsoft.Graph.Identity.SignIns, ExchangeOnlineManagement");
        _script.Comment(
            what, "Review it, and run it in a session that is signed in to Microsoft Graph and Exchange Online:",
            "  Connect-MgGraph -Scopes Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All, "
                + "DelegatedPermissionGrant.ReadWrite.All",
            "  Connect-ExchangeOnline",
            "Replication takes seconds to minutes. If a command doesn't find what the one before it created, repeat it.");
        _script.Line("$ErrorActionPreference = 'Stop'");
        foreach (var (appId, variable) in Resources)
        {
            _script.Line($"{variable} = Get-MgServicePrincipal -Filter \"appId eq '{appId}'\"");
        }
    }

    private void Tail(InstallRequest request)
    {
        _script.Line();
        if (request.Recipe.VendorApp is null)
        {
            _script.Comment("The secret value is in $secret.SecretText. Store it in a vault. It can't be read again.");
        }

        _script.Comment($"Enter the values in {request.Recipe.Name}. To list them, run Get-MailAppProductSetting.");
    }
}
