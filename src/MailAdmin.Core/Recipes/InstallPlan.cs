using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Recipes.Steps;

namespace MailAdmin.Core.Recipes;

/// <summary>
/// A plan in a file: what is to be done, step by step, to be looked at, kept in source control, and applied by several people, each the
/// steps that they may do. What follows from nothing but the request stands in it, so the same request gives the same file; no secret does.
/// </summary>
public sealed class InstallPlan
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Writes the plan of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cloud">Where it will be applied: not every cloud has the same roles.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="InvalidRequestException">It can't be written (PlanNotWritable).</exception>
    public static void Write(InstallRequest request, Cloud cloud, string path)
    {
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(Content.Of(request with { Cloud = cloud }), Format) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException("PlanNotWritable", $"The plan can't be written to '{path}': {e.Message}", e) { Target = path };
        }
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file.</param>
    /// <param name="library">Where its recipe is.</param>
    /// <param name="cloud">Where it is applied.</param>
    /// <returns>The request that it was made of.</returns>
    /// <exception cref="InvalidRequestException">
    /// It can't be read (PlanInvalid), or its steps are not those that the recipe asks for now (PlanOutdated): what was looked at is what
    /// is applied.
    /// </exception>
    public static InstallRequest Read(string path, RecipeLibrary library, Cloud cloud)
    {
        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), Format);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InvalidRequestException("PlanInvalid", $"The plan '{path}' can't be read: {e.Message}", e)
            {
                Target = path,
                Advice = "Install-MailApp -PlanPath writes a plan; change the command that wrote it, and not the file.",
            };
        }

        if (content is not { Plan: Version })
        {
            throw new InvalidRequestException("PlanInvalid", $"'{path}' is no plan of version {Version}.") { Target = path, Advice = "Write it again with Install-MailApp -PlanPath." };
        }

        var request = content.ToRequest(library) with { Cloud = cloud };
        return content.Steps.SequenceEqual(Content.Of(request).Steps) ? request
            : throw new InvalidRequestException("PlanOutdated", $"The plan '{path}' has other steps than the recipe {content.Recipe} asks for now.")
            {
                Target = path,
                Advice = "Write it again with Install-MailApp -PlanPath, and look at what is different.",
            };
    }

    private sealed record Content
    {
        public int Plan { get; init; } = Version;

        public required string Recipe { get; init; }

        public MailAppRecipeKind Access { get; init; }

        public bool AsDocumented { get; init; }

        public required string Name { get; init; }

        public required string[] Mailboxes { get; init; }

        public string? User { get; init; }

        public bool AllUsers { get; init; }

        public string? OutsideMailbox { get; init; }

        public string? Customer { get; init; }

        public string? TimeZone { get; init; }

        public string? Language { get; init; }

        public AfterProcessing? AfterProcessing { get; init; }

        public int? SecretLifetime { get; init; }

        public bool TenantWide { get; init; }

        public bool EnableCustomization { get; init; }

        public required Step[] Steps { get; init; }

        public static Content Of(InstallRequest request) => new()
        {
            Recipe = request.Recipe.Name,
            Access = request.Kind,
            AsDocumented = request.AsDocumented,
            Name = request.Name,
            Mailboxes = [.. request.Mailboxes],
            User = request.User,
            AllUsers = request.AllUsers,
            OutsideMailbox = request.OutsideMailbox,
            Customer = request.Customer,
            TimeZone = request.TimeZone,
            Language = request.Language,
            AfterProcessing = request.AfterProcessing,
            SecretLifetime = request.SecretLifetime,
            TenantWide = request.TenantWide,
            EnableCustomization = request.EnableCustomization,
            Steps = [.. InstallSteps.Of(request).Select(s => new Step(s.Name, s.Target, s.Action, s.Needs))],
        };

        public InstallRequest ToRequest(RecipeLibrary library) => new()
        {
            Recipe = library.Get(Recipe),
            Kind = Access,
            AsDocumented = AsDocumented,
            Name = Name,
            Mailboxes = Mailboxes,
            User = User,
            AllUsers = AllUsers,
            OutsideMailbox = OutsideMailbox,
            Customer = Customer,
            TimeZone = TimeZone,
            Language = Language,
            AfterProcessing = AfterProcessing,
            SecretLifetime = SecretLifetime,
            TenantWide = TenantWide,
            EnableCustomization = EnableCustomization,
        };
    }

    /// <summary>A step as whoever reviews the plan reads it.</summary>
    private sealed record Step([property: JsonPropertyName("step")] string Name, string Target, string Action, string? Needs);
}
