using System.Management.Automation;
using System.Security;
using MailAdmin.Core.Access;
using MailAdmin.Core.Recipes.Install;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet that uses the recipe of an app.</summary>
public abstract class RecipeAppCmdlet : TenantCmdlet
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

    /// <summary>Specifies the recipe. The default is the one with which the app was set up.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RecipeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Recipe { get; set; }

    /// <summary>Specifies the mailboxes of the app. The default is the mailboxes that it can access.</summary>
    [Parameter(Position = 1)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Uses the permissions on the vendor's page, instead of the least that is required.</summary>
    [Parameter]
    public SwitchParameter UseVendorPermissions { get; set; }

    /// <summary>Uses delegated access for a signed-in user, instead of app-only access.</summary>
    [Parameter]
    public SwitchParameter Delegated { get; set; }

    /// <summary>Specifies the user who signs in, if it isn't the mailbox's own user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string? User { get; set; }

    /// <summary>Specifies the customer's name in the vendor's redirect URI.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Customer { get; set; }

    /// <summary>Specifies the required time zone of the mailboxes, by its IANA or Windows name. The default is any.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    public string? TimeZone { get; set; }

    /// <summary>Specifies the secret of the app, if neither the app object nor this session has it.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>Processes one app.</summary>
    private protected abstract Task ProcessAsync(MailAppRegistration app, InstallRequest request);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync()
    {
        // The app is read again, because the given object can be outdated.
        var app = await App.ReadAgainAsync(Session, ContextInUse.Tenant, StopToken);
        var recipe = Recipes.Library.Get(Recipe ?? app.Recipe
            ?? throw new InvalidRequestException("AppWithoutRecipe", $"{app} wasn't set up with a recipe.")
        {
            Target = app.ClientId,
            Advice = "Specify a recipe with -Recipe. To list recipes, run Get-MailAppRecipe.",
        });
        await ProcessAsync(app, new InstallRequest
        {
            Recipe = recipe,
            Kind = Recipes.KindOf(recipe, Delegated),
            UseVendorPermissions = UseVendorPermissions,
            Name = app.Name,
            Mailboxes = Mailbox.Length > 0 ? [.. Mailbox.Select(m => m.Text)] : await MailboxesOfAsync(app),
            User = User,
            Customer = Customer,
            TimeZone = TimeZone,
            HeldSecret = ClientSecret ?? App.Registration?.ClientSecret,
        });
    }

    private async Task<IReadOnlyList<string>> MailboxesOfAsync(MailAppRegistration app)
    {
        try
        {
            return await new AppMailboxes(Session, new AppFacts(Session, app)).FindAsync(StopToken);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            WriteWarning($"The mailboxes of the app can't be read from Exchange: {e.Message} Specify them with -Mailbox.");
            return [];
        }
    }
}
