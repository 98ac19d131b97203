using System.Net;
using System.Text;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tenant.Entra;

/// <summary>The pages of the user sign-in: plain forms, for any browser, and only the last one has a script.</summary>
internal static class SignInPage
{
    /// <summary>Prompts a user to select an account. A sandbox has no passwords.</summary>
    public static TenantAnswer Users(
        string action, string app, IEnumerable<DirectoryObject> users, DirectoryObject? preferred) => Page(
        "Sign in", $"<h1>Sign in to {Html(app)}</h1>" + Form(action, string.Concat(users.Select(u => User(u, u == preferred)))
            + """<button type="submit" name="decision" value="next">Next</button>"""));

    /// <summary>Prompts for consent.</summary>
    public static TenantAnswer Consent(
        string action, string app, DirectoryObject user, IEnumerable<string> permissions, bool isAdmin)
    {
        var forAll = isAdmin
            ? """<p><label><input type="checkbox" name="organization" value="true"> """
                + "Consent on behalf of your organization</label></p>"
            : "";
        return Page(
            "Permissions requested",
            $"<h1>{Html(app)} wants to</h1><ul>{string.Concat(permissions.Select(p => $"<li>{Html(p)}</li>"))}</ul>"
            + Form(action, Hidden("user", user.Id) + forAll
                + """<button type="submit" name="decision" value="accept">Accept</button> """
                + """<button type="submit" name="decision" value="decline">Cancel</button>"""));
    }

    /// <summary>Prompts for the code that a device shows.</summary>
    public static TenantAnswer UserCode(string action) => Page("Enter code", "<h1>Enter the code that the device shows</h1>"
        + Form(action, """<input type="text" name="otc"> <button type="submit">Next</button>""", "get"));

    /// <summary>
    /// Sends values on, as response_mode=form_post does: https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html.
    /// </summary>
    public static TenantAnswer Post(string action, IEnumerable<KeyValuePair<string, string>> values) => Page(
        "Working...",
        Form(action, string.Concat(values.Select(v => Hidden(v.Key, v.Value)))
            + "<noscript><button type=\"submit\">Continue</button></noscript>")
        + "<script>document.forms[0].submit()</script>");

    /// <summary>Shows a message only.</summary>
    public static TenantAnswer Text(int status, string title, string text) =>
        Page(title, $"<h1>{Html(title)}</h1><p>{Html(text)}</p>", status);

    private static string User(DirectoryObject user, bool isChosen)
    {
        var button = $"""<input type="radio" name="user" value="{Html(user.Id)}"{(isChosen ? " checked" : "")}>""";
        return $"<p><label>{button} {Html(user.DisplayName)} ({Html(user.Json.Text("userPrincipalName")!)})</label></p>";
    }

    private static string Form(string action, string content, string method = "post") =>
        $"""<form method="{method}" action="{Html(action)}">{content}</form>""";

    private static string Hidden(string name, string value) =>
        $"""<input type="hidden" name="{Html(name)}" value="{Html(value)}">""";

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static TenantAnswer Page(string title, string body, int status = 200)
    {
        var bytes = Encoding.UTF8.GetBytes(
            $"<!DOCTYPE html><html lang=\"en\"><head><meta "
                + $"charset=\"utf-8\"><title>{Html(title)}</title></head><body>{body}</body></html>");
        return new TenantAnswer(status)
        {
            Content = () => new MemoryStream(bytes, writable: false),
            ContentType = "text/html; charset=utf-8",
        };
    }
}
