using System.Management.Automation;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands;

/// <summary>A cmdlet that works in a signed-in tenant.</summary>
public abstract class TenantCmdlet : AsyncCmdlet
{
    /// <summary>The sign-in to use, or its name; the runspace's default when left out.</summary>
    [Parameter]
    [ContextByName]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public MailAdminContext? Context { get; set; }

    /// <summary>The session in use; a read-only one refuses what changes something before any request.</summary>
    private protected Session Session
    {
        get
        {
            var session = ContextInUse.Handle as Session ?? throw NotConnected();
            CheckMayChange(session, IsChange);
            return session;
        }
    }

    private protected MailAdminContext ContextInUse => Context ?? Contexts.Here.Default ?? throw NotConnected();

    /// <summary>The app that a parameter specifies, without its permissions, grants, and owners.</summary>
    private protected Task<MailAppRegistration> FindAsync(AppReference app) =>
        app.FindAsync(Session, ContextInUse.Tenant, StopToken);

    /// <summary>The app that a parameter specifies, with its permissions, grants, and owners.</summary>
    private protected Task<MailAppRegistration> ReadAsync(AppReference app) =>
        app.ReadAsync(Session, ContextInUse.Tenant, StopToken);

    internal static InvalidRequestException NotConnected() => new("NotConnected", "You aren't connected in this runspace.")
    {
        Advice = "Run Connect-MailAdmin. To try the module without a tenant, run Connect-MailAdmin -Sandbox.",
    };
}
