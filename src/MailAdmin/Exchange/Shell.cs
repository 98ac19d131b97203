using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Exchange;

/// <summary>Calls commands of other modules in the runspace of the running command, and translates values.</summary>
internal static class Shell
{
    /// <summary>Runs a command on the pipeline thread.</summary>
    /// <exception cref="RuntimeException">It failed.</exception>
    public static IReadOnlyList<PSObject> Run(string command, params (string Name, object? Value)[] parameters)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(command);
        foreach (var (name, value) in parameters)
        {
            shell.AddParameter(name, value);
        }

        return shell.Invoke();
    }

    /// <summary>A value of JSON as a command takes it.</summary>
    public static object? Parameter(JsonNode? value) => value switch
    {
        null => null,
        JsonArray many => many.Select(Parameter).ToArray(),
        JsonObject table => new Hashtable(table.ToDictionary(p => p.Key, p => Parameter(p.Value))),
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.Deserialize<long>(),
            _ => value.GetValue<string>(),
        },
    };

    /// <summary>An object as the endpoint sends it.</summary>
    public static JsonElement Json(PSObject found)
    {
        var json = new JsonObject();
        foreach (var property in found.Properties)
        {
            json[property.Name] = Value(Read(property));
        }

        return JsonSerializer.SerializeToElement(json);
    }

    // A property of a script can fail.
    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static JsonNode? Value(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        string text => text,
        bool flag => flag,
        int or long or short or byte => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        // Exchange's times are in UTC if their names contain it; local times are converted.
        DateTime time => (time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time)
            .ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("o", CultureInfo.InvariantCulture),
        IDictionary table => $"{table}",
        IEnumerable many => new JsonArray([.. many.Cast<object?>().Select(Value)]),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}
