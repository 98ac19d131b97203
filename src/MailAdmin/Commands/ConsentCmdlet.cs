using System.Management.Automation;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet that grants or revokes permissions of an app: the specified ones, or all.</summary>
public abstract class ConsentCmdlet : AppCmdlet
{
    /// <summary>
    /// Specifies application permissions, such as Graph/Mail.Send. Without this and -DelegatedPermission, all of both kinds.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] ApplicationPermission { get; set; } = [];

    /// <summary>Specifies delegated permissions, such as Graph/Mail.ReadWrite.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] DelegatedPermission { get; set; } = [];

    /// <summary>Specifies one user, by user principal name or ID. The default is all users.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string? User { get; set; }

    /// <summary>The action for -WhatIf and -Confirm.</summary>
    /// <param name="permissions">The names of the permissions; null for all.</param>
    private protected abstract string Describe(string? permissions);

    /// <summary>Makes the change.</summary>
    /// <param name="app">The app.</param>
    /// <param name="permissions">The permissions; null for all.</param>
    /// <returns>The app after the change.</returns>
    private protected abstract Task<MailAppRegistration> ChangeAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions);

    /// <summary>Prompts again for an action with a high impact.</summary>
    /// <param name="app">The app.</param>
    private protected virtual bool Confirms(MailAppRegistration app) => true;

    private protected sealed override async Task ProcessAsync(MailAppRegistration app)
    {
        var permissions = PermissionName.ParseAll(ApplicationPermission, DelegatedPermission) is { Count: > 0 } given
            ? given
            : null;
        if (!ShouldProcess(app.ToString(), Describe(permissions is null ? null : string.Join(", ", permissions)))
            || !Confirms(app))
        {
            return;
        }

        var result = await ChangeAsync(app, permissions);
        WritePending(result);
        WriteObject(result);
    }
}
