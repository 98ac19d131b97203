namespace MailAdmin;

/// <summary>Returns the paths of the module's assemblies.</summary>
internal static class DependencyFile
{
    /// <summary>The files that an assembly may be in, the right one for the system first.</summary>
    /// <param name="folder">The module's own folder of assemblies.</param>
    /// <param name="name">The assembly's simple name.</param>
    /// <param name="isWindows">
    /// Whether it is for Windows. Some assemblies have a file of their own for it, in "win"; the one beside the others is for all
    /// systems then, and only says that the platform isn't supported.
    /// </param>
    public static IEnumerable<string> Candidates(string folder, string name, bool isWindows)
    {
        if (isWindows)
        {
            yield return Path.Combine(folder, "win", $"{name}.dll");
        }

        yield return Path.Combine(folder, $"{name}.dll");
    }
}
