namespace MailAdmin.Core.Service;

/// <summary>What to do about a Graph error code, for people.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/resolve-auth-errors and
/// https://learn.microsoft.com/graph/auth-limit-mailbox-access.
/// </remarks>
internal static class GraphAdvice
{
    public const string Default = "Give the request id to Microsoft's support.";

    /// <summary>What to do about "Access to OData is disabled": a policy or scope may exclude this mailbox.</summary>
    public const string PolicyDenied = "A policy or scope may exclude this mailbox: Test-MailAppAccess shows the policy. Add the "
        + "mailbox to its group, or limit the app by roles instead (Limit-MailApp -FromPolicy). A change takes up to two hours.";

    public static string? For(string? code, int httpStatus) =>
        code is not null && Table.TryGetValue(code, out var advice) ? advice : ForStatus(httpStatus);

    private static string? ForStatus(int httpStatus) => httpStatus switch
    {
        401 => "Sign in again: the token is missing, expired or for another service.",
        403 => "The signed-in identity lacks a permission or role for this: compare what is granted with what the cmdlet's "
            + "help asks for.",
        413 => "The request is larger than the service accepts. Send it in parts: an upload session takes attachments up to "
            + "150 MB.",
        429 => "Wait as long as the service asks; at most four requests at once go to one mailbox.",
        500 or 502 => "The service failed: try again later; if it stays so, give the request id to Microsoft's support.",
        503 or 504 => "The service is busy or the message is very large: try again later, or fetch its attachments one by one.",
        _ => null,
    };

    private static readonly Dictionary<string, string> Table = new(StringComparer.OrdinalIgnoreCase)
    {
        [GraphCodes.AccessDenied] = "Compare the token's roles with what was granted (Get-MailAppRegistration shows it); ask for "
            + "a new token after a grant; a policy or scope may exclude this mailbox, and a change to one takes up to two hours.",
        [GraphCodes.RequestDenied] = "The signed-in identity may not do this in the directory: it needs the permission "
            + "that the cmdlet's help names, or a role such as Application Administrator.",
        [GraphCodes.InvalidToken] = "Sign in again: the token is missing, expired or for another service.",
        [GraphCodes.MailboxNotEnabled] = "Give the user an Exchange Online license and wait until the mailbox is made; a "
            + "mailbox on-premises is not reachable over Graph.",
        [GraphCodes.MailboxNotSupported] = "The mailbox is of a kind that Graph does not serve, or is on-premises.",
        [GraphCodes.InvalidUser] = "Check the address: it has to be the id or user principal name of a user with a mailbox in "
            + "this tenant.",
        [GraphCodes.ResourceNotFound] = "Check the name or id, and that it is in this tenant.",
        [GraphCodes.RequestResourceNotFound] = "Check the name or id, and that it is in this tenant; something made in the last "
            + "minutes may not be visible yet.",
        [GraphCodes.QuotaExceeded] = "The mailbox is full. Delete or archive messages, and run the command again. Reading works "
            + "without -AfterProcessing None, which asks for changes (delta), and a full mailbox refuses those.",
        [GraphCodes.ItemNotFound] = "The message or folder was moved or deleted meanwhile: list again.",
        [GraphCodes.CannotDelete] = "What lies in Recoverable Items goes by retention: leave it there.",
        [GraphCodes.MessageSizeExceeded] = "The message is larger than the mailbox may send or receive, 35 MB unless an admin "
            + "has set another limit (Set-Mailbox -MaxSendSize, -MaxReceiveSize). Send a link to the file instead.",
        [GraphCodes.SendAsDenied] = "The From address is another mailbox's. Grant Send As on it to the mailbox that sends or "
            + "to the app (Grant-MailboxAccess -SendAs), or send from that mailbox itself (-Mailbox).",
        [GraphCodes.SyncStateNotFound] = "The delta token is too old: start over from the beginning.",
        [GraphCodes.ResyncRequired] = "The delta token is too old: start over from the beginning.",
        [GraphCodes.ApplicationThrottled] = "Wait as long as the service asks; at most four requests at once go to one mailbox.",
        [GraphCodes.MailboxConcurrency] = "Too many requests at once for one mailbox: at most four go to it; let other "
            + "programs that use the app pause.",
        [GraphCodes.IncomingBytes] = "More than 150 MB in five minutes were sent to the mailbox: wait as long as the service "
            + "asks.",
        [GraphCodes.InefficientFilter] = "Narrow the filter: what is sorted by must be filtered by first.",
        [GraphCodes.CredentialLifetime] = "A tenant policy caps the lifetime of secrets: ask for a shorter "
            + "-SecretLifetime, or use a certificate.",
        [GraphCodes.CredentialType] = "A tenant policy forbids this kind of credential: use a certificate.",
    };
}
