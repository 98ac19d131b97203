using System.Web;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.SignIn;

/// <summary>docs/identity-platform/v2-oauth2-auth-code-flow.md of MicrosoftDocs/entra-docs. MSAL as it is, and a browser that speaks HTTP.</summary>
[Trait("Network", "Loopback")]
public sealed class BrowserSignInTests
{
    private readonly SandboxTenant _tenant = SandboxTenant.Create(new SandboxOptions());
    private readonly List<Uri> _opened = [];

    [Fact]
    public async Task A_person_signs_in_and_administers_apps()
    {
        using var session = await _tenant.SignInAsync(Browser(Person.Admin), WireWith());

        Assert.Equal((Person.Admin, UserSignIn.MicrosoftClientId), (session.Account, session.ClientId));
        var app = await new AppProvisioner(session).EnsureAsync(new AppSpecification { Name = "Made by Dana" }, Cancel);
        Assert.Equal(ChangeKind.Created, app.Change);
        var asked = HttpUtility.ParseQueryString(Assert.Single(_opened).Query);
        Assert.Equal(("code", "S256", "form_post"), (asked["response_type"], asked["code_challenge_method"], asked["response_mode"]));
        Assert.StartsWith("http://localhost:", asked["redirect_uri"], StringComparison.Ordinal);
        Assert.Equal(Person.Admin, asked["login_hint"]);
        Assert.Equal(
            [.. DelegatedScopes.ForAdmin(session.Cloud).Concat(["offline_access", "openid", "profile"]).Order(StringComparer.Ordinal)],
            asked["scope"]!.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tokens_are_renewed_without_the_browser_until_the_refresh_token_ends()
    {
        using var session = await _tenant.SignInAsync(Browser(Person.Admin), WireWith());
        var first = await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel);

        for (var day = 0; day < 200; day += 50)
        {
            _tenant.Clock.Advance(TimeSpan.FromDays(50));
            var next = await session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel);
            Assert.NotEqual(first.Value, next.Value);
            Assert.True(next.ExpiresAt > _tenant.Clock.GetUtcNow() + TimeSpan.FromMinutes(50));
        }

        _tenant.Clock.Advance(TimeSpan.FromDays(91));
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => session.Tokens.GetAsync(session.Cloud.GraphScope, fresh: false, Cancel).AsTask());
        Assert.Equal("AADSTS700082", refused.SubCode);
        Assert.Single(_opened);
    }

    [Fact]
    public async Task Who_declines_is_told_so()
    {
        var wire = WireWith(async (page, cancellationToken) =>
        {
            // The page without a decision is the consent page; a person who presses Cancel there sends this.
            var declining = new SandboxBrowser(Declining(_tenant.Wire.Http));
            await declining.OpenAsync(page, cancellationToken);
        });

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => _tenant.SignInAsync(Browser(Person.Admin), wire));

        Assert.Equal(("access_denied", "AADSTS65004"), (refused.Code, refused.SubCode));
        Assert.Equal("AADSTS65004: User declined to consent to access the app.", refused.Message);
        Assert.True(Guid.TryParse(refused.RequestId, out _));
    }

    [Fact]
    public async Task Who_is_no_admin_can_not_consent_to_administration()
    {
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => _tenant.SignInAsync(Browser(Person.Alice), WireWith()));

        Assert.Equal("AADSTS90094", refused.SubCode);
        Assert.Contains("admin must consent", refused.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MfaRequired", "AADSTS50076")]
    [InlineData("MfaEnrollment", "AADSTS50079")]
    [InlineData("ConditionalAccess", "AADSTS53003")]
    public async Task A_policy_that_keeps_a_person_out_is_told(string fault, string code)
    {
        _tenant.SetFault(fault);

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => _tenant.SignInAsync(Browser(Person.Admin), WireWith()));

        Assert.Equal(code, refused.SubCode);
    }

    /// <summary>A shared mailbox has an account that can't sign in, and a stranger has none: no wait for a page without an answer.</summary>
    [Theory]
    [InlineData("invoices@contoso.onmicrosoft.com", "AADSTS50057")]
    [InlineData("nobody@contoso.onmicrosoft.com", "AADSTS50034")]
    public async Task An_account_that_can_t_sign_in_is_refused_at_once(string account, string code)
    {
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(
            () => _tenant.SignInAsync(Browser(account), WireWith()).WaitAsync(TimeSpan.FromMinutes(1), Cancel));

        Assert.Equal(code, refused.SubCode);
        Assert.NotNull(refused.Advice);
    }

    /// <summary>MSAL opens the browser itself here; it opens none for root under sudo, nor where no opener is installed.</summary>
    [Fact]
    public async Task Where_no_browser_can_be_opened_the_device_code_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux can a browser be missing.");
        var wire = new Wire(_tenant.Wire.Http, _tenant.Wire.OpenStream, _tenant.Wire.Time) { IsSandbox = true };
        var before = Environment.GetEnvironmentVariable("SUDO_USER");
        Environment.SetEnvironmentVariable("SUDO_USER", "dana");
        try
        {
            var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => _tenant.SignInAsync(Browser(Person.Admin), wire));

            Assert.Equal("NoBrowser", refused.Id);
            Assert.Contains("-DeviceCode", refused.Advice, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SUDO_USER", before);
        }
    }

    [Fact]
    public async Task Every_cloud_signs_people_in()
    {
        foreach (var environment in Enum.GetValues<MailEnvironment>())
        {
            var tenant = SandboxTenant.Create(new SandboxOptions { Environment = environment });
            using var session = await tenant.SignInAsync(new BrowserSignIn(null, Person.Admin, DelegatedScopes.ForAdmin(Cloud.Of(environment))));
            Assert.Equal(Person.Admin, session.Account);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BrowserSignIn Browser(string user) => new(null, user, DelegatedScopes.ForAdmin(Person.CloudOf(_tenant)));

    private Wire WireWith(Func<Uri, CancellationToken, Task>? open = null) => new(_tenant.Wire.Http, _tenant.Wire.OpenStream, _tenant.Wire.Time)
    {
        IsSandbox = true,
        OpenBrowser = (page, cancellationToken) =>
        {
            _opened.Add(page);
            return (open ?? _tenant.Wire.OpenBrowser!)(page, cancellationToken);
        },
    };

    /// <summary>Presses the second button where a page has two.</summary>
    private static Relay Declining(HttpMessageHandler inner) => new(inner)
    {
        Before = async (request, cancellationToken) =>
        {
            if (request.Content is { } content && (await content.ReadAsStringAsync(cancellationToken)) is var form && form.Contains("decision=accept", StringComparison.Ordinal))
            {
                request.Content = new StringContent(form.Replace("decision=accept", "decision=decline", StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
            }

            return null;
        },
    };
}
