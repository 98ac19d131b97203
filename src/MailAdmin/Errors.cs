using System.Management.Automation;
using MailAdmin.Core.Mail;

namespace MailAdmin;

/// <summary>An error as a user sees it, free of PowerShell so that it can be tested as data.</summary>
/// <param name="Id">Stable; docs/Errors.md has a row for it.</param>
/// <param name="Category">PowerShell's category.</param>
/// <param name="Message">The message.</param>
/// <param name="Advice">The first step; null if the message contains it.</param>
internal sealed record ErrorDescription(string Id, ErrorCategory Category, string Message, string? Advice);

/// <summary>The only map from the library's exceptions to error ids, categories and advice.</summary>
internal static class Errors
{
    /// <summary>Whether it is a failure to report; anything else is a defect and must not be dressed up.</summary>
    public static bool IsOurs(Exception e) => e is MailAdminException;

    public static ErrorDescription Describe(Exception e) => e switch
    {
        ServiceRefusedException refused => Describe(refused),
        ConnectionLostException { MayRecover: false } lost =>
            new("ConnectionNotTrusted", ErrorCategory.SecurityError, lost.Message, lost.Advice),
        ConnectionLostException lost => new("ConnectionLost", ErrorCategory.ConnectionError, lost.Message, lost.Advice),
        UnexpectedResponseException { ForeignHost: not null } foreign =>
            new("ForeignNextLink", ErrorCategory.SecurityError, foreign.Message, foreign.Advice),
        UnexpectedResponseException other => new("UnexpectedResponse", ErrorCategory.ProtocolError, other.Message, other.Advice),
        InvalidRequestException invalid => new(invalid.Id, ErrorCategory.InvalidArgument, invalid.Message, invalid.Advice),
        _ => new("Unexpected", ErrorCategory.NotSpecified, e.Message, null),
    };

    /// <param name="e">The exception that was thrown.</param>
    /// <param name="target">The object of the error.</param>
    /// <param name="cmdlet">The cmdlet that reports it, whose least permissions are listed if the service denied it.</param>
    public static ErrorRecord ToRecord(Exception e, object? target, Type? cmdlet = null)
    {
        var description = Describe(e);
        description = description with { Advice = Recommendation(e, description.Advice, cmdlet) };
        return new ErrorRecord(e, description.Id, description.Category, target ?? (e as InvalidRequestException)?.Target)
        {
            // PowerShell shows the recommended action on a separate line.
            ErrorDetails = new ErrorDetails(description.Message) { RecommendedAction = description.Advice ?? "" },
        };
    }

    /// <summary>
    /// Returns the advice, with the required permissions if access was denied, and the next step as a command line.
    /// </summary>
    private static string? Recommendation(Exception e, string? advice, Type? cmdlet)
    {
        var parts = new List<string?> { advice };
        if (e is ServiceRefusedException { IsDenied: true } refused
            && cmdlet?.GetCustomAttributes(typeof(LeastPrivilegeAttribute), false) is [LeastPrivilegeAttribute least, ..])
        {
            parts.Add(refused.Service == "Exchange"
                ? least.ExchangeRole is { } group ? $"The command needs the role group {group}." : null
                : $"The command needs the permissions {least.Permission}"
                    + (least.EntraRole is { } role ? $", or for a user the role {role}." : "."));
        }

        if ((e as MailAdminException)?.Remedy is { } remedy
            && advice?.Contains(remedy.CommandLine, StringComparison.Ordinal) != true)
        {
            parts.Add($"Run: {remedy.CommandLine}");
        }

        return parts.All(string.IsNullOrEmpty) ? null : string.Join(' ', parts.Where(p => !string.IsNullOrEmpty(p)));
    }

    private static ErrorDescription Describe(ServiceRefusedException e)
    {
        var (id, category) = e switch
        {
            { Service: "Entra" } => ("SignInRefused", ErrorCategory.AuthenticationError),
            { Code: ImapCodes.AuthenticationFailed } or { HttpStatus: 401 } =>
                ("SignInRefused", ErrorCategory.AuthenticationError),
            { Code: ImapCodes.Throttled } or { HttpStatus: 429 } => ("Throttled", ErrorCategory.LimitsExceeded),
            { Code: ImapCodes.MessageUnreadable } => ("MessageUnreadable", ErrorCategory.ReadError),
            { HttpStatus: 403 } => ("AccessDenied", ErrorCategory.PermissionDenied),
            { HttpStatus: 404 } => ("NotFound", ErrorCategory.ObjectNotFound),
            { HttpStatus: 409 } => ("AlreadyExists", ErrorCategory.ResourceExists),
            { IsTransient: true } => ("ServiceUnavailable", ErrorCategory.ResourceUnavailable),
            _ => ("ServiceRefused", ErrorCategory.InvalidOperation),
        };
        var ids = string.Join(
            ", ", new[] { e.SubCode ?? e.Code, e.RequestId is null ? null : $"request ID {e.RequestId}" }.Where(
                s => !string.IsNullOrEmpty(s)));
        return new(id, category, ids.Length == 0 ? e.Message : $"{e.Message} ({ids})", e.Advice);
    }
}
