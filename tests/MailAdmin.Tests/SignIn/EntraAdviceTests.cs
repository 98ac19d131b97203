using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.SignIn;

/// <summary>The numbers that admins of mail apps meet, from https://learn.microsoft.com/entra/identity-platform/reference-error-codes.</summary>
public sealed partial class EntraAdviceTests
{
    // Those that are not on that page, and come from its neighbours and from reports: 900023, 700021, 700023, 1002012 and those of
    // workload identity federation (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations): 70021, 700211, 700212, 700213.
    private static readonly int[] Known =
    [
        7000215, 7000222, 700016, 90002, 900023, 90038, 900382, 900432, 900144, 65001, 65004, 90094, 90095, 65005, 650052, 650056, 650057,
        50034, 50126, 50053, 50055, 50056, 50057, 50076, 50079, 50105, 50173, 50196, 500011, 7000112, 700027, 700021, 700023, 700082, 70008,
        70011, 28002, 28003, 1002012, 7000218, 700025, 700022, 50011, 50194, 9002332, 70016, 70018, 70019, 70043, 53003, 530032, 530035,
        530034, 54005, 90055, 50012, 700030, 50020, 90072, 70000, 90033, 70021, 700211, 700212, 700213, 501481, 7000216,
    ];

    private static readonly string[] KnownOfGraph =
    [
        "ErrorAccessDenied", "Authorization_RequestDenied", "MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "ErrorInvalidUser",
        "ErrorItemNotFound", "ErrorCannotDeleteObject", "ErrorSendAsDenied", "SyncStateNotFound", "ApplicationThrottled", "MailboxConcurrency",
        "IncomingBytes", "ResourceNotFound", "Request_ResourceNotFound", "CredentialInvalidLifetimeAsPerAppPolicy", "CredentialTypeNotAllowedAsPerAppPolicy",
    ];

    [Fact]
    public void Every_known_number_has_advice_of_its_own_and_no_other_has()
    {
        Assert.Equal(Known.Order(), EntraAdvice.Known.Order());
        Assert.All(Known, number => Assert.EndsWith(".", EntraAdvice.For(number), StringComparison.Ordinal));
    }

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

        Assert.Equal(EntraAdvice.Default, refused.Advice);
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
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.EndsWith("EntraAdvice.cs", StringComparison.Ordinal))
            .SelectMany(f => File.ReadAllLines(f).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal) && Branch().IsMatch(l)).Select(l => $"{Path.GetFileName(f)}: {l.Trim()}"));
        Assert.Empty(branching);
    }

    /// <summary>A comparison or a pattern with a sub-code, or a text that begins with one.</summary>
    [GeneratedRegex("""(SubCode\s*(==|!=|is\b|\.(Equals|Contains|StartsWith|EndsWith)))|"AADSTS\d""")]
    private static partial Regex Branch();
}
