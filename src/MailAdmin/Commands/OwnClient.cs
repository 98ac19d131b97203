using System.Management.Automation;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Commands;

/// <summary>Creates the tenant's own public client, through which administrators sign in.</summary>
internal static class OwnClient
{
    /// <summary>The default name of the client.</summary>
    public const string DefaultName = "MailAdmin for users";

    /// <summary>
    /// Offers to create the client if a user signed in with Microsoft's client and it has no permission for Exchange in the
    /// tenant. After confirmation, the client gets its permissions and admin consent, and the user signs in with it.
    /// </summary>
    /// <param name="cmdlet">The cmdlet that prompts. With -WhatIf, it shows the action.</param>
    /// <param name="context">The sign-in. Its replacement has the same name.</param>
    /// <param name="session">The session of the sign-in.</param>
    /// <param name="forConsent">Whether permissions have to be granted through it.</param>
    /// <param name="show">Shows a line to the user.</param>
    /// <param name="isDryRun">Whether nothing is changed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The new sign-in; null to keep the existing one.</returns>
    /// <exception cref="ServiceRefusedException">
    /// The client is required, and it was declined, or a prompt isn't possible. The advice has the commands.
    /// </exception>
    public static async Task<MailAdminContext?> OfferAsync(
        PSCmdlet cmdlet, MailAdminContext context, Session session, bool forConsent, Action<string> show, bool isDryRun,
        CancellationToken cancellationToken)
    {
        var permissions = DelegatedScopes.ForClient(forConsent, forConsentPolicy: false, forMail: false);
        if (context.UsesExchangeSession
            || session.Tokens.Method is not UserSignIn { ClientId: UserSignIn.MicrosoftClientId } person)
        {
            return null;
        }

        try
        {
            await session.Tokens.GetAsync(session.Cloud.ExchangeScope, fresh: false, cancellationToken);
            return null;
        }
        catch (ServiceRefusedException e) when (EntraErrors.IsWithoutOwnClient(e))
        {
            var action = $"Register the public client '{DefaultName}' with admin consent to "
                + $"{string.Join(", ", permissions)}, and sign in through it";
            show("Microsoft's public client, which you used to sign in, has no permission for Exchange in this tenant.");
            show("MailAdmin can create a client of your own in one step (Initialize-MailAdmin -Consent).");
            if (isDryRun)
            {
                cmdlet.WriteWarning($"Without -WhatIf and -PlanPath, you would be prompted: {action}?");
                throw;
            }

            if (!Asks(cmdlet, $"{action}?"))
            {
                throw;
            }
        }

        var isByCode = person is DeviceCodeSignIn;
        var app = await EnsureAsync(
            session, Specification(DefaultName, permissions, isByCode), [session.Account],
            cmdlet.WriteWarning, cancellationToken);
        var granted = await new AppConsent(session).GrantAsync(app, null, null, tenantWide: false, cancellationToken);
        var scopes = DelegatedScopes.ForAdmin(session.Cloud, granted.ClientId);
        UserSignIn method = isByCode
            ? new DeviceCodeSignIn(granted.ClientId, session.Account, scopes, show)
            : new BrowserSignIn(granted.ClientId, session.Account, scopes);
        var through = await Session.SignInAsync(
            session.Wire, session.Cloud, context.Tenant, method, cancellationToken);
        var next = new MailAdminContext
        {
            Name = context.Name,
            TenantId = through.TenantId,
            Tenant = context.Tenant,
            ClientId = through.ClientId,
            Account = through.Account,
            CredentialType = through.Tokens.Method.Kind,
            Environment = context.Environment,
            ConnectedAt = session.Wire.Time.GetUtcNow(),
            Sandbox = context.Sandbox,
            Handle = through,
        };
        show($"Signed in through {granted.ClientId}. Next time, run Connect-MailAdmin -ClientId {granted.ClientId}.");
        Contexts.Here.Add(next, context.IsDefault);
        return next;
    }

    /// <summary>The registration of the client.</summary>
    public static AppSpecification Specification(string name, IReadOnlyList<string> scopes, bool allowsDeviceCode) => new()
    {
        Name = name,
        Permissions = PermissionName.ParseAll([], scopes),
        IsPublicClient = true,
        AllowsDeviceCode = allowsDeviceCode,
        RedirectUris = [new MailAppRedirectUri("http://localhost", RedirectPlatform.PublicClient)],
    };

    /// <summary>Registers the client, or completes it. Only the specified users can sign in through it.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All.</param>
    /// <param name="wanted">The registration of the client.</param>
    /// <param name="people">The users who can sign in with it; empty for all users.</param>
    /// <param name="warn">Takes warnings.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<MailAppRegistration> EnsureAsync(
        Session session, AppSpecification wanted, IReadOnlyList<string> people, Action<string> warn,
        CancellationToken cancellationToken)
    {
        var app = await new AppProvisioner(session).EnsureAsync(wanted, cancellationToken);
        if (people.Count == 0)
        {
            warn(
                $"All users of the tenant can sign in through '{app.Name}'. To allow only some, run the command again with "
                    + "-User.");
            return app;
        }

        var (changed, isSeen) = await new VendorApps(session).RequireAssignmentAsync(
            app, app.ServicePrincipalObjectId!, people, cancellationToken);
        if (!isSeen)
        {
            warn("Entra accepted the assignment, but doesn't return it yet.");
        }

        return changed && app.Change == ChangeKind.Unchanged ? app with { Change = ChangeKind.Updated } : app;
    }

    private static bool Asks(PSCmdlet cmdlet, string question)
    {
        try
        {
            return cmdlet.ShouldContinue(question, "Create a public client of your own?");
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            // A prompt isn't possible here. Each host throws its own exception.
            cmdlet.WriteVerbose(e.Message);
            return false;
        }
    }
}
