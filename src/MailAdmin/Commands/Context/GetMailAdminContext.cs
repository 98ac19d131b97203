using System.Management.Automation;

namespace MailAdmin.Commands.Context;

/// <summary>Gets the contexts that Connect-MailAdmin created in the current runspace.</summary>
[Cmdlet(VerbsCommon.Get, "MailAdminContext")]
[OutputType(typeof(MailAdminContext))]
public sealed class GetMailAdminContext : AsyncCmdlet
{
    /// <summary>Specifies the names of the contexts.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string Name { get; set; } = "*";

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        var pattern = Wildcards.Of(Name);
        WriteObject(
            Contexts.Here.All.Where(c => pattern.IsMatch(c.Name)).OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase),
            enumerateCollection: true);
        return Task.CompletedTask;
    }
}
