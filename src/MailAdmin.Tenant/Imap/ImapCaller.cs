using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Imap;

/// <summary>Represents the signed-in caller, from the access token.</summary>
/// <param name="ObjectId">The service principal of the app, or the user of delegated access.</param>
/// <param name="ExpiresAt">When Exchange ends the session.</param>
/// <remarks>
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
/// </remarks>
internal sealed record ImapCaller(string AppId, string ObjectId, DateTimeOffset ExpiresAt)
{
    /// <summary>Whether the access is delegated.</summary>
    public bool IsPerson { get; private init; }

    /// <summary>
    /// Reads an answer of XOAUTH2 and checks what the sign-in itself depends on. FullAccess isn't part of it: without that the
    /// sign-in succeeds, and what follows fails.
    /// </summary>
    /// <exception cref="ImapRefusal">NO, without a reason: the service gives none.</exception>
    public static (ImapCaller Caller, Mailbox Mailbox) Authenticate(TenantState tenant, string mechanism, string response)
    {
        // user=...^Aauth=Bearer ...^A^A
        if (mechanism != "XOAUTH2" || Decode(response)?.Split('\u0001') is not [var user, var bearer, "", ""]
            || !user.StartsWith("user=", StringComparison.OrdinalIgnoreCase)
            || !bearer.StartsWith("auth=Bearer ", StringComparison.OrdinalIgnoreCase)
            || ExchangeToken.Read(tenant, bearer[12..]) is not { } token || token.Time("exp") is not { } expires
            || token.Claims.Text("appid") is not { } app || token.Claims.Text("oid") is not { } principal
            || !(token.Claims.Text("scp") is { } scopes ? MayForUser(scopes) : MayForItself(tenant, token, app, principal))
            || tenant.Mailboxes.Find(user[5..]) is not { } mailbox)
        {
            throw ImapRefusal.SignIn("AUTHENTICATE");
        }

        return (new ImapCaller(app, principal, expires) { IsPerson = token.Claims.Text("scp") is not null }, mailbox);
    }

    /// <summary>Whether the person has the right to the mailbox, or the app has FullAccess to it.</summary>
    public bool MayOpen(TenantState tenant, Mailbox mailbox) =>
        IsPerson ? AppAccess.MayOpen(tenant, ObjectId, mailbox) : AppAccess.HasFullAccess(tenant, AppId, mailbox);

    private static bool MayForUser(string scopes) => scopes.Split(' ').Contains("IMAP.AccessAsUser.All", StringComparer.Ordinal);

    private static bool MayForItself(TenantState tenant, Jwt token, string app, string principal) =>
        token.Claims["roles"] is JsonArray roles && roles.Any(r => (string?)r == "IMAP.AccessAsApp")
        && AppAccess.RegisteredObjectId(tenant, app) is { } registered && DirectoryStore.Same(registered, principal);

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
