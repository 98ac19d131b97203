using System.Net;
using System.Text.RegularExpressions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.SignIn;

/// <summary>docs/identity-platform/v2-oauth2-device-code.md of MicrosoftDocs/entra-docs; RFC 8628. MSAL as it is, on the tenant's clock.</summary>
public sealed class DeviceCodeSignInTests
{
    private readonly TenantClock _clock = TenantClock.Manual(TenantClient.Start);
    private readonly SandboxTenant _tenant;
    private string? _message;

    public DeviceCodeSignInTests() => _tenant = SandboxTenant.Create(new SandboxOptions { Clock = _clock });

    [Fact]
    public async Task It_polls_until_the_person_has_typed_the_code()
    {
        using var session = await WaitAsync(SignInAsync(), then: page => new SandboxBrowser(_tenant.Wire.Http).OpenAsync(page, Cancel));

        Assert.Equal((Person.Admin, _tenant.TenantId, UserSignIn.MicrosoftClientId), (session.Account, session.TenantId, session.ClientId));
        Assert.InRange(_clock.GetUtcNow() - TenantClient.Start, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20));
        Assert.Contains("enter the code", _message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_the_code_has()
    {
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => ManualTime.RunAsync(_clock, SignInAsync()));

        Assert.Equal(("expired_token", "AADSTS70019"), (refused.Code, refused.SubCode));
        Assert.InRange(_clock.GetUtcNow() - TenantClient.Start, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
    }

    [Fact]
    public async Task It_ends_when_the_person_declines()
    {
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => WaitAsync(SignInAsync(), async page =>
        {
            using var http = new HttpClient(_tenant.Wire.Http, disposeHandler: false);
            var user = _tenant.State.Directory.Users.Single(u => (string?)u.Json["userPrincipalName"] == Person.Admin).Id;
            using var answer = await http.PostAsync(page, new FormUrlEncodedContent([new("user", user), new("decision", "decline")]), Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }));

        Assert.Equal(("authorization_declined", "AADSTS65004"), (refused.Code, refused.SubCode));
    }

    [Fact]
    public async Task It_slows_down_when_it_is_told_to()
    {
        var wire = _tenant.Alone(TooFast);

        using var session = await WaitAsync(SignInAsync(wire), page => new SandboxBrowser(_tenant.Wire.Http).OpenAsync(page, Cancel));

        // Three waits of ten seconds each instead of five.
        Assert.InRange(_clock.GetUtcNow() - TenantClient.Start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_code_that_nobody_gave_out_signs_nobody_in()
    {
        using var http = new HttpClient(_tenant.Wire.Http, disposeHandler: false);

        using var answer = await http.GetAsync("https://login.microsoftonline.com/common/oauth2/deviceauth?otc=AAAAAAAAA", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<Session> SignInAsync(Core.Base.Wire? wire = null) => _tenant.SignInAsync(
        new DeviceCodeSignIn(null, Person.Admin, DelegatedScopes.ForAdmin(Person.CloudOf(_tenant)), message => _message = message), wire ?? _tenant.Alone());

    /// <summary>Lets time pass whenever somebody waits; at the third time the person opens the page of the message.</summary>
    private async Task<Session> WaitAsync(Task<Session> signIn, Func<Uri, Task> then)
    {
        for (var waits = 0; !signIn.IsCompleted; await Task.Yield())
        {
            if (_clock.NextDue is { } due)
            {
                _clock.Advance(due - _clock.GetUtcNow());
                if (++waits == 3)
                {
                    var told = Regex.Match(_message!, "open the page (?<page>[^ ]+) and enter the code (?<code>[^ ]+) ");
                    await then(new Uri($"{told.Groups["page"].Value}?otc={told.Groups["code"].Value}&login_hint={Person.Admin}"));
                }
            }
        }

        return await signIn;
    }

    /// <summary>A service that says once that it is asked too often.</summary>
    private static Relay TooFast(HttpMessageHandler inner)
    {
        var isTold = false;
        return new Relay(inner)
        {
            Before = (request, _) =>
            {
                if (isTold || !request.RequestUri!.AbsolutePath.EndsWith("/token", StringComparison.Ordinal))
                {
                    return Task.FromResult<HttpResponseMessage?>(null);
                }

                isTold = true;
                return Task.FromResult<HttpResponseMessage?>(
                    new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent("""{"error":"slow_down"}""") });
            },
        };
    }
}
