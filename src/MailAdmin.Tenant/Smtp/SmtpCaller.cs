using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Smtp;

/// <summary>Represents the sender, from the access token, and the mailbox in XOAUTH2.</summary>
/// <param name="Mailbox">The mailbox in "user=". It determines the sender, with any user's token.</param>
/// <param name="Sid">The SID of the app or user; null for an app without a service principal in Exchange.</param>
/// <param name="Access">
/// Whether mail from the mailbox is accepted. Otherwise the sign-in succeeds, and each message is refused.
/// </param>
/// <remarks>
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth;
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/smtp-app-rbac-onboarding: the role in Exchange does
/// without rights on mailboxes, and is looked at only while the token doesn't carry SMTP.SendAsApp.
/// </remarks>
internal sealed record SmtpCaller(string AppId, Mailbox Mailbox, string? Sid, SmtpAccess Access)
{
    private const string SendAsApp = "SMTP.SendAsApp", Send = "SMTP.Send";

    /// <summary>Reads an answer of XOAUTH2. The caller holds the tenant's lock.</summary>
    /// <exception cref="SmtpRefusal">535, with a reason only where SMTP AUTH is switched off.</exception>
    public static SmtpCaller Authenticate(TenantState tenant, string response)
    {
        // user=...^Aauth=Bearer ...^A^A
        if (Decode(response)?.Split('\u0001') is not [var user, var bearer, "", ""]
            || !user.StartsWith("user=", StringComparison.OrdinalIgnoreCase)
            || !bearer.StartsWith("auth=Bearer ", StringComparison.OrdinalIgnoreCase)
            || ExchangeToken.Read(tenant, bearer[12..]) is not { } token
            || token.Claims.Text("appid") is not { } app || token.Claims.Text("oid") is not { } principal
            || tenant.Mailboxes.Find(user[5..]) is not { } mailbox)
        {
            throw new SmtpRefusal(SmtpReply.SignInFailed);
        }

        if (SwitchOff(tenant, mailbox) is { } off)
        {
            throw new SmtpRefusal(off);
        }

        return (token.Claims.Text("scp") is { } scopes
            ? OfPerson(tenant, app, principal, mailbox, scopes)
            : OfApp(tenant, token, app, principal, mailbox)) ?? throw new SmtpRefusal(SmtpReply.SignInFailed);
    }

    /// <summary>
    /// Returns why SMTP AUTH is disabled for a mailbox, with OAuth too: its own setting goes before the tenant's.
    /// </summary>
    private static SmtpReply? SwitchOff(TenantState tenant, Mailbox mailbox) =>
        tenant.Directory.HasSecurityDefaults ? SmtpReply.SecurityDefaults
        : mailbox.IsSmtpAuthDisabled == true ? SmtpReply.OffForMailbox
        : mailbox.IsSmtpAuthDisabled is null && tenant.Exchange.Readable.Organization.IsSmtpAuthDisabled
            ? SmtpReply.OffForTenant : null;

    private static SmtpCaller? OfPerson(TenantState tenant, string app, string person, Mailbox mailbox, string scopes)
    {
        var sid = Sids.Of(person);
        return !scopes.Split(' ').Contains(Send, StringComparer.Ordinal) ? null
            : new SmtpCaller(app, mailbox, sid, ExchangeConfiguration.Same(mailbox.UserId, person)
                ? SmtpAccess.Full : AccessOf(tenant, mailbox, sid));
    }

    private static SmtpCaller? OfApp(TenantState tenant, Jwt token, string app, string principal, Mailbox mailbox)
    {
        if (AppAccess.RegisteredObjectId(tenant, app) is not { } registered || !DirectoryStore.Same(registered, principal))
        {
            return null;
        }

        var sid = SendRights.SidOfApp(tenant, app).First();
        if (token.Claims["roles"] is JsonArray roles && roles.Any(r => (string?)r == SendAsApp))
        {
            return new SmtpCaller(app, mailbox, sid, AccessOf(tenant, mailbox, sid));
        }

        var caller = new Caller(app, principal, new HashSet<string>());
        return AppAccess.Judge(tenant, caller, mailbox, [SendAsApp]) == AccessVerdict.Granted
            ? new SmtpCaller(app, mailbox, sid, SmtpAccess.Full) : null;
    }

    private static SmtpAccess AccessOf(TenantState tenant, Mailbox mailbox, string sid) =>
        SendRights.Has(tenant, mailbox, sid, RecipientPermission.SendAs) ? SmtpAccess.Full
        : SendRights.Has(tenant, mailbox, sid, RecipientPermission.FullAccess) ? SmtpAccess.LogonOnly : SmtpAccess.None;

    private static string? Decode(string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>Specifies the permission on the mailbox after a successful sign-in.</summary>
internal enum SmtpAccess
{
    /// <summary>Neither FullAccess nor Send As: the mailbox can't be opened.</summary>
    None,
    /// <summary>FullAccess only: the mailbox can be opened, but Send As is denied.</summary>
    LogonOnly,
    /// <summary>Mail from the mailbox is taken.</summary>
    Full,
}
