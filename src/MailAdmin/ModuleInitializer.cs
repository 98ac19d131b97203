using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace MailAdmin;

/// <summary>
/// Isolates the module's dependencies from those of other modules in the session: MailAdmin.Core, MSAL, the Graph SDK, and the
/// other assemblies in "lib" are loaded into a separate load context, at first use and not at import.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/scripting/dev-cross-plat/resolving-dependency-conflicts (assembly load contexts).
/// Only this assembly and MailAdmin.Model, whose types scripts name and catch, live in the default context.
/// </remarks>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private static readonly Lazy<AssemblyLoadContext> Dependencies = new(() => new DependencyContext(
        Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "lib")));

    private static int _hooked;

    /// <summary>PowerShell calls it at every import. The hook is installed once for the process.</summary>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref _hooked, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += Resolve;
        }
    }

    // The hook handles only this module's entry points, not the requests of other modules in the default context.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name is "MailAdmin.Core" or "MailAdmin.Tenant" ? Dependencies.Value.LoadFromAssemblyName(name) : null;

    private sealed class DependencyContext(string folder) : AssemblyLoadContext("MailAdmin")
    {
        protected override Assembly? Load(AssemblyName name)
        {
            if (name.Name == typeof(MailAdminContext).Assembly.GetName().Name)
            {
                return typeof(MailAdminContext).Assembly;
            }

            // Assemblies in the module's folder are loaded from it, even if another module has loaded another version.
            var path = DependencyFile.Candidates(folder, name.Name!, OperatingSystem.IsWindows()).FirstOrDefault(File.Exists);
            return path is null ? null : LoadFromAssemblyPath(path);
        }
    }
}
