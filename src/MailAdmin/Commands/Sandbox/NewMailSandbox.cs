using System.Management.Automation;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Commands.Sandbox;

/// <summary>Makes a tenant that exists only in this process, with mailboxes and mail.</summary>
[Cmdlet(VerbsCommon.New, "MailSandbox", SupportsShouldProcess = true)]
[OutputType(typeof(MailSandbox))]
public sealed class NewMailSandbox : AsyncCmdlet
{
    /// <summary>The tenant's domain.</summary>
    [Parameter(Position = 0)]
    [ValidatePattern(@"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
    public string Domain { get; set; } = "contoso.onmicrosoft.com";

    /// <summary>
    /// A folder of .eml files (subfolders too) that become the first mailbox's Inbox; without it there is sample mail.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MailPath { get; set; }

    /// <summary>How quickly changes take effect on the tenant's own clock.</summary>
    [Parameter]
    public Propagation Propagation { get; set; }

    /// <summary>The cloud the tenant pretends to live in.</summary>
    [Parameter]
    public MailEnvironment Environment { get; set; }

    /// <summary>
    /// How long a secret may live by the tenant's app management policy; as long as anybody asks for when left out.
    /// </summary>
    [Parameter]
    public TimeSpan? MaxSecretLifetime { get; set; }

    /// <summary>
    /// Make an organization that was never customized: Exchange takes no role assignments before
    /// Enable-OrganizationCustomization.
    /// </summary>
    [Parameter]
    public SwitchParameter Dehydrated { get; set; }

    /// <summary>Specifies the language of the default folders of the mailboxes, such as Deleted Items.</summary>
    [Parameter]
    [ValidateSet("en", "de", "fr")]
    public string FolderLanguage { get; set; } = "en";

    /// <summary>Adds a mailbox whose user principal name, primary address, and alias all differ.</summary>
    [Parameter]
    public SwitchParameter DistinctNames { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        if (!ShouldProcess(Domain, "Make a sandbox tenant in this process"))
        {
            return Task.CompletedTask;
        }

        var path = MailPath is null ? null : FullPath(MailPath);
        if (path is not null && !Directory.Exists(path))
        {
            throw new InvalidRequestException("MailPathNotFound", $"There is no folder '{path}'.")
            {
                Target = MailPath,
                Advice = "Give a folder that holds .eml files.",
            };
        }

        WriteObject(SandboxTenant.Create(new SandboxOptions
        {
            Domain = Domain,
            MailPath = path,
            Propagation = Propagation,
            Environment = Environment,
            MaxSecretLifetime = MaxSecretLifetime,
            IsDehydrated = Dehydrated,
            FolderLanguage = FolderLanguage,
            HasDistinctNames = DistinctNames,
        }).Describe());
        return Task.CompletedTask;
    }
}
