using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;
using MailAdmin.Core.Recipes.Format;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Represents a plan in a file: the steps to review, keep in source control, and apply by several administrators, each with the
/// steps that they're allowed to run. It contains only what follows from the request, so the same request creates the same file.
/// It never contains a secret.
/// </summary>
internal sealed class InstallPlan
{
    private const int Version = 1;

    /// <summary>Writes the plan of a request.</summary>
    /// <param name="cloud">The cloud in which it will be applied, because not every cloud has the same roles.</param>
    /// <param name="path">The file. An existing one is replaced.</param>
    /// <exception cref="InvalidRequestException">It can't be written (PlanNotWritable).</exception>
    public static void Write(InstallRequest request, Cloud cloud, string path) => FileFailure.Guard(
        () => OwnFile.Replace(path, Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(Of(request with { Cloud = cloud }), Format(null)) + "\n")),
        "PlanNotWritable", path, $"The plan can't be written to '{path}'",
        "Specify a file in an existing folder that you can write to.");

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file.</param>
    /// <param name="library">The library with its recipe.</param>
    /// <param name="cloud">The cloud in which it's applied.</param>
    /// <returns>The request from which it was created.</returns>
    /// <exception cref="InvalidRequestException">
    /// The file can't be read (PlanInvalid), or its steps differ from those of the current recipe (PlanOutdated). Only reviewed
    /// steps are applied.
    /// </exception>
    public static InstallRequest Read(string path, RecipeLibrary library, Cloud cloud)
    {
        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(TextFile.Read(path), Format(library));
        }
        catch (Exception e) when (FileFailure.Is(e) || e is JsonException)
        {
            throw new InvalidRequestException("PlanInvalid", $"The plan '{path}' can't be read: {e.Message}", e)
            {
                Target = path,
                Advice = "To write a plan, run Install-MailApp -PlanPath. Change the command, not the file.",
            };
        }

        if (content is not { Plan: Version })
        {
            throw new InvalidRequestException("PlanInvalid", $"'{path}' isn't a plan of version {Version}.")
            {
                Target = path,
                Advice = "Write the plan again with Install-MailApp -PlanPath.",
            };
        }

        var request = content.Request with { Cloud = cloud };
        return content.Steps.SequenceEqual(Of(request).Steps) ? request
            : throw new InvalidRequestException(
                "PlanOutdated", $"The recipe {request.Recipe.Name} requires other steps than the plan '{path}'.")
            {
                Target = path,
                Advice = "Write the plan again with Install-MailApp -PlanPath, and review the differences.",
            };
    }

    private static Content Of(InstallRequest request) =>
        new(Version, request, [.. InstallSteps.Of(request).Select(s => new Step(s.Name, s.Target, s.Action, s.Needs))]);

    private static JsonSerializerOptions Format(RecipeLibrary? library) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(), new RecipeByName(library) },
    };

    private sealed record Content(
        [property: JsonRequired] int Plan, [property: JsonRequired] InstallRequest Request,
        [property: JsonRequired] Step[] Steps);

    /// <summary>Returns a step as the reviewer of the plan sees it.</summary>
    private sealed record Step([property: JsonPropertyName("step")] string Name, string Target, string Action, string? Needs);

    /// <summary>A plan contains the name of its recipe.</summary>
    private sealed class RecipeByName(RecipeLibrary? library) : JsonConverter<MailAppRecipe>
    {
        public override MailAppRecipe Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            library!.Get(reader.GetString() ?? throw new JsonException("A plan requires a recipe."));

        public override void Write(Utf8JsonWriter writer, MailAppRecipe value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);
    }
}
