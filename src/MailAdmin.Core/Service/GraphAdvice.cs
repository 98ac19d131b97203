namespace MailAdmin.Core.Service;

/// <summary>Recommended actions for Graph error codes.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/resolve-auth-errors and
/// https://learn.microsoft.com/graph/auth-limit-mailbox-access.
/// </remarks>
internal static class GraphAdvice
{
    public const string Default = "Give the request ID to Microsoft support.";

    /// <summary>The recommended action for "Access to OData is disabled": a policy or scope might exclude this mailbox.</summary>
    public const string PolicyDenied = "A policy or scope might exclude this mailbox. Test-MailAppAccess shows the "
        + "policy. Add the mailbox to its group, or restrict the app with roles instead (Limit-MailApp "
        + "-FromPolicy). A change takes up to 2 hours to take effect.";

    public static string? For(string? code, int httpStatus) =>
        code is not null && Table.TryGetValue(code, out var advice) ? advice : ForStatus(httpStatus);

    private static string? ForStatus(int httpStatus) => httpStatus switch
    {
        401 => "Sign in again. The token is missing, expired, or for another service.",
        403 => "The signed-in identity lacks a permission or role. Compare the granted permissions with those in the "
            + "NOTES of the cmdlet.",
        413 => "The request is larger than the service accepts. Send it in parts. An upload session accepts "
            + "attachments of up to 150 MB.",
        429 => "Wait as long as the service requires. A mailbox accepts at most four requests at a time.",
        500 or 502 => "The service failed. Try again later. If the error persists, give the request ID to Microsoft support.",
        503 or 504 => "The service is busy, or the message is very large. Try again later, or download its "
            + "attachments one by one.",
        _ => null,
    };

    private static readonly Dictionary<string, string> Table = new(StringComparer.OrdinalIgnoreCase)
    {
        [GraphCodes.AccessDenied] = "Check the app's permissions with Get-MailAppPermission and the mailbox with "
            + "Test-MailAppAccess. Changes can take up to 2 hours to take effect.",
        [GraphCodes.RequestDenied] = "You don't have permission for this in the directory. Use an account with the "
            + "permission in the NOTES of the cmdlet, or with a role such as Application Administrator.",
        [GraphCodes.InvalidToken] = "Sign in again. The token is missing, expired, or for another service.",
        [GraphCodes.MailboxNotEnabled] = "Assign an Exchange Online license to the user, and wait until the mailbox "
            + "is created. An on-premises mailbox can't be accessed over Graph.",
        [GraphCodes.MailboxNotSupported] = "Graph doesn't support this type of mailbox, or it is on-premises.",
        [GraphCodes.InvalidUser] = "Check the address. It must be the ID or user principal name of a user with a "
            + "mailbox in this tenant.",
        [GraphCodes.ResourceNotFound] = "Check the name or ID, and that it is in this tenant.",
        [GraphCodes.RequestResourceNotFound] = "Check the name or ID, and that it is in this tenant. An object that "
            + "was created in the last few minutes might not be returned yet.",
        [GraphCodes.QuotaExceeded] = "The mailbox is full. Delete or archive messages, and run the command again. "
            + "-AfterProcessing None uses delta queries, which a full mailbox rejects. Reading works with the "
            + "other values.",
        [GraphCodes.ItemNotFound] = "The message or folder was moved or deleted. List the messages again.",
        [GraphCodes.CannotDelete] = "Messages in Recoverable Items are deleted after the retention time. They can't "
            + "be deleted before.",
        [GraphCodes.MessageSizeExceeded] = "The message is larger than the mailbox can send or receive. The default "
            + "is 35 MB (Set-Mailbox -MaxSendSize, -MaxReceiveSize). Send a link to the file instead.",
        [GraphCodes.SendAsDenied] = "The From address belongs to another mailbox. Grant Send As on it to the mailbox "
            + "that sends or to the app (Grant-MailboxAccess -SendAs), or send from that mailbox (-Mailbox).",
        [GraphCodes.SyncStateNotFound] = "The delta token is too old. Start from the beginning.",
        [GraphCodes.ResyncRequired] = "The delta token is too old. Start from the beginning.",
        [GraphCodes.ApplicationThrottled] = "Wait as long as the service requires. A mailbox accepts at most four "
            + "requests at a time.",
        [GraphCodes.MailboxConcurrency] = "A mailbox accepts at most four requests at a time. Stop other programs "
            + "that use the app.",
        [GraphCodes.IncomingBytes] = "More than 150 MB were sent to the mailbox in 5 minutes. Wait as long as the "
            + "service requires.",
        [GraphCodes.InefficientFilter] = "Narrow the filter. The property to sort by must be the first one in the filter.",
        [GraphCodes.CredentialLifetime] = "A policy of the tenant limits the lifetime of secrets. Specify a shorter "
            + "-SecretLifetime, or use a certificate.",
        [GraphCodes.CredentialType] = "A policy of the tenant blocks this type of credential. Use a certificate.",
    };
}
