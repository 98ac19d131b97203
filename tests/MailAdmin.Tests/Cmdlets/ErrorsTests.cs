using System.Management.Automation;

namespace MailAdmin.Tests.Cmdlets;

public class ErrorsTests
{
    public static TheoryData<Exception, string, ErrorCategory> Cases => new()
    {
        { Refused("Entra", "invalid_client", 401), "SignInRefused", ErrorCategory.AuthenticationError },
        { Refused("IMAP", "AUTHENTICATIONFAILED", 0), "SignInRefused", ErrorCategory.AuthenticationError },
        { Refused("Graph", "InvalidAuthenticationToken", 401), "SignInRefused", ErrorCategory.AuthenticationError },
        { Refused("Graph", "ErrorAccessDenied", 403), "AccessDenied", ErrorCategory.PermissionDenied },
        { Refused("Graph", "ErrorItemNotFound", 404), "NotFound", ErrorCategory.ObjectNotFound },
        { Refused("Graph", "Conflict", 409), "AlreadyExists", ErrorCategory.ResourceExists },
        { Refused("Graph", "ApplicationThrottled", 429), "Throttled", ErrorCategory.LimitsExceeded },
        { Refused("Graph", "ServiceUnavailable", 503), "ServiceUnavailable", ErrorCategory.ResourceUnavailable },
        { Refused("Graph", "Request_BadRequest", 400), "ServiceRefused", ErrorCategory.InvalidOperation },
        { new ConnectionLostException("gone") { Endpoint = "host" }, "ConnectionLost", ErrorCategory.ConnectionError },
        { new ConnectionLostException("no trust") { Endpoint = "host", MayRecover = false }, "ConnectionNotTrusted", ErrorCategory.SecurityError },
        { new UnexpectedResponseException("a page") { Service = "Graph", Endpoint = "host", HttpStatus = 403 }, "UnexpectedResponse", ErrorCategory.ProtocolError },
        { new InvalidRequestException("AmbiguousApp", "two"), "AmbiguousApp", ErrorCategory.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_exception_has_one_id_and_category(Exception e, string id, ErrorCategory category)
    {
        var description = Errors.Describe(e);
        Assert.Equal((id, category), (description.Id, description.Category));
        Assert.True(Errors.IsOurs(e));
    }

    [Fact]
    public void The_service_s_code_and_request_id_stand_behind_its_words() =>
        Assert.Equal(
            "Access is denied. (ErrorAccessDenied, request ID 42)",
            Errors.Describe(new ServiceRefusedException("Access is denied.") { Service = "Graph", Code = "ErrorAccessDenied", HttpStatus = 403, RequestId = "42" }).Message);

    [Fact]
    public void A_defect_is_not_dressed_up_as_a_failure_of_the_service() => Assert.False(Errors.IsOurs(new NullReferenceException()));

    private static ServiceRefusedException Refused(string service, string code, int status) =>
        new("no") { Service = service, Code = code, HttpStatus = status };
}
