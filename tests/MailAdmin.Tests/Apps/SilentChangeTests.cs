using System.Net;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Tests.Apps;

/// <summary>
/// A change that is answered without content, with all that the answer of the service has, and was never made: it isn't reported
/// as done.
/// </summary>
public sealed class SilentChangeTests
{
    private static readonly IReadOnlyList<MailAppPermission> Permissions = PermissionName.ParseAll(["Graph/Mail.Read"], []);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Dictionary<string, Func<Session, MailAppRegistration, Task<ChangeKind?>>> Changes { get; } = new()
    {
        ["the app"] = async (session, app) => (await new AppDirectory(session).RemoveAsync(app, [], Token)).Change,
        ["a grant"] = async (session, app) => (await new AppConsent(session).RevokeAsync(app, null, null, Token)).Change,
        ["a credential"] = async (session, app) =>
        {
            var secret = await new AppCredentials(session).ListAsync(app, Token).FirstAsync(Token);
            return (await new CredentialRemoval(session).RemoveAsync(app, secret, Token)).Change;
        },
        ["assignment"] = async (session, app) => await new AppConsent(session).RequireAssignmentAsync(app, true, Token),
        ["what is requested"] = async (session, app) => (await new AppProvisioner(session).TrimAsync(app, [], Token)).Change,
        ["the consent workflow"] = async (session, _) => (await new ConsentPolicy(session).SetAsync(new ConsentPolicyChange { DurationInDays = 7 }, Token)).Change,
        ["an owner"] = async (session, app) => (await new AppProvisioner(session).EnsureAsync(
            new AppSpecification { Name = app.Name, Permissions = Permissions, TenantWide = true, Owners = ["alice@contoso.onmicrosoft.com"] }, Token)).Pending.Any(
            p => p.Sentence.Contains("doesn't return it yet", StringComparison.Ordinal)) ? ChangeKind.Pending : ChangeKind.Updated,
    };

    public static TheoryData<string, bool> Which
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in Changes.Keys)
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Which))]
    public async Task What_the_tenant_does_not_show_is_pending(string which, bool isPretended)
    {
        var pretends = false;
        using var road = await EndToEnd.StartAsync(null, wire => new Wire(
            new Relay(wire.Http)
            {
                Before = (request, _) => Task.FromResult(pretends && IsSilent(request) ? Nothing() : null),
            }, wire.OpenStream, wire.Time)
        {
            IsSandbox = true, ReplicationTimeout = TimeSpan.Zero,
        });
        var app = await new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Invoices", Permissions = Permissions, TenantWide = true }, Token);
        pretends = isPretended;

        var change = await Changes[which](road.Admin, app);

        var done = which is "the app" or "a grant" or "a credential" ? ChangeKind.Removed : ChangeKind.Updated;
        Assert.Equal(isPretended ? ChangeKind.Pending : done, change);
    }

    /// <summary>The lock on the service principal, without which its owners add credentials where no registration shows them.</summary>
    [Fact]
    public async Task A_lock_that_Entra_does_not_show_is_an_error()
    {
        var pretends = true;
        using var road = await EndToEnd.StartAsync(null, wire => new Wire(
            new Relay(wire.Http)
            {
                Before = (request, _) => Task.FromResult(pretends && request.Method == HttpMethod.Patch ? Nothing() : null),
            }, wire.OpenStream, wire.Time)
        {
            IsSandbox = true, ReplicationTimeout = TimeSpan.Zero,
        });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await road.PatchAsync($"applications/{app.ApplicationObjectId}", """{"servicePrincipalLockConfiguration":{"isEnabled":false}}""");
        var open = (await new AppDirectory(road.Admin).FindOwnAsync(app.ClientId, Token))!;

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => PrincipalLock.EnsureAsync(road.Admin, open, Token));
        Assert.Equal("LockNotShown", e.Id);

        pretends = false;
        await PrincipalLock.EnsureAsync(road.Admin, open, Token);
        var shut = await new AppDirectory(road.Admin).FindOwnAsync(app.ClientId, Token);
        Assert.True(shut!.ServicePrincipalLockConfiguration is { IsEnabled: true, AllProperties: true });
    }

    private static bool IsSilent(HttpRequestMessage request) =>
        request.RequestUri!.Host == "graph.microsoft.com" && (request.Method == HttpMethod.Delete || request.Method == HttpMethod.Patch
            || request.Method == HttpMethod.Put || request.RequestUri.AbsolutePath.EndsWith("/removePassword", StringComparison.Ordinal)
            || request.RequestUri.AbsolutePath.EndsWith("/$ref", StringComparison.Ordinal));

    private static HttpResponseMessage Nothing()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.NoContent);
        answer.Headers.Add("request-id", Guid.NewGuid().ToString());
        return answer;
    }
}
