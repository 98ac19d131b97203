using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace MailAdmin;

/// <summary>
/// The sign-ins of one runspace. Another runspace never sees them; the table lets go of a runspace that is gone.
/// </summary>
internal sealed class Contexts
{
    private static readonly ConditionalWeakTable<Runspace, Contexts> ByRunspace = [];

    private readonly Dictionary<string, MailAdminContext> _all = new(StringComparer.OrdinalIgnoreCase);

    public static Contexts Here => ByRunspace.GetOrCreateValue(Runspace.DefaultRunspace);

    public MailAdminContext? Default => _all.Values.FirstOrDefault(c => c.IsDefault);

    /// <summary>Core's session of the default sign-in; null when there is none.</summary>
    public Core.Service.Session? DefaultSession => Default?.Handle as Core.Service.Session;

    /// <summary>What the runspace has come to know, for tab completion.</summary>
    public KnownNames Names { get; } = new();

    public IReadOnlyCollection<MailAdminContext> All => _all.Values;

    public MailAdminContext? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>Adds a context and makes it the default; one of the same name is replaced.</summary>
    public void Add(MailAdminContext context)
    {
        Remove(context.Name);
        foreach (var other in _all.Values)
        {
            other.IsDefault = false;
        }

        context.IsDefault = true;
        _all.Add(context.Name, context);
    }

    /// <summary>Removes a context; the one added last becomes the default.</summary>
    public MailAdminContext? Remove(string name)
    {
        if (!_all.Remove(name, out var context))
        {
            return null;
        }

        (context.Handle as IDisposable)?.Dispose();
        if (context.IsDefault && _all.Values.MaxBy(c => c.ConnectedAt) is { } next)
        {
            next.IsDefault = true;
        }

        context.IsDefault = false;
        return context;
    }
}

/// <summary>Lets -Context take the name of a context.</summary>
internal sealed class ContextByNameAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is not string name ? value
            : Contexts.Here.Find(name)
            ?? throw new ArgumentTransformationMetadataException(
                $"No context named '{name}' was found in this runspace. A job and ForEach-Object -Parallel have their "
                    + "own runspaces. Specify the object of Get-MailAdminContext (-Context $using:context), or run "
                    + "Connect-MailAdmin there.");
    }
}
