namespace MailAdmin.Core.Mail;

/// <summary>The codes of IMAP refusals that MailAdmin handles.</summary>
/// <remarks>RFC 5530, RFC 9051 section 7.1</remarks>
internal static class ImapCodes
{
    /// <summary>The server requires a delay.</summary>
    public const string Throttled = "THROTTLED";

    /// <summary>
    /// MailAdmin's own: "User is authenticated but not connected", Exchange Online's response to the first command after a login.
    /// </summary>
    public const string NotConnected = "NOTCONNECTED";

    /// <summary>RFC 5530: the token isn't accepted.</summary>
    public const string AuthenticationFailed = "AUTHENTICATIONFAILED";

    /// <summary>RFC 5530: the token is good, and not for this mailbox.</summary>
    public const string AuthorizationFailed = "AUTHORIZATIONFAILED";

    /// <summary>RFC 5530: the credential or the account has expired.</summary>
    public const string Expired = "EXPIRED";

    /// <summary>RFC 5530: the server is busy.</summary>
    public const string Unavailable = "UNAVAILABLE";

    /// <summary>RFC 5530: the folder or message doesn't exist.</summary>
    public const string NonExistent = "NONEXISTENT";

    /// <summary>RFC 5530: there is a folder of this name.</summary>
    public const string AlreadyExists = "ALREADYEXISTS";

    /// <summary>RFC 5530: the user isn't allowed to do this.</summary>
    public const string NoPermission = "NOPERM";

    /// <summary>RFC 5530: the server never does this.</summary>
    public const string Cannot = "CANNOT";

    /// <summary>RFC 9051: the target folder is missing.</summary>
    public const string TryCreate = "TRYCREATE";

    /// <summary>RFC 9051: the folder can only be read.</summary>
    public const string ReadOnly = "READ-ONLY";

    /// <summary>MailAdmin's own, from RFC 9051: the folder has another UIDVALIDITY.</summary>
    public const string UidValidity = "UIDVALIDITY";

    /// <summary>MailAdmin's own: the server doesn't have UIDPLUS (RFC 4315), so it can't remove single messages.</summary>
    public const string NoUidPlus = "UIDPLUS";

    /// <summary>MailAdmin's own: Exchange sent its own text instead of a message that it can't convert.</summary>
    public const string MessageUnreadable = "MESSAGEUNREADABLE";
}
