using System.Diagnostics;
using MailAdmin.Build;

namespace MailAdmin.Module.Tests;

/// <summary>The run of the Pester tests has the Pester that comes with the repository, and nothing of the user's.</summary>
public sealed class IsolationTests : IDisposable
{
    private static readonly string[] Planted = ["98.0.0", "99.0.0"];

    private readonly string _folder = Directory.CreateTempSubdirectory("mailadmin-isolation-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Pester_in_the_users_or_the_machines_module_folders_is_not_loaded()
    {
        var home = Path.Combine(_folder, "home");
        var machine = Path.Combine(_folder, "machine");
        var user = OperatingSystem.IsWindows() ? Path.Combine(home, "Documents", "PowerShell", "Modules") : Path.Combine(home, ".local", "share", "powershell", "Modules");
        Plant(user, Planted[1]);
        Plant(machine, Planted[0]);
        var said = Path.Combine(_folder, "said.txt");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "Which.Tests.ps1"),
            $$"""
            Describe 'Pester' {
                It 'is told' {
                    (Get-Module Pester).Path, $HOME, (Get-Module Pester -ListAvailable).Version | Set-Content '{{said}}'
                }
            }
            """,
            Cancel);

        // As it is found where nothing is done about it: the newest, without anybody having asked for it.
        var (_, found) = await RunAsync(Pwsh.Start("-Command", "(Get-Module Pester -ListAvailable).Version -join ' '; (New-PesterConfiguration).Planted"));
        Assert.All(Planted, version => Assert.Contains(version, found, StringComparison.Ordinal));
        Assert.Contains("planted 99.0.0", found, StringComparison.Ordinal);

        var (exitCode, output) = await RunAsync(PesterRun.Start("-Path", _folder, "-Filter", "Which"));
        Assert.True(exitCode == 0, output);
        var told = await File.ReadAllLinesAsync(said, Cancel);
        Assert.Equal(Path.ChangeExtension(PesterRun.PesterManifest, ".psm1"), told[0]);
        Assert.NotEqual(home, told[1]);
        Assert.Empty(told[2..].Intersect(Planted));
        Assert.False(Directory.Exists(told[1]));

        async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
        {
            start.RedirectStandardOutput = true;
            start.Environment["HOME"] = start.Environment["USERPROFILE"] = home;
            start.Environment["PSModulePath"] = machine;
            start.Environment.Remove("XDG_DATA_HOME");
            using var process = Process.Start(start)!;
            var all = await process.StandardOutput.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            return (process.ExitCode, all);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Plant(string modules, string version)
    {
        var folder = Directory.CreateDirectory(Path.Combine(modules, "Pester", version)).FullName;
        File.WriteAllText(
            Path.Combine(folder, "Pester.psd1"),
            $"@{{ ModuleVersion = '{version}'; RootModule = 'Pester.psm1'; FunctionsToExport = 'New-PesterConfiguration', 'Invoke-Pester' }}");
        File.WriteAllText(
            Path.Combine(folder, "Pester.psm1"),
            $"function New-PesterConfiguration {{ @{{ Planted = 'planted {version}' }} }}\nfunction Invoke-Pester {{ throw 'planted {version}' }}\n");
    }
}
