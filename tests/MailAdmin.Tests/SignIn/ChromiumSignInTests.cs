using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.SignIn;

/// <summary>The browser flow as people have it: MSAL, a served sandbox, and a real browser.</summary>
[Trait("Network", "Loopback")]
public sealed class ChromiumSignInTests(ServedProcess server) : IClassFixture<ServedProcess>
{
    [Fact]
    public async Task A_person_signs_in_with_a_real_browser()
    {
        Assert.SkipWhen(Chromium.Program is null, "chromium is not on PATH");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        await using var browser = await Chromium.StartAsync(server.Port, server.Certificate, patience.Token);
        var served = server.Wire();
        var wire = new Wire(served.Http, served.OpenStream, served.Time) { IsSandbox = true, TrustedCertificate = served.TrustedCertificate, OpenBrowser = browser.OpenAsync };
        var cloud = Cloud.Of(MailEnvironment.Global);

        using var session = await Session.SignInAsync(
            wire, cloud, UserSignIn.AnyTenant, new BrowserSignIn(null, Person.Admin, DelegatedScopes.ForAdmin(cloud)), patience.Token);

        Assert.Equal((Person.Admin, UserSignIn.MicrosoftClientId), (session.Account, session.ClientId));
        var app = await new AppProvisioner(session).EnsureAsync(new AppSpecification { Name = "Made with a browser" }, patience.Token);
        Assert.Equal(ChangeKind.Created, app.Change);
        Assert.Contains(browser.Pages, p => p.StartsWith("Sign in | Sign in to Microsoft Graph Command Line Tools", StringComparison.Ordinal));
        Assert.Contains(browser.Pages, p => p.StartsWith("Permissions requested |", StringComparison.Ordinal) && p.Contains("Application.ReadWrite.All", StringComparison.Ordinal));
    }
}
