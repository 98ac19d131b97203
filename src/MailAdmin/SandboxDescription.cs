using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json.Nodes;
using MailAdmin.Commands;
using MailAdmin.Tenant.Description;
using MailAdmin.Tenant.State;

namespace MailAdmin;

/// <summary>
/// The description of a sandbox, as scripts give it: a hashtable, or a file that can be kept in source control.
/// </summary>
/// <param name="Json">Its entries.</param>
/// <param name="Source">Its name in errors.</param>
/// <param name="Folder">The folder that paths in it are relative to.</param>
internal sealed record SandboxDescription(JsonObject Json, string Source, string Folder)
{
    /// <summary>Reads a description; null is an empty one.</summary>
    /// <exception cref="InvalidRequestException">The file doesn't exist, or doesn't contain a table.</exception>
    public static SandboxDescription Read(AsyncCmdlet cmdlet, object? description)
    {
        var value = Bare(description);
        if (value is null or IDictionary)
        {
            return new((JsonObject?)Node(value) ?? new JsonObject(), "-Description", cmdlet.FullPath("."));
        }

        if (value is not string path)
        {
            return new((JsonObject)Node(description)!, "-Description", cmdlet.FullPath("."));
        }

        var file = cmdlet.FullPath(path);
        if (!File.Exists(file))
        {
            throw new InvalidRequestException("SandboxDescriptionNotFound", $"The file '{file}' wasn't found.")
            {
                Target = path,
                Advice = "Specify the path of a .psd1 or .json file, or a hashtable.",
            };
        }

        var json = Path.GetExtension(file).Equals(".psd1", StringComparison.OrdinalIgnoreCase)
            ? ReadData(file)
            : DescriptionReader.ReadJson(file);
        return new(json, Path.GetFileName(file), Path.GetDirectoryName(file)!);
    }

    /// <summary>The value of -Mailbox: a number, the path of a file, or objects.</summary>
    public static JsonNode? Mailboxes(AsyncCmdlet cmdlet, object mailboxes) => Bare(mailboxes) switch
    {
        string path when !int.TryParse(path, out _) => cmdlet.FullPath(path),
        var value when value is IDictionary || (value is not IEnumerable and not IConvertible) => new JsonArray(Node(mailboxes)),
        _ => Node(mailboxes),
    };

    /// <summary>The description with one entry more, or another one.</summary>
    public SandboxDescription With(string key, JsonNode? value)
    {
        var json = new JsonObject();
        foreach (var (name, old) in Json.Where(p => !p.Key.Equals(key, StringComparison.OrdinalIgnoreCase)))
        {
            json[name] = old?.DeepClone();
        }

        json[key] = value;
        return this with { Json = json };
    }

    /// <exception cref="InvalidRequestException">The description has errors.</exception>
    public SandboxOptions ReadTenant() => DescriptionReader.ReadTenant(Json, Source, Folder);

    /// <summary>Reads a data file as Import-PowerShellDataFile does: nothing in it is run.</summary>
    private static JsonObject ReadData(string file)
    {
        var ast = Parser.ParseFile(file, out _, out var errors);
        if (errors.Length == 0 && ast.Find(a => a is HashtableAst, searchNestedScriptBlocks: false) is HashtableAst table)
        {
            try
            {
                return (JsonObject)Node(table.SafeGetValue())!;
            }
            catch (InvalidOperationException e)
            {
                throw Unreadable(file, e.Message);
            }
        }

        throw Unreadable(
            file, errors.Length > 0 ? $"{errors[0].Message} (line {errors[0].Extent.StartLineNumber})" : "It has no "
                + "hashtable.");
    }

    private static InvalidRequestException Unreadable(string file, string why) => new(
        "SandboxDescriptionInvalid", $"The description '{Path.GetFileName(file)}' can't be read: {why}")
    {
        Target = file,
        Advice = "Write one hashtable with constants only: @{ Domain = 'contoso.onmicrosoft.com' }.",
    };

    private static object? Bare(object? value) => value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject
        ? wrapped.BaseObject
        : value;

    private static JsonNode? Node(object? value) => Bare(value) switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        SwitchParameter flag => JsonValue.Create(flag.IsPresent),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        IDictionary table => Table(table.Keys.Cast<object>().Select(k => (Name: $"{k}", table[k]))),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Node)]),
        PSObject item => Table(item.Properties.Select(p => (p.Name, (object?)p.Value))),
        var other => JsonValue.Create(LanguagePrimitives.ConvertTo<string>(other)),
    };

    private static JsonObject Table(IEnumerable<(string Name, object? Value)> entries)
    {
        var json = new JsonObject();
        foreach (var (name, value) in entries)
        {
            json[name] = Node(value);
        }

        return json;
    }
}
