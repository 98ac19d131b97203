using System.Management.Automation;
using MailAdmin.Core.Files;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Commands.Sandbox;

/// <summary>Creates a sandbox tenant in the current process, with mailboxes and messages.</summary>
[Cmdlet(VerbsCommon.New, "MailSandbox", SupportsShouldProcess = true)]
[OutputType(typeof(MailSandbox))]
public sealed class NewMailSandbox : AsyncCmdlet
{
    /// <summary>Specifies the tenant's domain. The default is contoso.onmicrosoft.com.</summary>
    [Parameter(Position = 0)]
    [ValidatePattern(@"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
    public string? Domain { get; set; }

    /// <summary>Specifies what is in the tenant.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Description { get; set; }

    /// <summary>Specifies the mailboxes.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Mailbox { get; set; }

    /// <summary>
    /// Specifies the language of the mailboxes, such as de-DE: the names of their default folders and their regional settings.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(LanguageCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Language { get; set; }

    /// <summary>Specifies a folder of .eml files, including those in subfolders, that become the first mailbox's Inbox.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MailPath { get; set; }

    /// <summary>Specifies how quickly changes take effect.</summary>
    [Parameter]
    public Propagation? Propagation { get; set; }

    /// <summary>Specifies the cloud that the tenant simulates.</summary>
    [Parameter]
    public MailEnvironment? Environment { get; set; }

    /// <summary>Specifies the longest lifetime of a secret that the tenant's app management policy allows.</summary>
    [Parameter]
    public TimeSpan? MaxSecretLifetime { get; set; }

    /// <summary>Blocks client secrets with the tenant's app management policy.</summary>
    [Parameter]
    public SwitchParameter BlockSecrets { get; set; }

    /// <summary>Specifies the policies by which users can consent to apps.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ValidateSet("microsoft-user-default-recommended", "microsoft-user-default-allow-consent-apps",
        "microsoft-user-default-low", "microsoft-user-default-legacy")]
    public string[]? ConsentPolicy { get; set; }

    /// <summary>Blocks the device code flow with a Conditional Access policy.</summary>
    [Parameter]
    public SwitchParameter BlockDeviceCode { get; set; }

    /// <summary>Creates an organization that was never customized.</summary>
    [Parameter]
    public SwitchParameter Dehydrated { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        var described = SandboxDescription.Read(this, Description);
        if (Mailbox is not null)
        {
            described = described.With("Mailboxes", SandboxDescription.Mailboxes(this, Mailbox));
        }

        var options = described.ReadTenant();
        options = Given(options with
        {
            Domain = Domain ?? options.Domain,
            Language = Language ?? options.Language,
            MailPath = MailPath is null ? options.MailPath : Folder(MailPath),
            Propagation = Propagation ?? options.Propagation,
            Environment = Environment ?? options.Environment,
            IsDehydrated = Dehydrated || options.IsDehydrated,
        });
        if (ShouldProcess(options.Domain, "Create a sandbox tenant in this process"))
        {
            WriteObject(FileFailure.Guard(
                () => SandboxTenant.Create(options).Describe(), "MailPathNotFound", options.MailPath ?? "",
                $"The messages in '{options.MailPath}' can't be read", "Specify a folder with .eml files that you can read."));
        }

        return Task.CompletedTask;
    }

    /// <summary>Parameters override the description.</summary>
    private SandboxOptions Given(SandboxOptions options)
    {
        var contents = options.Contents;
        if (MaxSecretLifetime is not null || BlockSecrets)
        {
            var policy = contents.SecretPolicy ?? new SecretPolicyDescription();
            contents = contents with
            {
                SecretPolicy = policy with
                {
                    MaxSecretLifetime = MaxSecretLifetime ?? policy.MaxSecretLifetime,
                    BlocksSecrets = BlockSecrets || policy.BlocksSecrets,
                },
            };
        }

        if (BlockDeviceCode)
        {
            contents = contents with
            {
                ConditionalAccess =
                [
                    .. contents.ConditionalAccess,
                    new ConditionalAccessDescription("Block device code flow") { BlocksDeviceCode = true },
                ],
            };
        }

        return options with { Contents = contents with { ConsentPolicies = ConsentPolicy ?? contents.ConsentPolicies } };
    }

    private string Folder(string path) => System.IO.Directory.Exists(FullPath(path)) ? FullPath(path)
        : throw new InvalidRequestException("MailPathNotFound", $"The folder '{FullPath(path)}' wasn't found.")
        {
            Target = path,
            Advice = "Specify a folder with .eml files.",
        };
}
