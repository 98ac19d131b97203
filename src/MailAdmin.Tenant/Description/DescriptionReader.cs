using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Description;

/// <summary>
/// Reads the content of a tenant from a table, as in a .json or .psd1 file. One error lists every wrong entry, with its place and
/// the allowed values.
/// </summary>
internal sealed class DescriptionReader
{
    private readonly List<string> _problems = [];
    private readonly string _source;
    private readonly string? _folder;

    private DescriptionReader(string source, string? folder) => (_source, _folder) = (source, folder);

    /// <summary>Reads a file of JSON, in which comments are allowed.</summary>
    /// <exception cref="InvalidRequestException">It is no JSON.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static JsonObject ReadJson(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), null, new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            }) as JsonObject ?? throw new JsonException("The file has no table.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidRequestException(
                "SandboxDescriptionInvalid", $"The description '{Path.GetFileName(path)}' can't be read: {e.Message}", e)
            {
                Target = path,
            };
        }
    }

    /// <summary>Reads the content of a new tenant.</summary>
    /// <param name="json">The table.</param>
    /// <param name="source">Its name in errors.</param>
    /// <param name="folder">The folder that paths in it are relative to; null for the current one.</param>
    /// <exception cref="InvalidRequestException">The description has errors.</exception>
    public static SandboxOptions ReadTenant(JsonObject json, string source, string? folder) =>
        new DescriptionReader(source, folder).Tenant(json);

    /// <summary>Reads objects to add to an existing tenant.</summary>
    /// <param name="json">The table.</param>
    /// <param name="source">Its name in errors.</param>
    /// <param name="folder">The folder that paths in it are relative to; null for the current one.</param>
    /// <exception cref="InvalidRequestException">The description has errors.</exception>
    public static TenantDescription ReadContents(JsonObject json, string source, string? folder)
    {
        var reader = new DescriptionReader(source, folder);
        var node = new DescriptionNode(json, "", reader._problems);
        var (contents, count) = ContentsReader.Read(node, folder, reader._problems);
        if (count is not null)
        {
            node.Wrong<string>("Mailboxes", "Specify a list of tables, or the path of a .csv file.");
        }

        node.End();
        reader.End();
        return contents;
    }

    /// <summary>The error that names wrong entries.</summary>
    public static InvalidRequestException Wrong(string source, IReadOnlyList<string> problems)
    {
        var text = new StringBuilder($"The description '{source}' has {problems.Count} wrong "
            + $"{(problems.Count == 1 ? "entry" : "entries")}.");
        foreach (var problem in problems)
        {
            text.AppendLine().Append("  ").Append(problem);
        }

        return new InvalidRequestException("SandboxDescriptionInvalid", text.ToString())
        {
            Target = source,
            Advice = "Correct these entries. The keys are in the help topic about_MailAdmin_Sandbox.",
        };
    }

    private SandboxOptions Tenant(JsonObject json)
    {
        var node = new DescriptionNode(json, "", _problems);
        var (contents, count) = ContentsReader.Read(node, _folder, _problems);
        var standard = new SandboxOptions();
        var options = standard with
        {
            Domain = Domain(node) ?? standard.Domain,
            Environment = node.Choice<MailEnvironment>("Environment") ?? standard.Environment,
            Propagation = node.Choice<Propagation>("Propagation") ?? standard.Propagation,
            Language = MailboxReader.Language(node, "Language") ?? standard.Language,
            TimeZone = MailboxReader.Zone(node, "TimeZone"),
            MailPath = node.Text("MailPath") is { } path ? Path.GetFullPath(path, _folder ?? Environment.CurrentDirectory) : null,
            HasSamples = node.Flag("SampleData") ?? true,
            IsDehydrated = node.Flag("Dehydrated") ?? false,
            MailboxCount = count,
            Contents = contents,
            Source = _source,
        };
        if (options.MailPath is { } mail && !System.IO.Directory.Exists(mail))
        {
            node.Wrong<string>("MailPath", "The folder wasn't found.");
        }

        node.End();
        End();
        return options;
    }

    private static string? Domain(DescriptionNode node) => node.Text("Domain") is not { } domain
        || (Uri.CheckHostName(domain) == UriHostNameType.Dns && domain.Contains('.', StringComparison.Ordinal))
            ? node.Text("Domain")
            : node.Wrong<string>("Domain", "Specify a domain such as: contoso.onmicrosoft.com.");

    private void End()
    {
        if (_problems.Count > 0)
        {
            throw Wrong(_source, _problems);
        }
    }
}
