using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Errors of Exchange's admin endpoint that don't depend on the state of the sandbox, as open-source clients report them.
/// </summary>
internal static class ExchangeFaults
{
    public static Fault[] All { get; } =
    [
        Of("ExchangeBusy", 400, "Microsoft.Exchange.Data.Storage.ServerBusyException", "The server is busy. Try again later."),
        Of("ExchangeTooMany", 429, "Microsoft.Exchange.Configuration.Tasks.ThrottlingRejectedOperationException",
            "You have reached the maximum number of concurrent requests per tenant. Please wait and try again"),
    ];

    private static Fault Of(string name, int status, string type, string message) =>
        new(name, $"{status} {type[(type.LastIndexOf('.') + 1)..]}: {message}", FaultPoint.Exchange)
    {
        Refusal = () => new AdminRefusal(status, status == 429 ? "TooManyRequests" : "BadRequest", type, message),
    };
}
