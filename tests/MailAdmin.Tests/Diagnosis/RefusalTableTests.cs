using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>
/// Each refusal of https://learn.microsoft.com/entra/identity-platform/reference-error-codes and https://learn.microsoft.com/graph/errors
/// that Test-MailboxConnection can meet: what brings it about, and the code, cause and advice that it tells, by the service's words
/// alone. What a session finds that can ask Entra and Exchange is in <see cref="OneCauseTests"/>.
/// </summary>
/// <remarks>
/// These are met elsewhere, because the test of a connection only reads: ErrorSendAsDenied by state, 413 and the limit of uploads
/// (sending, GraphMailSenderTests); ErrorCannotDeleteObject by state and the missing ErrorItemNotFound (filing, MailboxTests and
/// GraphRefusalTests); SyncStateNotFound (delta, DeltaTests); "The process failed to get the correct properties."
/// (mailboxSettings, GraphRefusalTests); Request_ResourceNotFound and the two CredentialInvalidLifetime… and
/// CredentialTypeNotAllowedAsPerAppPolicy (registering, AppProvisionerTests). What they are told is held by
/// <see cref="A_refusal_off_this_road_has_its_advice"/>. The faults SendAsDenied, CannotDelete and MessageMissing strike reading, too,
/// and so are in the table.
/// </remarks>
public sealed class RefusalTableTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>How it is brought about (by a state that is named here, or by a fault of the sandbox), where, and what is told.</summary>
    public static TheoryData<string, string, string, string, string> Table => new()
    {
        // Entra, by state
        { "secret's id as secret", "Token", "AADSTS7000215", "does not accept the app's secret", "value, not its id" },
        { "expired secret", "Token", "AADSTS7000222", "are expired", "Create a new secret" },
        { "unknown app", "Token", "AADSTS700016", "was not found in the directory", "Check client id and tenant id" },
        { "unknown tenant", "Endpoint", "AADSTS90002", "doesn't have the tenant 'fabrikam.example'", "each national cloud has tenants of its own" },
        { "no tenant's name", "Endpoint", "AADSTS900023", "neither a valid DNS name", "GUID or one of its verified domains" },
        { "tenant of another cloud", "Endpoint", "AADSTS900382", "not supported in Cross Cloud request", "choose it with -Environment" },
        { "tenant that is not in China", "Endpoint", "AADSTS90002", "not found", "the cloud (-Environment)" },
        { "disabled app", "Token", "AADSTS7000112", "is disabled", "enterprise application is disabled" },
        { "certificate that was not uploaded", "Token", "AADSTS700027", "does not accept the app's certificate", "not uploaded to this app" },
        { "Exchange without service principal", "Token", "AADSTS500011", "was not found in the tenant", "service principal of Office 365 Exchange Online" },

        // Entra, by fault
        { "TenantMissing", "Token", "AADSTS90002", "Tenant not found", "Check the tenant id" },
        { "TenantInOtherCloud", "Token", "AADSTS90038", "another National Cloud", "choose it with -Environment" },
        { "CrossCloudClient", "Token", "AADSTS900382", "Cross Cloud", "choose it with -Environment" },
        { "CrossCloudSignIn", "Token", "AADSTS900432", "Cross Cloud", "the app's own cloud" },
        { "ParameterMissing", "Token", "AADSTS900144", "must contain the following parameter: 'scope'", "lacks a parameter" },
        { "ConsentMissing", "Token", "AADSTS65001", "has not consented", "Grant-MailAppConsent" },
        { "ConsentDeclined", "Token", "AADSTS65004", "declined to consent", "ask an admin to consent" },
        { "AdminConsentRequired", "Token", "AADSTS90094", "must grant the permissions", "An admin must consent" },
        { "AdminConsentRequested", "Token", "AADSTS90095", "must approve the app", "An admin must approve" },
        { "ResourceNotConfigured", "Token", "AADSTS65005", "required resource access list", "correct its required permissions" },
        { "ResourceNotSubscribed", "Token", "AADSTS650052", "lacks a service principal", "service principal is missing" },
        { "AppMisconfigured", "Token", "AADSTS650056", "Misconfigured application", "consent again" },
        { "ResourceInvalid", "Token", "AADSTS650057", "not listed in the requested permissions", "add the permission, or correct the scope" },
        { "UserMissing", "Token", "AADSTS50034", "does not exist in the directory", "check user principal name and tenant" },
        { "PasswordWrong", "Token", "AADSTS50126", "invalid username or password", "an app's own identity" },
        { "AccountLocked", "Token", "AADSTS50053", "account is locked", "unlock it" },
        { "PasswordExpired", "Token", "AADSTS50055", "password is expired", "change it" },
        { "PasswordMissing", "Token", "AADSTS50056", "null password", "sign in with a browser or device code" },
        { "AccountDisabled", "Token", "AADSTS50057", "account is disabled", "enable it" },
        { "MfaRequired", "Token", "AADSTS50076", "must use multi-factor authentication", "an app's own identity" },
        { "MfaEnrollment", "Token", "AADSTS50079", "must enroll", "sign in with a browser once" },
        { "UserNotAssigned", "Token", "AADSTS50105", "specifically granted ('assigned')", "assign the user" },
        { "GrantRevoked", "Token", "AADSTS50173", "being revoked", "sign in again" },
        { "SignInLoop", "Token", "AADSTS50196", "client request loop", "keep and reuse a token" },
        { "AssertionIssuer", "Token", "AADSTS700021", "does not match 'client_id'", "issuer and subject must both be the client id" },
        { "AssertionAudience", "Token", "AADSTS700023", "audience claim does not match", "must be the token endpoint" },
        { "RefreshTokenIdle", "Token", "AADSTS700082", "was not used for 90 days", "an app's own identity" },
        { "RefreshTokenExpired", "Token", "AADSTS70008", "has expired due to inactivity", "keep the newest refresh token" },
        { "ScopeInvalid", "Token", "AADSTS70011", "'scope' is not valid", "misspelled or mixes resources" },
        { "ScopeNotValidForToken", "Token", "AADSTS28002", "specify a valid scope", "empty or invalid" },
        { "ScopeEmpty", "Token", "AADSTS28003", "cannot be empty", "scope is empty" },
        { "ScopeNotDefault", "Token", "AADSTS1002012", "/.default suffixed", "\"/.default\"" },
        { "CredentialMissing", "Token", "AADSTS7000218", "'client_assertion' or 'client_secret'", "Send a client secret or an assertion" },
        { "PublicClientSecret", "Token", "AADSTS700025", "Client is public", "leave it out" },
        { "SeveralResources", "Token", "AADSTS700022", "more than one resource", "One token is for one resource" },
        { "RedirectMismatch", "Token", "AADSTS50011", "redirect URI", "Register exactly the redirect URI" },
        { "SingleTenantApp", "Token", "AADSTS50194", "not configured as a multi-tenant application", "not /common" },
        { "WorkAccountsOnly", "Token", "AADSTS9002332", "Microsoft Entra users only", "not /consumers" },
        { "DeviceCodePending", "Token", "AADSTS70016", "Authorization is pending", "not finished at the device page" },
        { "DeviceCodeInvalid", "Token", "AADSTS70018", "Invalid verification code", "start again" },
        { "DeviceCodeExpired", "Token", "AADSTS70019", "Verification code expired", "start again" },
        { "SignInFrequency", "Token", "AADSTS70043", "sign-in frequency", "sign in again" },
        { "ConditionalAccess", "Token", "AADSTS53003", "Conditional Access policies", "read the sign-in log" },
        { "SecurityPolicy", "Token", "AADSTS530032", "Blocked by security policy", "an app's own identity" },
        { "SecurityDefaults", "Token", "AADSTS530035", "blocked by security defaults", "an app's own identity" },
        { "DelegatedAdminBlocked", "Token", "AADSTS530034", "account risk in their home tenant", "the partner's admin must clear it" },
        { "CodeRedeemed", "Token", "AADSTS54005", "already redeemed", "start the sign-in again" },
        { "SignInThrottled", "Token", "AADSTS90055", "too many incoming requests", "wait and try again" },
        { "SignInUnavailable", "Token", "AADSTS90033", "transient error", "wait and try again" },
        { "AssertionInvalid", "Token", "AADSTS50012", "failed signature validation", "key id and dates" },
        { "CertificateInvalid", "Token", "AADSTS700030", "Invalid certificate", "key id and dates" },
        { "UserOfOtherTenant", "Token", "AADSTS50020", "does not exist in the tenant", "use the right tenant" },
        { "WrongAccountType", "Token", "AADSTS90072", "external identity provider", "use the right tenant" },
        { "GrantInvalid", "Token", "AADSTS70000", "invalid or malformed", "ask Microsoft's support" },

        // Graph, by state
        { "nothing granted", "Mailbox", "ErrorAccessDenied", "Its token contains no role for mail", "Check the app's permissions" },
        { "user without mailbox", "Mailbox", "MailboxNotEnabledForRESTAPI", "has no active mailbox in Exchange Online", "Exchange Online license" },
        { "no such user", "Mailbox", "ErrorInvalidUser", "The mailbox 'nobody@contoso.onmicrosoft.com' wasn't found", "ID or user principal name" },

        // Graph, by fault
        { "AccessDenied", "Mailbox", "ErrorAccessDenied", "doesn't include this mailbox", "up to 2 hours" },
        { "AccessPolicyDenied", "Mailbox", "ErrorAccessDenied", "An application access policy of the tenant", "policy or scope might exclude this mailbox" },
        { "DirectoryDenied", "Mailbox", "Authorization_RequestDenied", "Insufficient privileges", "Application Administrator" },
        { "MailboxInactive", "Mailbox", "MailboxNotEnabledForRESTAPI", "has no active mailbox in Exchange Online", "on-premises mailbox can't be accessed" },
        { "MailboxNotSupported", "Mailbox", "MailboxNotSupportedForRESTAPI", "not yet supported for this mailbox", "Graph doesn't support this type of mailbox" },
        { "InvalidUser", "Mailbox", "ErrorInvalidUser", "wasn't found in this tenant", "Check the address" },
        { "MessageMissing", "Message", "ErrorItemNotFound", "was not found in the store", "List the messages again" },
        { "CannotDelete", "Message", "ErrorCannotDeleteObject", "cannot be deleted", "deleted after the retention time" },
        { "SendAsDenied", "Mailbox", "ErrorSendAsDenied", "does not have the right to send mail", "grant Send As" },
        { "Throttled429", "Mailbox", "ApplicationThrottled", "MailboxConcurrency limit", "at most four requests at a time" },
        { "Throttled429NoRetryAfter", "Mailbox", "ApplicationThrottled", "MailboxConcurrency limit", "at most four requests at a time" },
        { "ServiceUnavailable503", "Mailbox", "serviceNotAvailable", "temporarily unavailable", "busy" },
        { "GatewayTimeout504", "Mailbox", "UnknownError", "did not receive a timely response", "download its attachments one by one" },
        { "MailboxStoreUnavailable", "Mailbox", "ErrorMailboxStoreUnavailable", "temporarily unavailable", "try again later" },
        { "ServerError500", "Mailbox", "ErrorInternalServerError", "internal server error", "Microsoft support" },
        { "BadGateway502", "Mailbox", "UnknownError", "Bad gateway", "Microsoft support" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_refusal_is_told_with_code_cause_and_advice(string what, string check, string code, string cause, string advice)
    {
        var clock = TenantClock.Manual(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var connection = await BringAboutAsync(road, what);

        var test = await ManualTime.RunAsync(clock, new MailboxTester(connection, "Inbox") { Explains = false }.RunAsync(Token));

        Assert.Equal(Verdict.Failed, test.Verdict);
        var failed = test.Checks.First(c => c.Status == CheckStatus.Failed);
        Assert.Equal((check, code), (failed.Name, failed.ServiceCode));
        Assert.Contains(cause, failed.Cause, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(advice, failed.Advice, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(failed.ServiceMessage!);
        Assert.NotNull(failed.RequestId);
        Assert.NotNull(failed.CorrelationId);
        Assert.Equal(code.StartsWith("AADSTS", StringComparison.Ordinal) ? $"error?code={code[6..]}" : null, failed.HelpUri?.PathAndQuery.TrimStart('/'));
        Assert.Equal((failed.Cause, failed.Advice, failed.Reason, failed.Remedy), (test.Cause, test.Advice, test.Reason, test.Remedy));
        Assert.NotNull(failed.Reason);
    }

    [Fact]
    public void Every_fault_of_the_services_that_strikes_this_road_is_in_the_table() => Assert.Empty(SandboxTenant.KnownFaults
        .Where(f => f.Where is FaultPoint.Entra or FaultPoint.Graph or FaultPoint.Mail && f.Segment is not ("delta" or "mailboxSettings"))
        .Select(f => f.Name).Except(Table.Select(row => row.Data.Item1)));

    [Theory]
    [InlineData("SyncStateNotFound", 410, "Start from the beginning")]
    [InlineData("RequestEntityTooLarge", 413, "upload session")]
    [InlineData("Request_ResourceNotFound", 404, "might not be returned yet")]
    [InlineData("ResourceNotFound", 404, "Check the name or ID")]
    [InlineData("CredentialInvalidLifetimeAsPerAppPolicy", 400, "shorter -SecretLifetime")]
    [InlineData("CredentialTypeNotAllowedAsPerAppPolicy", 400, "Use a certificate")]
    public void A_refusal_off_this_road_has_its_advice(string code, int status, string advice) =>
        Assert.Contains(advice, GraphAdvice.For(code, status), StringComparison.Ordinal);

    private static async Task<MailboxConnection> BringAboutAsync(EndToEnd road, string what)
    {
        var app = what == "nothing granted" ? await NarrowAsync(road) : await road.RegisterAsync("Graph/Mail.ReadWrite");
        switch (what)
        {
            case "nothing granted":
                return MailboxConnections.As(app, road.Mailbox);
            case "secret's id as secret":
                return MailboxConnections.As(app, road.Mailbox, secret: Secret.Close(app.SecretId!));
            case "expired secret":
                road.Tenant.Clock.Advance(TimeSpan.FromDays(200));
                return MailboxConnections.As(app, road.Mailbox);
            case "unknown app":
                return MailboxConnections.With(app.TenantId, Guid.NewGuid().ToString(), road.Mailbox, MailProtocol.Graph, null, road.Admin, app.ClientSecret, null);
            case "unknown tenant":
                return MailboxConnections.With("fabrikam.example", app.ClientId, road.Mailbox, MailProtocol.Graph, null, road.Admin, app.ClientSecret, null);
            case "no tenant's name":
                return MailboxConnections.With("our_tenant!", app.ClientId, road.Mailbox, MailProtocol.Graph, null, road.Admin, app.ClientSecret, null);
            case "tenant of another cloud":
                return MailboxConnections.With(app.TenantId, app.ClientId, road.Mailbox, MailProtocol.Graph, MailEnvironment.USGov, road.Admin, app.ClientSecret, null);
            case "tenant that is not in China":
                return MailboxConnections.With(app.TenantId, app.ClientId, road.Mailbox, MailProtocol.Graph, MailEnvironment.China, road.Admin, app.ClientSecret, null);
            case "disabled app":
                await road.PatchAsync($"servicePrincipals(appId='{app.ClientId}')", """{"accountEnabled":false}""");
                return MailboxConnections.As(app, road.Mailbox);
            case "certificate that was not uploaded":
                return MailboxConnections.As(app, road.Mailbox, certificate: NewCertificate(road.Tenant.Clock.GetUtcNow()));
            case "Exchange without service principal":
                road.Tenant.State.Directory.ServicePrincipals.RemoveAll(p => p.AppId == PermissionName.ExchangeAppId);
                return MailboxConnections.As(app, road.Mailbox, MailProtocol.Imap);
            case "user without mailbox":
                return MailboxConnections.As(app, "dana@contoso.onmicrosoft.com");
            case "no such user":
                return MailboxConnections.As(app, "nobody@contoso.onmicrosoft.com");
            default:
                road.Tenant.SetFault(what);
                return MailboxConnections.As(app, road.Mailbox);
        }
    }

    private static Task<MailAppRegistration> NarrowAsync(EndToEnd road) => new AppProvisioner(road.Admin).EnsureAsync(
        new AppSpecification { Name = "Narrow", Permissions = PermissionName.ParseAll(["Graph/Mail.ReadWrite"], []) }, Token);

    private static X509Certificate2 NewCertificate(DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=Invoices", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now, now.AddDays(90));
    }
}
