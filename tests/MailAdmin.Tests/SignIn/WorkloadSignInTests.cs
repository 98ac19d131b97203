using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.SignIn;

/// <summary>Programs that keep no secret: managed identities, federated workloads, tokens from elsewhere.</summary>
public sealed class WorkloadSignInTests : IDisposable
{
    private readonly TenantClock _clock = TenantClock.Manual(TenantClient.Start);
    private readonly SandboxTenant _tenant;
    private readonly string _file = Path.GetTempFileName();

    public WorkloadSignInTests() => _tenant = SandboxTenant.Create(new SandboxOptions { Clock = _clock });

    [Fact]
    public async Task A_managed_identity_signs_in_and_renews_its_token()
    {
        using var session = await _tenant.SignInAsync(new ManagedIdentitySignIn(null));
        var first = await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel);

        Assert.Equal(("mailadmin-runbook", _tenant.TenantId), (session.Account, session.TenantId));
        Assert.InRange(first.ExpiresAt - TenantClient.Start, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.Same(first, await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel));
        _clock.Advance(TimeSpan.FromMinutes(58));
        Assert.NotSame(first, await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel));
        Assert.Equal(ChangeKind.Created, (await new AppProvisioner(session).EnsureAsync(new AppSpecification { Name = "By runbook" }, Cancel)).Change);
    }

    [Fact]
    public async Task A_user_assigned_identity_that_is_not_there_is_refused()
    {
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(
            () => _tenant.SignInAsync(new ManagedIdentitySignIn("11111111-2222-3333-4444-555555555555")));

        Assert.Equal("managed_identity_request_failed", refused.Code);
        Assert.Contains("identity has not been assigned to this resource", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_signs_in_with_the_token_that_is_in_its_file_each_time()
    {
        var app = await AppAsync();
        await File.WriteAllTextAsync(_file, _tenant.Federate(app, "system:serviceaccount:mail:fetcher") + "\n", Cancel);
        using var session = await _tenant.SignInAsync(new AppSignIn(app, new AppCredential.FederatedToken(_file)));
        var first = await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel);

        _clock.Advance(TimeSpan.FromHours(2));
        var old = await Assert.ThrowsAsync<ServiceRefusedException>(() => session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel).AsTask());
        Assert.Equal("AADSTS700024", old.SubCode);
        await File.WriteAllTextAsync(_file, _tenant.Federate(app, "system:serviceaccount:mail:fetcher"), Cancel);

        Assert.NotSame(first, await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel));
    }

    [Fact]
    public async Task A_workload_that_the_app_does_not_trust_is_refused_without_showing_its_token()
    {
        var app = await AppAsync();
        _tenant.Federate(app, "somebody:else");
        var token = _tenant.Federate("11111111-2222-3333-4444-555555555555", "me");
        await File.WriteAllTextAsync(_file, token, Cancel);

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => _tenant.SignInAsync(new AppSignIn(app, new AppCredential.FederatedToken(_file))));

        Assert.Equal("AADSTS70021", refused.SubCode);
        Assert.DoesNotContain(token, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_that_is_missing_is_told()
    {
        var app = await AppAsync();

        var invalid = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _tenant.SignInAsync(new AppSignIn(app, new AppCredential.FederatedToken(_file + ".missing"))));

        Assert.Equal("FederatedTokenNotReadable", invalid.Id);
    }

    [Fact]
    public async Task A_token_from_elsewhere_works_until_it_ends()
    {
        using var admin = await _tenant.SignInAsync(new ManagedIdentitySignIn(null));
        var token = await admin.Tokens.GetAsync(admin.Cloud.GraphScope, fresh: false, Cancel);
        using var session = await _tenant.SignInAsync(new GivenTokenSignIn(Secret.Close(token.Value)));
        Assert.Equal(("mailadmin-runbook", token.ClientId), (session.Account, session.ClientId));

        _clock.Advance(TimeSpan.FromHours(1));
        var ended = await Assert.ThrowsAsync<InvalidRequestException>(() => session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel).AsTask());

        Assert.Equal("AccessTokenExpired", ended.Id);
        Assert.DoesNotContain(token.Value, ended.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_another_resource_is_refused_before_it_goes_anywhere()
    {
        using var admin = await _tenant.SignInAsync(new ManagedIdentitySignIn(null));
        var token = await admin.Tokens.GetAsync(admin.Cloud.ExchangeScope, fresh: false, Cancel);

        var invalid = await Assert.ThrowsAsync<InvalidRequestException>(() => _tenant.SignInAsync(new GivenTokenSignIn(Secret.Close(token.Value))));

        Assert.Equal("AccessTokenAudience", invalid.Id);
    }

    [Fact]
    public void No_way_to_sign_in_shows_its_secret()
    {
        var secret = Secret.Close("c4n4ry-of-the-sign-in");
        SignInMethod[] methods = [new GivenTokenSignIn(secret), new AppSignIn("id", new AppCredential.ClientSecret(secret)), Person.ByDeviceCode(_tenant, Person.Alice)];

        Assert.All(methods, m => Assert.DoesNotContain("c4n4ry", m.ToString(), StringComparison.Ordinal));
    }

    public void Dispose() => File.Delete(_file);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<string> AppAsync()
    {
        using var admin = await _tenant.SignInAsync(new ManagedIdentitySignIn(null));
        return (await new AppProvisioner(admin).EnsureAsync(new AppSpecification { Name = "Federated" }, Cancel)).ClientId;
    }
}
