using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace MailAdmin;

/// <summary>
/// Checks the whole object that is piped to a cmdlet that accepts mailboxes by name. Its properties bind to parameters by their
/// names. A message has the properties Folder and Mailbox, too, and must not bind as the whole folder or mailbox.
/// </summary>
internal sealed class PipedObject
{
    private const string Name = "InputObject";

    private static readonly string[] Messages =
        [nameof(MailboxMessage), nameof(ReceivedMessage), nameof(SandboxMessage), nameof(SentMessage)];

    /// <summary>The parameters to which a folder object can bind.</summary>
    private static readonly string[] FolderParameters = ["Folder", "Path"];

    private static readonly ConcurrentDictionary<Type, bool> TakeMailboxes = new();

    private readonly RuntimeDefinedParameter _parameter = new(
        Name, typeof(PSObject),
        new Collection<Attribute> { new ParameterAttribute { ValueFromPipeline = true, DontShow = true } });

    private HashSet<string> _given = [];

    /// <summary>Whether a cmdlet has a parameter for mailboxes that properties bind to.</summary>
    /// <param name="cmdlet">Its type.</param>
    public static bool TakesMailbox(Type cmdlet) => TakeMailboxes.GetOrAdd(cmdlet, static type => Array.Exists(
        type.GetProperties(),
        property => property.IsDefined(typeof(MailboxArgumentAttribute), inherit: true)
            && property.GetCustomAttributes(typeof(ParameterAttribute), inherit: true).Cast<ParameterAttribute>()
                .Any(p => p.ValueFromPipelineByPropertyName)));

    /// <summary>The parameter that takes the object.</summary>
    public RuntimeDefinedParameterDictionary Parameters => new() { [Name] = _parameter };

    /// <summary>Records the parameters of the command line, before an object is piped.</summary>
    /// <param name="invocation">The call.</param>
    public void Begin(InvocationInfo invocation) =>
        _given = new HashSet<string>(invocation.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns whether a parameter was specified on the command line, and not by the pipeline.</summary>
    /// <param name="parameter">Its name.</param>
    public bool IsGiven(string parameter) => _given.Contains(parameter);

    /// <summary>Rejects an object that represents less than its properties would bind to.</summary>
    /// <param name="invocation">The invocation, with the bound parameters for this object.</param>
    /// <exception cref="InvalidRequestException">InputNotAccepted.</exception>
    public void Check(InvocationInfo invocation)
    {
        if (_parameter is not { IsSet: true, Value: { } value } || !invocation.BoundParameters.ContainsKey(Name))
        {
            return;
        }

        var piped = PSObject.AsPSObject(value);
        var bound = invocation.BoundParameters.Keys.Where(p => p != Name && !_given.Contains(p)).ToArray();
        var command = invocation.MyCommand.Name;
        if (IsMessage(piped))
        {
            throw Refused(command, piped, "represents one message",
                "To process the message itself, pipe it without -Connection and -App to a cmdlet that accepts messages.");
        }

        if (Is(piped, nameof(MailFolder)) && !bound.Any(FolderParameters.Contains))
        {
            throw Refused(
                command, piped, "represents one folder",
                "Pipe the folder without -Connection, -App, and -Folder to a cmdlet that accepts folders.");
        }

        if (bound.Length == 0)
        {
            throw Refused(command, piped, "has no property that the cmdlet accepts", "Run the cmdlet without pipeline input.");
        }
    }

    private static InvalidRequestException Refused(string command, PSObject piped, string why, string advice) =>
        new("InputNotAccepted", $"{command} can't use '{piped}' from the pipeline because it {why}.")
        {
            Target = $"{piped}",
            Advice = advice,
        };

    /// <summary>Also for a selection of its properties, and an object from a file or another process.</summary>
    internal static bool IsMessage(PSObject piped) => Messages.Any(type => Is(piped, type))
        || Has(piped, nameof(MailboxMessage.InternetMessageId)) || Has(piped, nameof(MailboxMessage.ReceivedAt))
        || (Has(piped, nameof(MailboxMessage.Id)) && Has(piped, nameof(MailboxMessage.Folder)));

    internal static bool Is(PSObject piped, string type) =>
        piped.TypeNames.Any(name => name.EndsWith($"MailAdmin.{type}", StringComparison.Ordinal));

    private static bool Has(PSObject piped, string property) => piped.Properties[property] is not null;
}
