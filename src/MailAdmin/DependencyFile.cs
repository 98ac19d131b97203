namespace MailAdmin;

/// <summary>Returns the paths of the module's assemblies.</summary>
internal static class DependencyFile
{
    /// <summary>Returns the possible files of an assembly, the one for the system first.</summary>
    /// <param name="folder">The module's own folder of assemblies.</param>
    /// <param name="name">The assembly's simple name.</param>
    /// <param name="isWindows">
    /// Whether it's for Windows. Some assemblies have a separate file for it in "win". The other file is for all other systems,
    /// and only reports that the platform isn't supported.
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
