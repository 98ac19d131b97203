using System.Reflection;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin.Tests;

/// <summary>
/// The staircase of each library, held on its compiled code: which folder may use which. A folder is a namespace (IDE0130).
/// A folder may use what its row names and what those may use, and the first row is open to all.
/// </summary>
public partial class LayerTests
{
    private static readonly (string Folder, string[] Uses)[] Core =
    [
        ("Base", []),
        ("Files", []),
        ("Journal", ["Files"]),
        ("Permissions", []),
        ("SignIn", ["Files", "Permissions"]),
        ("Service", ["SignIn", "Journal"]),
        ("Apps", ["Service"]),
        ("Access", ["Apps"]),
        ("Mail", ["Files"]),
        ("Mail.Mime", ["Mail", "Files"]),
        ("Mail.Graph", ["Mail.Mime", "Service"]),
        ("Mail.Imap", ["Mail.Mime"]),
        ("Mail.Smtp", ["Mail.Mime"]),
        ("Connections", ["Mail.Graph", "Mail.Imap", "Mail.Smtp"]),
        ("Receive", ["Mail.Mime"]),
        ("Receive.Blobs", ["Receive"]),
        ("Rounds", ["Connections", "Receive.Blobs"]),
        ("Diagnosis", ["Access", "Connections"]),
        ("Inventory", ["Access"]),
        ("Report", ["Files"]),
        ("Recipes.Format", ["Permissions", "Files"]),
        ("Recipes.Install", ["Recipes.Format", "Diagnosis"]),
        ("Transcript", ["Files"]),
    ];

    // The services (Entra, ExchangeAdmin, Imap, Smtp, Graph) do not know each other; the front, in the root, knows all.
    private static readonly (string Folder, string[] Uses)[] Sandbox =
    [
        ("Base", []),
        ("Mailboxes", []),
        ("Directory", []),
        ("Configuration", ["Mailboxes"]),
        ("State", ["Directory", "Configuration"]),
        ("Gate", ["State"]),
        ("Entra", ["Gate"]),
        ("ExchangeAdmin", ["Gate"]),
        ("Imap", ["Gate"]),
        ("Smtp", ["Gate"]),
        ("Graph.OData", []),
        ("Graph", ["Gate", "Graph.OData"]),
        ("Description", ["State"]),
        ("Seeding", ["Description", "Entra", "Graph"]),
        ("", ["Seeding", "ExchangeAdmin", "Imap", "Smtp"]),
    ];

    [Fact]
    public void In_the_sandbox_every_arrow_goes_down()
    {
        Assert.Empty(WrongArrows(typeof(SandboxTenant).Assembly, "MailAdmin.Tenant", Sandbox));
        Assert.Empty(WrongUsings("src/MailAdmin.Tenant", "MailAdmin.Tenant", Sandbox));
    }

    [Fact]
    public void In_Core_every_arrow_goes_down() => Assert.Empty(WrongArrows(typeof(Wire).Assembly, "MailAdmin.Core", Core));

    [Fact]
    public void A_wrong_arrow_is_named_by_both_its_types()
    {
        var narrow = Core.Select(row => row.Folder == "Apps" ? (row.Folder, Array.Empty<string>()) : row).ToArray();
        Assert.Contains("Apps.AppSecrets -> Service.Session", WrongArrows(typeof(Wire).Assembly, "MailAdmin.Core", narrow));
    }

    [Fact]
    public void The_sandbox_uses_of_Core_the_ground_alone() =>
        Assert.Empty(TypeUses.Of(typeof(SandboxTenant).Assembly)
            .Where(use => use.To.Assembly == typeof(Wire).Assembly && use.To.Namespace != "MailAdmin.Core.Base")
            .Select(use => $"{use.From.FullName} -> {use.To.FullName}"));

    [Fact]
    public void In_Core_no_using_points_up() => Assert.Empty(WrongUsings("src/MailAdmin.Core", "MailAdmin.Core", Core));

    /// <summary>The uses that a table does not allow; a folder that is not in the table may use nothing but itself.</summary>
    /// <param name="library">The assembly.</param>
    /// <param name="root">Its namespace.</param>
    /// <param name="table">Its folders from the ground up, each with those it uses; all of them stand above it.</param>
    /// <returns>Each as "Folder.Type -> Folder.Type".</returns>
    internal static IReadOnlyList<string> WrongArrows(Assembly library, string root, (string Folder, string[] Uses)[] table)
    {
        var open = Open(table);
        string Folder(Type type) => type.Namespace!.Length == root.Length ? "" : type.Namespace[(root.Length + 1)..];
        bool IsIn(Type type) => type.Assembly == library
            && (type.Namespace == root || type.Namespace?.StartsWith($"{root}.", StringComparison.Ordinal) == true);
        return
        [
            .. TypeUses.Of(library).Where(use => IsIn(use.From) && IsIn(use.To) && Folder(use.From) != Folder(use.To))
                .Where(use => !open.TryGetValue(Folder(use.From), out var allowed) || !allowed.Contains(Folder(use.To)))
                .Select(use => $"{Folder(use.From)}.{use.From.Name} -> {Folder(use.To)}.{use.To.Name}")
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A constant leaves no trace in compiled code, only its using in the source; one that is not needed does not build.</summary>
    internal static IReadOnlyList<string> WrongUsings(string project, string root, (string Folder, string[] Uses)[] table)
    {
        var open = Open(table);
        var place = Path.Combine(ArchitectureTests.FindRoot(), project);
        return
        [
            .. from row in table
               from file in Directory.EnumerateFiles(Path.Combine([place, .. row.Folder.Split('.')]), "*.cs")
               from name in Using().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)
               where name.StartsWith($"{root}.", StringComparison.Ordinal) && !open[row.Folder].Contains(name[(root.Length + 1)..])
               select $"{row.Folder}.{Path.GetFileNameWithoutExtension(file)} -> {name}",
        ];
    }

    /// <summary>For each folder all that it may use. A row further down is not found, so the table itself goes from the ground up.</summary>
    private static Dictionary<string, HashSet<string>> Open((string Folder, string[] Uses)[] table)
    {
        var open = new Dictionary<string, HashSet<string>>();
        foreach (var (folder, uses) in table)
        {
            open[folder] = [folder, table[0].Folder, .. uses.SelectMany(use => open[use])];
        }

        return open;
    }

    [GeneratedRegex(@"^using (MailAdmin\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
