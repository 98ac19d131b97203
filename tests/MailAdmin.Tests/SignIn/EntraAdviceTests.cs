using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.SignIn;

/// <summary>The numbers that admins of mail apps meet, from https://learn.microsoft.com/entra/identity-platform/reference-error-codes.</summary>
public sealed partial class EntraAdviceTests
{
    // Those that are not on that page, and come from its neighbors and from reports: those of clients and certificates, and those of
    // workload identity federation (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations).
    private static readonly int[] OffThePage =
    [
        900023, 700021, 700024, 1002012, 7000216, 7000229, 500014, 650053, 501051, 500113, 1000502, 500200, 70021, 700211, 700212, 700213,
    ];

    private static readonly SignInSituation[] Situations =
    [
        .. Enum.GetValues<SignInFlow>().SelectMany(flow => Cloud.All.Select(cloud => new SignInSituation(cloud, "contoso.com")
        {
            Flow = flow, ClientId = "11111111-2222-3333-4444-555555555555", Scope = cloud.MailScope,
        })),
    ];

    private static readonly string[] KnownOfGraph =
    [
        "ErrorAccessDenied", "Authorization_RequestDenied", "MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "ErrorInvalidUser",
        "ErrorItemNotFound", "ErrorCannotDeleteObject", "ErrorSendAsDenied", "SyncStateNotFound", "ApplicationThrottled", "MailboxConcurrency",
        "IncomingBytes", "ResourceNotFound", "Request_ResourceNotFound", "CredentialInvalidLifetimeAsPerAppPolicy", "CredentialTypeNotAllowedAsPerAppPolicy",
    ];

    /// <summary>The codes of Microsoft's page: the file has its name and date. A yes without advice is a red test.</summary>
    [Fact]
    public void Every_code_of_the_page_that_applies_has_advice_and_no_other_has()
    {
        var lines = File.ReadAllLines(Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "SignIn", "entra-error-codes.csv"));
        Assert.Matches(@"^# .*ms\.date \d\d/\d\d/\d{4}$", lines[0]);
        var rows = lines.Where(l => !l.StartsWith('#')).Skip(1).Select(l => l.Split(',', 4)).ToArray();
        Assert.True(rows.Length > 300);
        Assert.All(rows, r => Assert.True(r[2] == "yes" ? r[3].Length == 0 : r[2] == "no" && r[3].Length > 10, r[0]));
        var applying = rows.Where(r => r[2] == "yes").Select(r => int.Parse(r[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(applying.Concat(OffThePage).Order(), EntraAdvice.Known.Order());
    }

    [Fact]
    public void Every_known_number_has_cause_and_advice_in_every_situation() => Assert.All(EntraAdvice.Known, number => Assert.All(Situations, s =>
    {
        var meaning = EntraAdvice.Of(number, null, s);
        Assert.NotEqual(MailCheckReason.Other, meaning.Reason);
        Assert.EndsWith(".", meaning.Advice, StringComparison.Ordinal);
        Assert.True(meaning.Cause is null || meaning.Cause.EndsWith('.'), $"{number}: {meaning.Cause}");
        Assert.DoesNotContain("  ", meaning.Remedy?.CommandLine ?? "", StringComparison.Ordinal);
    }));

    [Fact]
    public void Every_OAuth_error_has_a_default()
    {
        string[] errors =
        [
            "invalid_request", "invalid_grant", "unauthorized_client", "invalid_client", "unsupported_grant_type", "invalid_resource",
            "interaction_required", "temporarily_unavailable", "invalid_scope", "access_denied", "authorization_pending",
            "authorization_declined", "expired_token", "bad_verification_code", "consent_required", "server_error",
        ];
        Assert.Equal(errors.Order(), EntraAdvice.Errors.Order());
        Assert.All(errors, e => Assert.NotEqual(MailCheckReason.Other, EntraAdvice.Of(9999999, e, Situations[0]).Reason));
        Assert.Equal(MailCheckReason.Other, EntraAdvice.Of(null, null, Situations[0]).Reason);
    }

    /// <summary>The same number in another flow has another cause and next step: what was tried isn't recommended again.</summary>
    [Theory]
    [InlineData(53003, SignInFlow.DeviceCode, MailCheckReason.ConditionalAccess, "Sign in with a browser", "Connect-MailAdmin -TenantId contoso.com -ClientId 11111111-2222-3333-4444-555555555555")]
    [InlineData(53003, SignInFlow.Browser, MailCheckReason.ConditionalAccess, "from a place or a device", null)]
    [InlineData(53003, SignInFlow.ClientSecret, MailCheckReason.ConditionalAccess, "exclude the workload identity", null)]
    [InlineData(50076, SignInFlow.DeviceCode, MailCheckReason.InteractionRequired, "Sign in with a browser", "Connect-MailAdmin -TenantId contoso.com -ClientId 11111111-2222-3333-4444-555555555555")]
    [InlineData(50076, SignInFlow.Browser, MailCheckReason.InteractionRequired, "complete multi-factor authentication in the window", "Connect-MailAdmin -TenantId contoso.com -ClientId 11111111-2222-3333-4444-555555555555")]
    [InlineData(50076, SignInFlow.Certificate, MailCheckReason.InteractionRequired, "an app's own identity", null)]
    [InlineData(700024, SignInFlow.FederatedToken, MailCheckReason.CredentialExpired, "new token from the provider", null)]
    [InlineData(700024, SignInFlow.Certificate, MailCheckReason.CredentialExpired, "clock of this computer", null)]
    [InlineData(7000218, SignInFlow.DeviceCode, MailCheckReason.CredentialUnexpected, "Allow public client flows", "Initialize-MailAdmin -DeviceCode")]
    [InlineData(7000218, SignInFlow.ClientSecret, MailCheckReason.CredentialUnexpected, "-ClientSecret or a certificate", "Get-MailAppCredential -App 11111111-2222-3333-4444-555555555555")]
    [InlineData(53000, SignInFlow.DeviceCode, MailCheckReason.DeviceNotAccepted, "browser on a compliant device", "Connect-MailAdmin -TenantId contoso.com -ClientId 11111111-2222-3333-4444-555555555555")]
    [InlineData(53000, SignInFlow.Browser, MailCheckReason.DeviceNotAccepted, "Intune", "Connect-MailAdmin -TenantId contoso.com -ClientId 11111111-2222-3333-4444-555555555555")]
    [InlineData(50057, SignInFlow.Browser, MailCheckReason.AccountBlocked, "shared mailbox's account stays disabled", null)]
    [InlineData(7000215, SignInFlow.ClientSecret, MailCheckReason.CredentialWrong, "not its ID", "New-MailAppSecret -App 11111111-2222-3333-4444-555555555555")]
    [InlineData(700027, SignInFlow.Certificate, MailCheckReason.CredentialWrong, "not uploaded to this app", "New-MailAppCertificate -App 11111111-2222-3333-4444-555555555555")]
    [InlineData(650052, SignInFlow.ClientSecret, MailCheckReason.ResourceMissing, "Initialize-MailAdmin -ExchangeOnline", "Initialize-MailAdmin -ExchangeOnline")]
    [InlineData(500011, SignInFlow.Certificate, MailCheckReason.ResourceMissing, "Initialize-MailAdmin -ExchangeOnline", "Initialize-MailAdmin -ExchangeOnline")]
    [InlineData(650056, SignInFlow.Browser, MailCheckReason.ConsentMissing, "consent again", "Grant-MailAppConsent -App 11111111-2222-3333-4444-555555555555")]
    [InlineData(700025, SignInFlow.Browser, MailCheckReason.CredentialUnexpected, "leave it out", "Connect-MailAdmin -TenantId contoso.com -ClientId 11111111-2222-3333-4444-555555555555")]
    [InlineData(65001, SignInFlow.ClientSecret, MailCheckReason.ConsentMissing, "Grant-MailAppConsent", "Grant-MailAppConsent -App 11111111-2222-3333-4444-555555555555")]
    [InlineData(7000112, SignInFlow.ClientSecret, MailCheckReason.AppDisabled, "Then enable it", "Set-MailAppRegistration -App 11111111-2222-3333-4444-555555555555 -Enabled $true")]
    [InlineData(7000229, SignInFlow.ClientSecret, MailCheckReason.ServicePrincipalMissing, "enterprise application", "New-MailAppRegistration -Name 11111111-2222-3333-4444-555555555555 -App 11111111-2222-3333-4444-555555555555")]
    public void Advice_is_by_situation(int code, object flow, MailCheckReason reason, string advice, string? remedy)
    {
        var meaning = EntraAdvice.Of(code, "invalid_grant", Situations.First(s => s.Flow == (SignInFlow)flow));
        Assert.Equal((reason, remedy), (meaning.Reason, meaning.Remedy?.CommandLine));
        Assert.Contains(advice, meaning.Advice, StringComparison.Ordinal);
    }

    /// <summary>Codes that administrators met and that once had no advice: each has its own, not the default, and Microsoft's page.</summary>
    [Theory]
    [InlineData(700024)]
    [InlineData(500133)]
    [InlineData(50059)]
    [InlineData(7000229)]
    [InlineData(500014)]
    [InlineData(650053)]
    [InlineData(501051)]
    [InlineData(500113)]
    [InlineData(1000502)]
    [InlineData(53000)]
    [InlineData(53001)]
    [InlineData(53011)]
    [InlineData(50072)]
    [InlineData(50074)]
    [InlineData(50078)]
    [InlineData(50097)]
    [InlineData(50158)]
    [InlineData(50199)]
    [InlineData(50128)]
    [InlineData(50133)]
    [InlineData(500200)]
    [InlineData(700084)]
    public void A_code_of_the_cases_has_its_own_cause_and_advice_and_the_page(int code) => Assert.All(Situations, s =>
    {
        var (own, other) = (EntraAdvice.Of(code, "invalid_grant", s), EntraAdvice.Of(9999999, "invalid_grant", s));
        Assert.NotNull(own.Cause);
        Assert.NotEqual(MailCheckReason.Other, own.Reason);
        Assert.NotEqual(other.Advice, own.Advice);
        var refused = EntraErrors.From(
            400, $$"""{"error":"invalid_grant","error_description":"AADSTS{{code}}: Text.","error_codes":[{{code}}]}""", Cloud.Of(MailEnvironment.Global));
        Assert.NotEqual(MailCheckReason.Other, refused.Reason);
        Assert.Equal($"https://login.microsoftonline.com/error?code={code}", refused.HelpUri?.ToString());
    });

    [Fact]
    public void Every_known_code_of_Graph_has_advice() =>
        Assert.All(KnownOfGraph, code => Assert.True(GraphAdvice.For(code, 400)?.Length > 20, code));

    [Fact]
    public void An_unknown_number_gets_a_sensible_default_and_keeps_what_the_service_said()
    {
        var refused = EntraErrors.From(400, """
            {"error":"invalid_request","error_description":"AADSTS9999999: Something new happened. Trace ID: 11111111-2222-3333-4444-555555555555 Correlation ID: 66666666-7777-8888-9999-000000000000 Timestamp: 2026-01-01 00:00:00Z",
             "error_codes":[9999999],"trace_id":"11111111-2222-3333-4444-555555555555","correlation_id":"66666666-7777-8888-9999-000000000000"}
            """, Cloud.Of(MailEnvironment.Global));

        Assert.Equal(EntraAdvice.Of(null, "invalid_request", Situations[0]).Advice, refused.Advice);
        Assert.Equal(MailCheckReason.RequestInvalid, refused.Reason);
        Assert.Equal("AADSTS9999999: Something new happened.", refused.Message);
        Assert.Equal(("AADSTS9999999", "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"), (refused.SubCode, refused.RequestId, refused.CorrelationId));
        Assert.Equal("https://login.microsoftonline.com/error?code=9999999", refused.HelpUri?.ToString());
    }

    [Fact]
    public void Nothing_but_the_advice_names_a_number()
    {
        // "Apps that take a dependency on text or error code numbers will be broken over time": numbers stand in comments and texts only.
        var branching = Directory.EnumerateFiles(Path.Combine(ArchitectureTests.FindRoot(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => f.Contains("MailAdmin.Core", StringComparison.Ordinal) || f.Contains($"{Path.DirectorySeparatorChar}MailAdmin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !Path.GetFileName(f).StartsWith("EntraRows", StringComparison.Ordinal))
            .SelectMany(f => File.ReadAllLines(f).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal) && Branch().IsMatch(l)).Select(l => $"{Path.GetFileName(f)}: {l.Trim()}"));
        Assert.Empty(branching);
    }

    /// <summary>A comparison or a pattern with a sub-code, or a text that begins with one.</summary>
    [GeneratedRegex("""(SubCode\s*(==|!=|is\b|\.(Equals|Contains|StartsWith|EndsWith)))|"AADSTS\d""")]
    private static partial Regex Branch();
}
