using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MailAdmin.Commands;
using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;

namespace MailAdmin.Tests;

/// <summary>The design, held by the build: which way the arrows go, and what every cmdlet owes its user.</summary>
public partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();
    private static readonly Assembly Module = typeof(AsyncCmdlet).Assembly;
    private static readonly string[] Changing = ["New", "Set", "Add", "Remove", "Grant", "Revoke", "Install", "Repair", "Update", "Limit", "Send", "Receive", "Approve", "Save", "Initialize", "Export"];

    // It only puts values together, and changes nothing anywhere.
    private static readonly string[] ChangesNothing = ["New-MailboxConnection"];

    public static TheoryData<Type> Cmdlets => [.. Module.GetExportedTypes().Where(t => !t.IsAbstract && typeof(Cmdlet).IsAssignableFrom(t))];

    [Fact]
    public void Model_depends_on_nothing() =>
        Assert.All(References(typeof(MailAdminContext).Assembly), r => Assert.StartsWith("System", r, StringComparison.Ordinal));

    [Fact]
    public void Core_knows_neither_PowerShell_nor_the_console_nor_who_calls_it() =>
        Assert.DoesNotContain(References(typeof(Wire).Assembly), r => r is "System.Management.Automation" or "System.Console" or "MailAdmin" or "MailAdmin.Tenant");

    [Fact]
    public void The_cmdlets_can_name_no_type_of_MSAL_or_Graph() =>
        Assert.DoesNotContain(References(Module), r => r.StartsWith("Microsoft.", StringComparison.Ordinal));

    [Fact]
    public void The_tenant_uses_of_Core_only_the_wire_and_the_clouds()
    {
        var foreign = UsedTypes(typeof(SandboxTenant).Assembly, "MailAdmin.Core")
            .Where(t => t is not ("MailAdmin.Core.Base.Wire" or "MailAdmin.Core.Base.PropagationTimes" or "MailAdmin.Core.Base.InProcessStream" or "MailAdmin.Core.Base.Cloud" or "MailAdmin.Core.Base.StreamOpener"
                or "MailAdmin.Core.Base.NameSuggestion"));
        Assert.Empty(foreign);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_is_sealed_tells_its_output_and_stands_in_a_file_of_its_own(Type type)
    {
        Assert.True(type.IsSealed);
        Assert.Contains(type.CustomAttributes, a => a.AttributeType == typeof(OutputTypeAttribute));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Root, "src", "MailAdmin", "Commands"), $"{type.Name}.cs", SearchOption.AllDirectories));
        Assert.Equal(type.Name, NameOf(type).Replace("-", "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_that_changes_something_can_be_asked_what_if(Type type)
    {
        var name = NameOf(type);
        if (Changing.Contains(name.Split('-')[0]) && !ChangesNothing.Contains(name))
        {
            Assert.True(Attribute(type).NamedArguments.FirstOrDefault(n => n.MemberName == "SupportsShouldProcess").TypedValue.Value as bool?, name);
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_is_exported_has_a_help_page_and_a_view(Type type)
    {
        var name = NameOf(type);
        Assert.Contains($"'{name}'", File.ReadAllText(Path.Combine(Root, "MailAdmin.psd1")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Root, "docs", "en-US", $"{name}.md")), $"docs/en-US/{name}.md is missing");
        var views = XDocument.Load(Path.Combine(Root, "module", "MailAdmin.Format.ps1xml")).Descendants("TypeName").Select(t => t.Value).ToHashSet();
        var output = ((IEnumerable<CustomAttributeTypedArgument>)type.CustomAttributes.First(a => a.AttributeType == typeof(OutputTypeAttribute))
            .ConstructorArguments[0].Value!).Select(a => (Type)a.Value!);
        Assert.All(output.Where(t => t != typeof(void)), t => Assert.Contains(t.FullName!, views));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_of_a_tenant_tells_the_least_that_it_needs(Type type)
    {
        var least = type.CustomAttributes.FirstOrDefault(a => a.AttributeType == typeof(LeastPrivilegeAttribute));
        if (!typeof(TenantCmdlet).IsAssignableFrom(type))
        {
            Assert.Null(least);
            return;
        }

        Assert.NotNull(least);
        string Value(string name) => least.NamedArguments.FirstOrDefault(n => n.MemberName == name).TypedValue.Value as string ?? "none";
        var row = $"| {NameOf(type)} | {Value("Permission")} | {Value("EntraRole")} | {Value("ExchangeRole")} |";
        Assert.Contains(row, File.ReadAllText(Path.Combine(Root, "docs", "Access.md")), StringComparison.Ordinal);
        var page = File.ReadAllText(Path.Combine(Root, "docs", "en-US", $"{NameOf(type)}.md")).Split("## NOTES")[1];
        Assert.All(Value("Permission").Split(", "), p => Assert.Contains(p, page, StringComparison.Ordinal));
    }

    [Fact]
    public void People_are_asked_for_what_the_cmdlets_need_and_no_more()
    {
        // A permission that writes reads as well, and the whole directory has the people in it.
        string Enough(string permission) => permission switch
        {
            "Application.Read.All" => "Graph/Application.ReadWrite.All",
            "User.ReadBasic.All" => "Graph/Directory.Read.All",
            "Exchange/Exchange.ManageAsApp" => "Exchange/Exchange.Manage",
            _ => $"Graph/{permission}",
        };
        var needed = Module.GetExportedTypes()
            .SelectMany(t => t.CustomAttributes.Where(a => a.AttributeType == typeof(LeastPrivilegeAttribute)))
            .Select(a => a.NamedArguments.FirstOrDefault(n => n.MemberName == "Permission").TypedValue.Value as string)
            .OfType<string>().SelectMany(p => p.Split(", ")).Select(Enough).Distinct();
        // Mail is read and sent by the connections of New-MailboxConnection -Delegated.
        var administration = DelegatedScopes.All.Where(
            s => !s.StartsWith("Graph/Mail.", StringComparison.Ordinal) && s is not ("Exchange/IMAP.AccessAsUser.All" or "Exchange/SMTP.Send"));
        Assert.Equal(needed.Order(StringComparer.Ordinal), administration.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_error_id_has_a_row_in_the_documentation()
    {
        var documented = File.ReadAllText(Path.Combine(Root, "docs", "Errors.md"));
        var ids = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText).Where(text => text.Contains("InvalidRequestException", StringComparison.Ordinal))
            .SelectMany(text => InvalidRequestId().Matches(text).Select(m => m.Groups[1].Value))
            .Concat(["SignInRefused", "AccessDenied", "NotFound", "AlreadyExists", "Throttled", "ServiceUnavailable", "ServiceRefused", "ConnectionLost", "ConnectionNotTrusted"])
            .Distinct().ToArray();
        Assert.True(ids.Length > 15);
        Assert.All(ids, id => Assert.Contains($"| {id} |", documented, StringComparison.Ordinal));
    }

    [Fact]
    public void No_text_names_a_cmdlet_that_does_not_exist()
    {
        // Cmdlets of Exchange's own module.
        string[] foreign =
        [
            "Add-MailboxPermission", "Get-Mailbox", "Get-MailboxFolder", "Get-MailboxPermission", "Get-MailboxRegionalConfiguration", "Get-MailboxStatistics",
            "Remove-MailboxPermission", "Set-Mailbox", "Set-MailboxRegionalConfiguration",
        ];
        var exported = ExportedName().Matches(File.ReadAllText(Path.Combine(Root, "MailAdmin.psd1"))).Select(m => m.Groups[1].Value).ToHashSet();
        var named = new[] { "src", "docs", "module" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories))
            .Append(Path.Combine(Root, "README.md"))
            .Where(f => Path.GetExtension(f) is ".cs" or ".md" or ".ps1xml" && !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => NamedCmdlet().Matches(File.ReadAllText(f)).Select(m => (Name: m.Value, File: Path.GetRelativePath(Root, f))))
            .ToArray();

        Assert.True(named.Length > 500, $"Only {named.Length} names were found.");
        Assert.Empty(named.Where(n => !exported.Contains(n.Name) && !foreign.Contains(n.Name)).Distinct());
    }

    private static string NameOf(Type type) =>
        $"{Attribute(type).ConstructorArguments[0].Value}-{Attribute(type).ConstructorArguments[1].Value}";

    private static CustomAttributeData Attribute(Type type) => type.CustomAttributes.Single(a => a.AttributeType == typeof(CmdletAttribute));

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(r => r.Name!);

    /// <summary>The types of another assembly that an assembly's metadata names, whatever it uses them for.</summary>
    private static IEnumerable<string> UsedTypes(Assembly assembly, string other)
    {
        using var file = File.OpenRead(assembly.Location);
        using var pe = new System.Reflection.PortableExecutable.PEReader(file);
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(pe);
        foreach (var handle in metadata.TypeReferences)
        {
            var reference = metadata.GetTypeReference(handle);
            if (reference.ResolutionScope.Kind == System.Reflection.Metadata.HandleKind.AssemblyReference)
            {
                var scope = metadata.GetAssemblyReference((System.Reflection.Metadata.AssemblyReferenceHandle)reference.ResolutionScope);
                if (metadata.StringComparer.Equals(scope.Name, other))
                {
                    yield return $"{metadata.GetString(reference.Namespace)}.{metadata.GetString(reference.Name)}";
                }
            }
        }
    }

    internal static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MailAdmin.sln")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("The repository is not above the tests.");
        }

        return folder;
    }

    [GeneratedRegex("""'([A-Z][a-z]+-[A-Za-z]+)'""")]
    private static partial Regex ExportedName();

    [GeneratedRegex("""\b(?:Add|Approve|Clear|Connect|Disconnect|Export|Find|Get|Grant|Import|Initialize|Install|Invoke|Limit|New|Receive|Remove|Repair|Restore|Revoke|Save|Send|Set|Test|Update|Wait)-Mail[A-Za-z]+\b""")]
    private static partial Regex NamedCmdlet();

    [GeneratedRegex("""new(?: InvalidRequestException)?\(\s*"([A-Z][a-z][A-Za-z]+)",\s*[$@]*"(?![A-Za-z]+")""")]
    private static partial Regex InvalidRequestId();
}
