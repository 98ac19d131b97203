using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Package;

/// <summary>What every build file keeps to, so that the build does not depend on the machine.</summary>
public partial class BuildFilesTests
{
    [Fact]
    public void The_folder_of_the_packages_is_used_whether_it_ends_with_a_slash_or_not()
    {
        // NuGetPackageRoot is NUGET_PACKAGES as it was set, or the default with a slash at its end.
        var root = ArchitectureTests.FindRoot();
        var uses = Directory.EnumerateFiles(root, "*.*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
            .Where(f => Path.GetExtension(f) is ".csproj" or ".props" or ".targets" && !Path.GetRelativePath(root, f).Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(f => File.ReadLines(f).Where(l => l.Contains("$(NuGetPackageRoot)", StringComparison.Ordinal)).Select(l => (Path.GetRelativePath(root, f), l.Trim())))
            .ToArray();
        Assert.NotEmpty(uses);
        Assert.All(uses, u => Assert.DoesNotMatch(Bare(), u.Item2.Replace("EnsureTrailingSlash('$(NuGetPackageRoot)')", "", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\$\(NuGetPackageRoot\)[^/\\;'""<]")]
    private static partial Regex Bare();
}
