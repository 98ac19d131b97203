using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.SignIn;

/// <summary>Sign-ins to several tenants in one process, people through the same public client: each gets tokens of its own tenant, and no other's.</summary>
public sealed class TokenIsolationTests : IDisposable
{
    private readonly TempFolder _folder = new(isMade: false);
    private readonly SandboxTenant _one = SandboxTenant.Create(new SandboxOptions { Domain = "one.example" });
    private readonly SandboxTenant _two = SandboxTenant.Create(new SandboxOptions { Domain = "two.example" });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_calls_at_once_in_two_tenants_never_get_a_token_of_the_other(bool shareCache)
    {
        using var one = await SignInAsync(_one, shareCache);
        using var two = await SignInAsync(_two, shareCache);

        var appOfOne = await new AppProvisioner(one).EnsureAsync(new AppSpecification { Name = "Same name" }, TestContext.Current.CancellationToken);
        var appOfTwo = await new AppProvisioner(two).EnsureAsync(new AppSpecification { Name = "Same name" }, TestContext.Current.CancellationToken);

        var calls = Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            var session = i % 2 == 0 ? one : two;
            var token = await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: i % 5 == 0, TestContext.Current.CancellationToken);
            var own = await new AppDirectory(session).GetAsync(i % 2 == 0 ? appOfOne.ClientId : appOfTwo.ClientId, TestContext.Current.CancellationToken);
            var others = await new AppDirectory(session).GetAsync(i % 2 == 0 ? appOfTwo.ClientId : appOfOne.ClientId, TestContext.Current.CancellationToken);
            return (Wanted: session.TenantId, token.TenantId, App: own?.TenantId, Other: others, token.User);
        }));
        var all = await Task.WhenAll(calls);

        Assert.NotEqual(one.TenantId, two.TenantId);
        Assert.All(all, r => Assert.Equal((r.Wanted, r.Wanted, null), (r.TenantId, r.App, r.Other)));
        Assert.Equal(["dana@one.example", "dana@two.example"], all.Select(r => r.User).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Apps_of_two_tenants_with_a_hundred_calls_at_once_neither()
    {
        using var one = await EndToEnd.SignInAsync(_one);
        using var two = await EndToEnd.SignInAsync(_two);

        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            var session = i % 2 == 0 ? one : two;
            var scope = i % 3 == 0 ? session.Cloud.ExchangeScope : session.Cloud.GraphScope;
            return (session, Token: await session.Tokens.GetAsync(scope, fresh: i % 5 == 0, TestContext.Current.CancellationToken), Host: new Uri(scope).Host);
        })));

        Assert.All(all, r => Assert.Equal((r.session.TenantId, r.session.ClientId), (r.Token.TenantId, r.Token.ClientId)));
        Assert.All(all, r => Assert.Contains(r.Host, r.Token.Audience, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private Task<Session> SignInAsync(SandboxTenant tenant, bool shareCache) => tenant.SignInAsync(
        new DeviceCodeSignIn(null, $"dana@{tenant.Domain}", DelegatedScopes.ForAdmin(Person.CloudOf(tenant)), _ => { })
        {
            Cache = shareCache ? new TokenCacheFile(_folder, isProtected: false) : null,
        });
}
