using System.Management.Automation;
using MailAdmin.Core.Entra;

namespace MailAdmin.Commands;

/// <summary>Registers an app with its service principal, secret and grants; run again, it completes what is missing.</summary>
[Cmdlet(VerbsCommon.New, "MailAppRegistration", SupportsShouldProcess = true)]
[OutputType(typeof(MailAppRegistration))]
public sealed class NewMailAppRegistration : TenantCmdlet
{
    /// <summary>Display name; it is also what a second run finds the app by.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 120)]
    public string Name { get; set; } = "";

    /// <summary>Application permissions, such as Graph/Mail.ReadWrite or Exchange/IMAP.AccessAsApp.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] ApplicationPermission { get; set; } = [];

    /// <summary>Delegated permissions, such as Graph/Mail.ReadWrite.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] DelegatedPermission { get; set; } = [];

    /// <summary>Months until the secret ends.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 24)]
    public int SecretLifetime { get; set; } = 6;

    /// <summary>Grant permissions that open every mailbox of the tenant, instead of only asking for them.</summary>
    [Parameter]
    public SwitchParameter TenantWide { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var permissions = ApplicationPermission.Select(p => PermissionName.Parse(p, PermissionKind.Application))
            .Concat(DelegatedPermission.Select(p => PermissionName.Parse(p, PermissionKind.Delegated))).ToArray();
        var provisioner = new AppProvisioner(Session);
        if (!ShouldProcess(Name, $"Register the app in {ContextInUse.Tenant}{(TenantWide ? ", with access to every mailbox" : "")}"))
        {
            return;
        }

        var app = await provisioner.EnsureAsync(
            new AppSpecification { Name = Name, Permissions = permissions, SecretLifetime = SecretLifetime, TenantWide = TenantWide }, StopToken);
        foreach (var pending in app.Pending)
        {
            WriteWarning(pending);
        }

        WriteObject(app);
    }
}
