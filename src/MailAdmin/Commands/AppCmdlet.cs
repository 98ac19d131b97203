using System.Management.Automation;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands;

/// <summary>A cmdlet that works on apps of the tenant: it takes app objects, or ids.</summary>
public abstract class AppCmdlet : TenantCmdlet
{
    private protected const string ByObject = "App", ById = "Id";

    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByObject, ValueFromPipeline = true)]
    public MailAppRegistration App { get; set; } = null!;

    /// <summary>Client id, object id of the registration, or object id of the service principal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [Alias("ClientId")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AppCompleter))]
    public string Id { get; set; } = "";

    /// <summary>Work on one app.</summary>
    private protected abstract Task ProcessAsync(MailAppRegistration app);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync() => await ProcessAsync(await FindAsync(
        ParameterSetName == ByObject ? App : Id, Session, ContextInUse.Tenant, StopToken));

    /// <summary>The app that an object or an id stands for.</summary>
    /// <exception cref="InvalidRequestException">There is no such app.</exception>
    internal static async Task<MailAppRegistration> FindAsync(
        object appOrId, Session session, string tenant, CancellationToken cancellationToken) =>
        appOrId as MailAppRegistration ?? await new AppDirectory(session).GetAsync((string)appOrId, cancellationToken)
        ?? throw NotFound((string)appOrId, tenant);

    /// <summary>Finds out before anything is made whether a reminder can be written.</summary>
    private protected void CheckReminder(string? path)
    {
        if (path is not null)
        {
            CredentialReminder.Check(FullPath(path));
        }
    }

    /// <summary>
    /// Writes the reminder of a new credential. A failure is reported and ends nothing: the credential is there.
    /// </summary>
    private protected void WriteReminder(
        string? path, MailAppRegistration app, CredentialKind kind, string keyId, DateTimeOffset? endsAt)
    {
        if (path is null || endsAt is not { } end)
        {
            return;
        }

        try
        {
            new CredentialReminder(app.Name, app.ClientId, kind, keyId, end).Write(FullPath(path), Session.Wire.Time.GetUtcNow());
        }
        catch (InvalidRequestException e)
        {
            WriteFailure(e, path);
        }
    }

    /// <summary>Says what is still to come or to be done.</summary>
    private protected void WritePending(MailAppRegistration app)
    {
        foreach (var pending in app.Pending)
        {
            WriteWarning(pending.ToString());
        }
    }

    internal static InvalidRequestException NotFound(string app, string tenant) =>
        new("AppNotFound", $"There is no app '{app}' in {tenant}.")
    {
        Target = app,
        Advice = "Get-MailAppRegistration without parameters lists them; an app of another tenant is found by -Id once it has "
            + "a service principal here.",
    };
}
