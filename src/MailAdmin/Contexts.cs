using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace MailAdmin;

/// <summary>
/// Represents the contexts of one runspace. Other runspaces don't see them, and they're removed with the runspace.
/// </summary>
internal sealed class Contexts
{
    private static readonly ConditionalWeakTable<Runspace, Contexts> ByRunspace = [];

    private readonly Dictionary<string, MailAdminContext> _all = new(StringComparer.OrdinalIgnoreCase);

    public static Contexts Here => ByRunspace.GetOrCreateValue(Runspace.DefaultRunspace);

    public MailAdminContext? Default => _all.Values.FirstOrDefault(c => c.IsDefault);

    /// <summary>Core's session of the default sign-in; null if there is none.</summary>
    public Core.Service.Session? DefaultSession => Default?.Handle as Core.Service.Session;

    /// <summary>The names that the runspace has shown, for tab completion.</summary>
    public KnownNames Names { get; } = new();

    public IReadOnlyCollection<MailAdminContext> All => _all.Values;

    public MailAdminContext? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>Adds a context; one of the same name is replaced.</summary>
    /// <param name="context">The context.</param>
    /// <param name="isDefault">
    /// Whether it becomes the default context. Otherwise the default doesn't change, except that a context that replaces the
    /// default is the default, too.
    /// </param>
    public void Add(MailAdminContext context, bool isDefault = true)
    {
        var takesPlace = Find(context.Name)?.IsDefault == true;
        if (_all.Remove(context.Name, out var replaced))
        {
            (replaced.Handle as IDisposable)?.Dispose();
            replaced.IsDefault = false;
        }

        if (isDefault)
        {
            foreach (var other in _all.Values)
            {
                other.IsDefault = false;
            }
        }

        context.IsDefault = isDefault || takesPlace;
        _all.Add(context.Name, context);
    }

    /// <summary>Removes all contexts.</summary>
    public void Clear()
    {
        foreach (var context in _all.Values)
        {
            (context.Handle as IDisposable)?.Dispose();
            context.IsDefault = false;
        }

        _all.Clear();
    }

    /// <summary>Returns the contexts with matching names; only one if a name matches exactly.</summary>
    public IEnumerable<MailAdminContext> Like(string name) => Find(name) is { } exact ? [exact]
        : WildcardPattern.ContainsWildcardCharacters(name)
            ? All.Where(c => Wildcards.Of(name).IsMatch(c.Name))
                .OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
            : [];

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

/// <summary>Lets -Context take names of contexts, with wildcards.</summary>
internal sealed class ContextByNameAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            string name => Named(name),
            MailAdminContext => value,
            System.Collections.IEnumerable many => many.Cast<object>()
                .SelectMany(one => Transform(engineIntrinsics, one) as IEnumerable<object> ?? [one]).ToArray(),
            _ => value,
        };
    }

    private static MailAdminContext[] Named(string name) => Contexts.Here.Like(name).ToArray() is { Length: > 0 } found ? found
        : throw new ArgumentTransformationMetadataException(
            $"No context named '{name}' was found in this runspace. A job and ForEach-Object -Parallel have their "
                + "own runspaces. Specify the object of Get-MailAdminContext (-Context $using:context), or run "
                + "Connect-MailAdmin there.");
}
