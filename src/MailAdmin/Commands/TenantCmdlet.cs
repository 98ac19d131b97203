using System.Management.Automation;
using System.Reflection;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet for the tenant of a context.</summary>
public abstract class TenantCmdlet : AsyncCmdlet
{
    /// <summary>A name of the type of results of several tenants.</summary>
    private const string OfSeveralTenants = "MailAdmin.OfSeveralTenants";

    private MailAdminContext? _current;

    /// <summary>
    /// Specifies the context, or its name. The default is the default context of the runspace. Cmdlets that only read accept
    /// several contexts, and wildcards.
    /// </summary>
    [Parameter]
    [ContextByName]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public MailAdminContext[]? Context { get; set; }

    /// <summary>Whether the cmdlet runs in several tenants, one after the other. Changes are made in one.</summary>
    private protected virtual bool TakesManyContexts =>
        GetType().GetCustomAttribute<CmdletAttribute>()?.SupportsShouldProcess != true;

    /// <summary>The session. If it is read-only, requests that make changes are rejected.</summary>
    private protected Session Session
    {
        get
        {
            var session = ContextInUse.Handle as Session ?? throw NotConnected();
            CheckMayChange(session, IsChange);
            return session;
        }
    }

    /// <summary>The current context.</summary>
    private protected MailAdminContext ContextInUse =>
        _current ?? Context?[0] ?? Contexts.Here.Default ?? throw NotConnected();

    /// <summary>Makes a context the current one.</summary>
    private protected void Use(MailAdminContext context) => _current = context;

    /// <summary>The contexts that were specified; the default one if none was.</summary>
    private protected IReadOnlyList<MailAdminContext> ContextsInUse => Context ?? [ContextInUse];

    /// <inheritdoc/>
    private protected override async Task ProcessInputAsync()
    {
        if (Context is not { Length: > 1 })
        {
            await ProcessAsync();
            return;
        }

        if (!TakesManyContexts)
        {
            throw new InvalidRequestException(
                "OneContextOnly", $"{MyInvocation.MyCommand.Name} changes something, so it works in one tenant at a time.")
            {
                Target = string.Join(", ", Context.Select(c => c.Name)),
                Advice = "Specify one context with -Context. To go through several, use Get-MailAdminContext | ForEach-Object.",
            };
        }

        await EachContextAsync(ProcessAsync);
    }

    /// <summary>
    /// Runs in each context. If one fails, an error is written, and the next one is used. An object of one tenant is skipped in
    /// the others.
    /// </summary>
    private protected async Task EachContextAsync(Func<Task> work)
    {
        InvalidRequestException? foreign = null;
        var isOfOne = false;
        foreach (var context in ContextsInUse)
        {
            _current = context;
            try
            {
                await work();
                isOfOne = true;
            }
            catch (InvalidRequestException e) when (e.Id == AppReference.OfOtherTenant)
            {
                foreign = e;
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                isOfOne = true;
                WriteFailure(e, context.Tenant);
                if (e is ServiceRefusedException { IsDenied: true })
                {
                    WriteRoleRequired();
                }
            }
        }

        _current = null;
        if (foreign is not null && !isOfOne)
        {
            throw foreign;
        }
    }

    /// <summary>
    /// Names the missing role of a user. A partner has it in a customer's tenant only through GDAP:
    /// https://learn.microsoft.com/partner-center/customers/gdap-introduction.
    /// </summary>
    private protected void WriteRoleRequired()
    {
        if (Session.Tokens.Method is UserSignIn
            && GetType().GetCustomAttribute<LeastPrivilegeAttribute>()?.EntraRole is { Length: > 0 } role)
        {
            WriteWarning(
                $"{ContextInUse.Tenant}: {Session.Account} lacks a permission. The Microsoft Entra role required is {role}. As a "
                    + "partner, you need this role in the GDAP relationship with the customer.");
        }
    }

    /// <inheritdoc/>
    private protected override void Stamp(object? result)
    {
        var context = ContextInUse;
        if (Context is { Length: > 1 } && result is MailAdminResult or MailAdminChange)
        {
            // The tables of the module group objects of this name by tenant.
            PSObject.AsPSObject(result).TypeNames.Add(OfSeveralTenants);
        }

        if (result is MailAdminChange change)
        {
            change.Tenant = context.Tenant;
        }
        else if (result is MailAdminResult of && (of.TenantId.Length == 0 || context.Is(of.TenantId)))
        {
            (of.Tenant, of.TenantId) = (context.Tenant, context.TenantId);
        }
    }

    /// <summary>Returns the app of a parameter, without its permissions and owners.</summary>
    private protected Task<MailAppRegistration> FindAsync(AppReference app) =>
        app.FindAsync(Session, ContextInUse.Tenant, StopToken);

    /// <summary>Returns the app of a parameter, with its permissions and owners.</summary>
    private protected Task<MailAppRegistration> ReadAsync(AppReference app) =>
        app.ReadAsync(Session, ContextInUse.Tenant, StopToken);

    internal static InvalidRequestException NotConnected() => Contexts.Here.All.Count > 0
        ? new("NotConnected", "No context is the default one.")
        {
            Advice = "Specify -Context with a name or with *. To list the contexts, run Get-MailAdminContext.",
        }
        : new("NotConnected", "You aren't connected in this runspace.")
        {
            Advice = "Run Connect-MailAdmin. To try the module without a tenant, run Connect-MailAdmin -Sandbox.",
        };
}
