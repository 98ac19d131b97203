using System.Management.Automation;
using System.Security;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Recipes.Install;

namespace MailAdmin.Commands;

/// <summary>A cmdlet that works on apps by their recipes.</summary>
public abstract class RecipeAppCmdlet : TenantCmdlet
{
    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it; or its client id or object id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AppOrId]
    public object App { get; set; } = null!;

    /// <summary>The recipe; the one that the app was made by when left out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RecipeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Recipe { get; set; }

    /// <summary>The mailboxes that the app is for; those that it was let into when left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Mailbox { get; set; } = [];

    /// <summary>Go by the vendor's page, instead of the least that works.</summary>
    [Parameter]
    public SwitchParameter UseVendorPermissions { get; set; }

    /// <summary>The product comes as a person who signs in to it, instead of as itself.</summary>
    [Parameter]
    public SwitchParameter Delegated { get; set; }

    /// <summary>The person who signs in, where that is not the mailbox's own user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>The customer's name in the vendor's redirect URI.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Customer { get; set; }

    /// <summary>The app's secret, when neither the app object nor this session has it.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>Work on one app.</summary>
    private protected abstract Task ProcessAsync(MailAppRegistration app, InstallRequest request);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync()
    {
        // What is held against the recipe is the app as it is now, whatever the object in hand remembers.
        var given = await AppCmdlet.FindAsync(App, Session, ContextInUse.Tenant, StopToken);
        var app = await new AppDirectory(Session).GetAsync(given.ClientId, StopToken)
            ?? throw AppCmdlet.NotFound(given.ClientId, ContextInUse.Tenant);
        var recipe = Recipes.Library.Get(Recipe ?? app.Recipe
            ?? throw new InvalidRequestException("AppWithoutRecipe", $"{app} was made by no recipe.")
        {
            Target = app.ClientId,
            Advice = "Name one with -Recipe; Get-MailAppRecipe lists them.",
        });
        await ProcessAsync(app, new InstallRequest
        {
            Recipe = recipe,
            Kind = Recipes.KindOf(recipe, Delegated),
            UseVendorPermissions = UseVendorPermissions,
            Name = app.Name,
            Mailboxes = Mailbox.Length > 0 ? Mailbox : await MailboxesOfAsync(app),
            User = User,
            Customer = Customer,
            HeldSecret = ClientSecret ?? given.ClientSecret,
        });
    }

    private async Task<IReadOnlyList<string>> MailboxesOfAsync(MailAppRegistration app)
    {
        try
        {
            return await AppMailboxes.OfAsync(Session, app, StopToken);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            WriteWarning($"Exchange does not tell which mailboxes the app was let into: {e.Message} Name them with -Mailbox.");
            return [];
        }
    }
}
