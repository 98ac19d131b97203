using System.Management.Automation;

namespace MailAdmin.Commands.Recipe;

/// <summary>Gets recipes, which describe what products need to work with mail in Microsoft 365.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppRecipe")]
[OutputType(typeof(MailAppRecipe))]
public sealed class GetMailAppRecipe : AsyncCmdlet
{
    /// <summary>Specifies the name of a recipe.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RecipeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "*";

    /// <summary>Returns the permissions of the vendor's page in Permission, instead of the least permissions.</summary>
    [Parameter]
    public SwitchParameter UseVendorPermissions { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        if (!WildcardPattern.ContainsWildcardCharacters(Name))
        {
            WriteObject(Recipes.Library.Get(Name) with { UseVendorPermissions = UseVendorPermissions });
            return Task.CompletedTask;
        }

        var pattern = Wildcards.Of(Name);
        foreach (var name in Recipes.Library.Names.Where(pattern.IsMatch))
        {
            try
            {
                WriteObject(Recipes.Library.Get(name) with { UseVendorPermissions = UseVendorPermissions });
            }
            catch (InvalidRequestException e)
            {
                // One file with a mistake must not hide the others.
                WriteFailure(e, name);
            }
        }

        return Task.CompletedTask;
    }
}
