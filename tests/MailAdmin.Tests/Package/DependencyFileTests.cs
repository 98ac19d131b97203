using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MailAdmin.Tests.Package;

/// <summary>Which file of the packed module an assembly is loaded from.</summary>
public class DependencyFileTests
{
    private static readonly string Folder = Path.Combine(ArchitectureTests.FindRoot(), "out", "MailAdmin", "bin", "lib");

    [Theory]
    [InlineData("System.Security.Cryptography.ProtectedData")]
    [InlineData("System.Security.Cryptography.Pkcs")]
    public void Windows_has_its_own_which_calls_the_system(string name)
    {
        Assert.Contains("crypt32.dll", Imports(First(name, isWindows: true)));
        Assert.DoesNotContain("crypt32.dll", Imports(First(name, isWindows: false)));
    }

    [Fact]
    public void Every_file_that_ships_is_one_that_some_system_takes()
    {
        var taken = Directory.EnumerateFiles(Folder, "*.dll", SearchOption.AllDirectories)
            .Select(f => Path.GetFileNameWithoutExtension(f)!).Distinct()
            .SelectMany(name => new[] { First(name, true), First(name, false) }).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(
            Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
            taken.Order(StringComparer.Ordinal));
    }

    private static string First(string name, bool isWindows) =>
        DependencyFile.Candidates(Folder, name, isWindows).First(File.Exists);

    // Ends in ".dll" or not, as the source wrote it.
    private static string[] Imports(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return [.. Enumerable.Range(1, reader.GetTableRowCount(TableIndex.ModuleRef))
            .Select(i => reader.GetString(reader.GetModuleReference(
                MetadataTokens.ModuleReferenceHandle(i)).Name).ToLowerInvariant())
            .Select(m => m.EndsWith(".dll", StringComparison.Ordinal) ? m : m + ".dll")];
    }
}
