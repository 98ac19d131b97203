using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet for apps of the tenant.</summary>
public abstract class AppCmdlet : TenantCmdlet
{
    /// <summary>
    /// Specifies the app: an object that represents an app, its display name if no other app has it, its client ID, or an object
    /// ID of its registration or service principal.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <summary>Whether the cmdlet uses or returns the app's permissions and owners, which take more requests.</summary>
    private protected virtual bool UsesPermissions => true;

    /// <summary>Processes one app.</summary>
    private protected abstract Task ProcessAsync(MailAppRegistration app);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync() =>
        await ProcessAsync(UsesPermissions ? await ReadAsync(App) : await FindAsync(App));

    /// <summary>Checks that a reminder can be written, before an object is created.</summary>
    private protected void CheckReminder(string? path)
    {
        if (path is not null)
        {
            CredentialReminder.Check(FullPath(path));
        }
    }

    /// <summary>
    /// Writes the reminder of a new credential. A failure is reported but isn't terminating, because the credential exists.
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

    /// <summary>Writes the pending work as warnings.</summary>
    private protected void WritePending(MailAppRegistration app)
    {
        foreach (var pending in app.Pending)
        {
            WriteWarning(pending.ToString());
        }
    }
}
