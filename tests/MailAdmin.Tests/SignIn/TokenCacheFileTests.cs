using System.Runtime.Versioning;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.SignIn;

/// <summary>What is kept of a sign-in from one process to the next, here from one client to the next.</summary>
public sealed class TokenCacheFileTests : IDisposable
{
    private readonly TempFolder _folder = new(isMade: false);
    private readonly SandboxTenant _tenant = SandboxTenant.Create(new SandboxOptions());
    private int _shown;

    [Fact]
    public async Task Who_signed_in_once_is_not_asked_again()
    {
        using (await SignInAsync(Person.Admin))
        {
        }

        using var again = await SignInAsync(Person.Admin);
        Assert.Equal((Person.Admin, 1), (again.Account, _shown));
        using var anybody = await SignInAsync(null);
        Assert.Equal((Person.Admin, 1), (anybody.Account, _shown));
    }

    [FactOn(TestSystem.Unix)]
    [UnsupportedOSPlatform("windows")]
    public async Task The_file_is_its_owners_alone()
    {
        using var session = await SignInAsync(Person.Admin);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        Assert.All(
            Directory.GetFiles(_folder, "tokens*"), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        Assert.True(File.Exists(Path.Combine(_folder, "tokens.json")));
    }

    [Fact]
    public async Task What_the_system_protects_is_kept_and_nobody_reads_it_in_the_file()
    {
        if (!OperatingSystem.IsLinux())
        {
            await In_the_child_what_the_system_protects_is_kept();
            return;
        }

        // A keyring of the test's own, on a bus of its own: nothing is written into the user's.
        string[] keyring = ["dbus-run-session", "--", "sh", "-c", "printf secret | gnome-keyring-daemon --unlock --components=secrets > /dev/null && exec \"$@\"", "sh"];
        Assert.SkipUnless(
            Programs.Find("dbus-run-session") is not null && Programs.Find("gnome-keyring-daemon") is not null,
            "dbus-run-session or gnome-keyring-daemon is not on PATH.");
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        await TestChild.RunAsync(
            typeof(TokenCacheFileTests), nameof(In_the_child_what_the_system_protects_is_kept),
            new Dictionary<string, string?> { ["HOME"] = home, ["XDG_DATA_HOME"] = home, ["XDG_RUNTIME_DIR"] = null }, keyring,
            TestContext.Current.CancellationToken);
    }

    [ChildFact]
    public async Task In_the_child_what_the_system_protects_is_kept()
    {
        for (var i = 0; i < 2; i++)
        {
            using var session = await SignInAsync(Person.Admin, isProtected: true);
            Assert.Equal((Person.Admin, 1), (session.Account, _shown));
        }

        Assert.All(Directory.GetFiles(_folder), f => Assert.DoesNotContain("refresh", File.ReadAllText(f), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Who_was_kept_and_is_good_no_more_signs_in_again()
    {
        using (await SignInAsync(Person.Admin))
        {
        }

        _tenant.Clock.Advance(TimeSpan.FromDays(91));
        using var again = await SignInAsync(Person.Admin);
        Assert.Equal((Person.Admin, 2), (again.Account, _shown));
    }

    [FactOn(TestSystem.Linux)]
    public Task Where_nothing_protects_it_nothing_is_kept() => TestChild.RunAsync(
        typeof(TokenCacheFileTests), nameof(In_the_child_nothing_protects_it_and_nothing_is_kept),
        // No bus, so no keyring, also on a desktop that has one.
        new Dictionary<string, string?> { ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:" }, [], TestContext.Current.CancellationToken);

    [ChildFact]
    public async Task In_the_child_nothing_protects_it_and_nothing_is_kept()
    {
        var method = new DeviceCodeSignIn(null, Person.Admin, DelegatedScopes.ForAdmin(Person.CloudOf(_tenant)), _ => { }) { Cache = new TokenCacheFile(_folder, isProtected: true) };

        var invalid = await Assert.ThrowsAsync<InvalidRequestException>(() => _tenant.SignInAsync(method));

        Assert.Equal("CacheNotProtected", invalid.Id);
        Assert.Contains("-UnprotectedCache", invalid.Advice, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<Session> SignInAsync(string? user, bool isProtected = false) => _tenant.SignInAsync(
        new DeviceCodeSignIn(null, user, DelegatedScopes.ForAdmin(Person.CloudOf(_tenant)), _ => _shown++) { Cache = new TokenCacheFile(_folder, isProtected) });
}
