using System.Reflection;

namespace MailAdmin.Tests.Package;

/// <summary>
/// What ships must run in PowerShell 7.4, on .NET 8: all that its assemblies refer to is looked up in what ships, in the reference pack of
/// .NET 8 that it was compiled against, and in PowerShell's own assembly.
/// </summary>
public class ShippedReferencesTests
{
    private static readonly string Module = Path.Combine(ArchitectureTests.FindRoot(), "out", "MailAdmin", "bin");
    private static readonly string ReferencePack = Metadata("ShippedReferencePack");

    private static readonly Lazy<AssemblyOnDisk[]> Framework = new(() => Read(Path.Combine(ReferencePack, "ref", "net8.0")));
    private static readonly Lazy<AssemblyOnDisk> PowerShell = new(() => new(Metadata("PowerShellStandard")));

    [Fact]
    public void What_is_in_the_default_context_finds_all_that_it_refers_to_in_PowerShell_on_dotnet_8()
    {
        var own = Read(Module);
        // Core and the tenant are found by the hook of the module's initializer, whatever they need by their own context.
        var lib = Read(Path.Combine(Module, "lib")).Where(a => a.Name.StartsWith("MailAdmin.", StringComparison.Ordinal));
        var check = new ReferenceCheck([.. Framework.Value, PowerShell.Value, .. own, .. lib]);
        Assert.Equal(["MailAdmin", "MailAdmin.Model"], own.Select(a => a.Name).Order());
        Assert.Empty(own.SelectMany(check.MissingFor));
    }

    [Fact]
    public void What_is_in_the_modules_own_context_finds_all_that_it_refers_to_beside_it_and_on_dotnet_8()
    {
        var lib = Read(Path.Combine(Module, "lib"));
        var platforms = Directory.GetFiles(Path.Combine(Module, "lib"), "*.dll", SearchOption.AllDirectories)
            .Where(f => Path.GetDirectoryName(f) != Path.Combine(Module, "lib")).Select(f => new AssemblyOnDisk(f));
        var check = new ReferenceCheck([.. lib, .. Read(Module), .. Framework.Value]);
        Assert.Contains("Microsoft.Graph", lib.Select(a => a.Name));
        Assert.Empty(lib.Concat(platforms).SelectMany(check.MissingFor));
    }

    [Fact]
    public void What_needs_a_newer_dotnet_is_found_out()
    {
        // Neither is in .NET 8: a type and a method of .NET 9, which this assembly uses here.
        var use = new Lock();
        Assert.Equal("00", Convert.ToHexStringLower([0]));
        Assert.False(use.IsHeldByCurrentThread);

        var tests = new AssemblyOnDisk(typeof(ShippedReferencesTests).Assembly.Location);
        var missing = new ReferenceCheck([.. Framework.Value, PowerShell.Value]).MissingFor(tests).ToArray();
        Assert.Contains(missing, m => m.StartsWith("MailAdmin.Tests: the assembly System.Runtime 10.0.0.0, but 8.0.0.0", StringComparison.Ordinal));
        Assert.Contains(missing, m => m.StartsWith("MailAdmin.Tests: the assembly MailAdmin.Core", StringComparison.Ordinal));
        Assert.Contains("MailAdmin.Tests: the type System.Threading.Lock of System.Runtime", missing);
        Assert.Contains(missing, m => m.StartsWith("MailAdmin.Tests: the member System.Convert::ToHexStringLower System.String(", StringComparison.Ordinal));
        Assert.DoesNotContain(missing, m => m.Contains("System.Convert::ToHexString ", StringComparison.Ordinal));
    }

    private static string Metadata(string key) => typeof(ShippedReferencesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == key).Value!;

    private static AssemblyOnDisk[] Read(string folder) => [.. Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal).Select(f => new AssemblyOnDisk(f))];
}
