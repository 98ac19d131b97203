using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin;

/// <summary>Represents the destination of a sign-in: Microsoft 365, or a sandbox.</summary>
/// <param name="Wire">The way there.</param>
/// <param name="Cloud">Which cloud it is, or pretends to be.</param>
internal sealed record SignInPlace(Wire Wire, Cloud Cloud)
{
    /// <summary>The only tenant of a sandbox; null in Microsoft 365.</summary>
    public string? Tenant { get; private init; }

    /// <summary>The app that may administer a sandbox; null in Microsoft 365.</summary>
    public (string ClientId, SecureString Secret)? AdminApp { get; private init; }

    /// <summary>The sandbox; null in Microsoft 365.</summary>
    public MailSandbox? Sandbox { get; private init; }

    /// <summary>Microsoft 365.</summary>
    public static SignInPlace Real(MailEnvironment environment) => new(Wire.Real, Cloud.Of(environment));

    /// <summary>A sandbox in this process.</summary>
    /// <exception cref="InvalidRequestException">It is in another one.</exception>
    public static SignInPlace In(MailSandbox sandbox)
    {
        if (sandbox.Handle is not SandboxTenant tenant)
        {
            throw new InvalidRequestException("SandboxIsServed", $"Another process serves the sandbox {sandbox.Domain}.")
            {
                Target = sandbox,
                Advice = "Connect to it with -SandboxUri, -TrustedCertificate, and -ClientSecret, as `serve` printed them.",
            };
        }

        return new SignInPlace(tenant.Wire, Cloud.Of(tenant.Environment))
        {
            Tenant = tenant.Domain,
            AdminApp = (tenant.AdminApp.ClientId, Secret.Close(tenant.AdminApp.ClientSecret)),
            Sandbox = sandbox,
        };
    }

    /// <summary>A sandbox that another process serves.</summary>
    /// <param name="address">The address.</param>
    /// <param name="certificate">The one certificate that is trusted.</param>
    /// <param name="adminSecret">The secret of its admin app.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">The address isn't one.</exception>
    /// <exception cref="ServiceRefusedException">The secret is wrong.</exception>
    /// <exception cref="ConnectionLostException">It can't be reached, or its certificate is another one.</exception>
    public static async Task<SignInPlace> ServedAsync(
        Uri address, X509Certificate2 certificate, SecureString adminSecret, CancellationToken cancellationToken)
    {
        if (!address.IsAbsoluteUri || address.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidRequestException("SandboxUriInvalid", $"'{address.OriginalString}' isn't the address of "
                + "a sandbox.")
            {
                Target = address,
                Advice = "Specify it as `serve` printed it: https, host, and port.",
            };
        }

        var clock = new ServedClock();
        var wire = SandboxWire.To(
            address, certificate, http => new SandboxBrowser(http).OpenAsync, clock, clock.Watch);
        var served = new ServedSandbox(wire, Secret.Reveal(adminSecret));
        var facts = await served.GetFactsAsync(cancellationToken);
        clock.Follow(facts.Now);
        clock.AskBy(async token => (await served.GetFactsAsync(token)).Now);
        return new SignInPlace(wire, Cloud.Of(facts.Environment))
        {
            Tenant = facts.Domain,
            AdminApp = (facts.ClientId, adminSecret),
            Sandbox = served.Describe(facts),
        };
    }
}
