using System.Management.Automation;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Commands.Context;

/// <summary>Registers a public client of the tenant's own through which people sign in to use the cmdlets.</summary>
[Cmdlet(VerbsData.Initialize, "MailAdmin", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Application.ReadWrite.All, Directory.Read.All", EntraRole = "Cloud Application Administrator")]
public sealed class InitializeMailAdmin : TenantCmdlet
{
    /// <summary>Display name; it is also what a second run finds the app by.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 120)]
    public string Name { get; set; } = "MailAdmin for people";

    /// <summary>
    /// The app to complete, as Get-MailAppRegistration gives it, or its client id or object id: also one that somebody else
    /// registered. Left out, the name decides, and only an app that was registered from here, or that Exchange has an entry of
    /// under this name, is taken.
    /// </summary>
    [Parameter]
    [AppOrId]
    public object? App { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var scopes = DelegatedScopes.All;
        if (!ShouldProcess(
            $"{Name}: {string.Join(", ", scopes)}",
            $"Register a public client in {ContextInUse.Tenant} that asks people for these delegated permissions"))
        {
            return;
        }

        var app = await new AppProvisioner(Session).EnsureAsync(
            new AppSpecification
            {
                Name = Name,
                App = AppOrIdAttribute.IdOf(App),
                Permissions = PermissionName.ParseAll([], scopes),
                IsPublicClient = true,
                RedirectUris = [new MailAppRedirectUri("http://localhost", RedirectPlatform.PublicClient)],
            },
            StopToken);
        foreach (var pending in app.Pending)
        {
            WriteVerbose(pending.ToString());
        }

        WriteObject(app);
    }
}
