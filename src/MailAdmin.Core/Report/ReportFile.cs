using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Report;

/// <summary>Writes a report: the page, and the same content as JSON next to it.</summary>
internal static class ReportFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Returns the path of the JSON file for a page.</summary>
    /// <param name="path">The page.</param>
    /// <returns>The same name, ending in .json.</returns>
    public static string JsonPathOf(string path) => Path.ChangeExtension(path, ".json");

    /// <summary>Checks that a report can be written, before the first request to the tenant.</summary>
    /// <param name="path">The page.</param>
    /// <param name="overwrite">Whether existing files can be overwritten.</param>
    /// <returns>Whether one of the files exists.</returns>
    /// <exception cref="InvalidRequestException">
    /// The path isn't an HTML file, its folder doesn't exist, or a file exists and can't be overwritten.
    /// </exception>
    public static bool Check(string path, bool overwrite)
    {
        if (Path.GetExtension(path).ToUpperInvariant() is not (".HTML" or ".HTM"))
        {
            throw new InvalidRequestException("ReportPathNotHtml", $"'{path}' isn't the name of an HTML file.")
            {
                Target = path,
                Advice = "Specify a file name that ends in .html. The JSON file is written next to it.",
            };
        }

        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw NotWritable(path, "the folder doesn't exist", null);
        }

        var present = new[] { path, JsonPathOf(path) }.FirstOrDefault(Path.Exists);
        return present is null ? false : overwrite ? true
            : throw new InvalidRequestException("ReportExists", $"'{present}' already exists.")
            {
                Target = present,
                Advice = "Specify another name, or use -Force to overwrite the file.",
            };
    }

    /// <summary>Writes the page and its JSON. A reader sees the old files or the new ones, never half of one.</summary>
    /// <param name="content">The content of the report.</param>
    /// <param name="path">The page.</param>
    /// <exception cref="InvalidRequestException">It can't be written.</exception>
    public static void Write(ReportContent content, string path) => Write([content], path);

    /// <summary>Writes one page about tenants. The JSON of several tenants is a list.</summary>
    public static void Write(IReadOnlyList<ReportContent> tenants, string path)
    {
        ReportContent[] shown = [.. tenants.Select(WithoutHints)];
        try
        {
            OwnFile.Replace(path, Encoding.UTF8.GetBytes(ReportPage.Write(tenants)));
            OwnFile.Replace(JsonPathOf(path), Encoding.UTF8.GetBytes(
                (shown.Length == 1
                    ? JsonSerializer.Serialize(shown[0], Format)
                    : JsonSerializer.Serialize(new { shown[0].SchemaVersion, Tenants = shown }, Format)) + "\n"));
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw NotWritable(path, e.Message, e);
        }
    }

    /// <summary>Reports are shared, so they don't contain the first characters of secrets, which the service returns.</summary>
    private static ReportContent WithoutHints(ReportContent content) =>
        content with
        {
            Apps = [.. content.Apps.Select(a => a with { Credential = [.. a.Credential.Select(c => c with { Hint = null })] })],
        };

    private static InvalidRequestException NotWritable(string path, string why, Exception? inner) =>
        new("ReportNotWritable", $"The report can't be written to '{path}': {why}.", inner)
    {
        Target = path,
        Advice = "Specify a file in an existing folder that you can write to.",
    };
}
