using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace MailAdmin;

/// <summary>
/// Keeps the module's dependencies apart from those of every other module in the session: MailAdmin.Core, and with it MSAL, the
/// Graph SDK and everything next to them in "lib", load into a context of their own, at first use and not at import.
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

    // Only our own entry points are ever answered for: what others look for in the default context is none of our business.
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
