using System.Management.Automation;
using System.Security;
using MailAdmin.Core;
using MailAdmin.Core.Recipes;

namespace MailAdmin.Commands;

/// <summary>Shows what goes into a vendor's own form, field by field, and what is left to do by hand.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppHandover")]
[OutputType(typeof(MailAppHandover))]
[LeastPrivilege(
    Permission = "Directory.Read.All, Exchange/Exchange.ManageAsApp", EntraRole = "Directory Readers; Global Reader without -Mailbox",
    ExchangeRole = "View-Only Organization Management without -Mailbox")]
public sealed class GetMailAppHandover : TenantCmdlet
{
    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it; or its client id or object id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AppOrId]
    public object App { get; set; } = null!;

    /// <summary>The mailboxes, a sheet each; those that the app was let into when left out.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Mailbox { get; set; } = [];

    /// <summary>The recipe with the form; the one that the app was made by when left out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RecipeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Recipe { get; set; }

    /// <summary>The product comes as a person who signs in to it, instead of as itself.</summary>
    [Parameter]
    public SwitchParameter Delegated { get; set; }

    /// <summary>The person who signs in, where that is not the mailbox's own user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>What the product does with a message that it has read; the recipe's first choice when left out.</summary>
    [Parameter]
    public AfterProcessing? AfterProcessing { get; set; }

    /// <summary>Write the secret, too: into a file, to the clipboard, or into a vault, and nowhere else.</summary>
    [Parameter]
    public SwitchParameter IncludeSecret { get; set; }

    /// <summary>A new file for the sheets with the secret, for its owner alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Copy the secret to the clipboard.</summary>
    [Parameter]
    public SwitchParameter Clipboard { get; set; }

    /// <summary>A vault of Microsoft.PowerShell.SecretManagement that the secret goes to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Vault { get; set; }

    /// <summary>The secret's name in the vault; the app's name when left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretName { get; set; }

    /// <summary>The secret, when neither the app object nor this session has it.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var places = new[] { Path is not null, Clipboard.IsPresent, Vault is not null }.Count(p => p);
        if (places != (IncludeSecret ? 1 : 0))
        {
            throw new InvalidRequestException("HandoverNeedsPlace", IncludeSecret ? "The secret goes to exactly one place." : "Nothing is written anywhere without -IncludeSecret.")
            {
                Advice = "Give -IncludeSecret with -Path, -Clipboard or -Vault.",
            };
        }

        var app = await AppCmdlet.FindAsync(App, Session, ContextInUse.Tenant, StopToken);
        var recipe = Recipes.Library.Get(Recipe ?? app.Recipe ?? throw new InvalidRequestException("AppWithoutRecipe", $"{app} was made by no recipe.")
        {
            Target = app.ClientId,
            Advice = "Name one with -Recipe; Get-MailAppRecipe lists them.",
        });
        var secret = ClientSecret ?? AppSecretOf(app);
        if (IncludeSecret && secret is null)
        {
            throw new InvalidRequestException("SecretNotAtHand", $"The secret of {app} is not at hand: the service tells it once.")
            {
                Target = app.ClientId,
                Advice = "Give it with -ClientSecret, or make a new one with Update-MailAppSecret.",
            };
        }

        var mailboxes = Mailbox.Length > 0 ? Mailbox : [.. await AppMailboxes.OfAsync(Session, app, StopToken)];
        var kind = Recipes.KindOf(recipe, Delegated);
        MailAppHandover[] sheets =
        [
            .. (mailboxes.Length == 0 ? [null] : mailboxes.Cast<string?>()).Select(m => HandoverSheet.Make(
                recipe, kind, app, m, User is not null, asDocumented: false, AfterProcessing, secret is not null, Session.Cloud.Environment)),
        ];
        var written = IncludeSecret ? Write(sheets, app, secret!) : null;
        WriteObject(sheets.Select(s => s with { SecretWrittenTo = written }), enumerateCollection: true);
    }

    private SecureString? AppSecretOf(MailAppRegistration app) => app.ClientSecret ?? Core.Entra.AppSecrets.Held(Session, app);

    private string Write(MailAppHandover[] sheets, MailAppRegistration app, SecureString secret)
    {
        if (Path is not null)
        {
            HandoverSheet.Write(sheets, secret, FullPath(Path));
            return FullPath(Path);
        }

        if (Vault is not null)
        {
            var place = new SecretVault(InvokeCommand, Vault, SecretName ?? app.Name);
            place.Check();
            place.Keep(app, secret);
            return place.ToString();
        }

        try
        {
            InvokeCommand.InvokeScript("param($text) Set-Clipboard -Value $text -ErrorAction Stop", true, default, null, Secret.Reveal(secret));
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw SecretVault.NotHandedOver(app, secret, e);
        }

        return "the clipboard";
    }
}
