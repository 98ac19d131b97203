using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// Device codes, and the page where a user enters one: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
/// (docs/identity-platform/v2-oauth2-device-code.md of MicrosoftDocs/entra-docs). The page is at the sign-in host. The service's
/// short address redirects there.
/// </summary>
internal sealed class DevicePage(TenantState tenant, UserGrants grants)
{
    public const string Path = "oauth2/deviceauth";

    /// <summary>Seconds between two polls.</summary>
    private const int Interval = 5;

    private readonly PersonSignIn _person = new(tenant);

    /// <summary>Hands out a code.</summary>
    /// <exception cref="TokenRefusal">The app or the scope isn't good.</exception>
    public JsonObject NewCode(string tenantName, IReadOnlyDictionary<string, string> form)
    {
        var client = Client.Find(tenant, TokenEndpoint.Required(form, "client_id"), tenantName);
        var scope = TokenEndpoint.Required(form, "scope");
        ScopeRequest.Parse(tenant, scope);
        var (code, device) = grants.NewDevice(client, scope);
        var page = $"https://{tenant.Cloud.LoginHost}/common/{Path}";
        return new JsonObject
        {
            ["user_code"] = device.UserCode,
            ["device_code"] = code,
            ["verification_uri"] = page,
            ["expires_in"] = (int)UserGrants.DeviceCodeLifetime.TotalSeconds,
            ["interval"] = Interval,
            ["message"] = string.Create(CultureInfo.InvariantCulture,
                $"To sign in, use a web browser to open the page {page} and enter the code {device.UserCode} to authenticate."),
        };
    }

    /// <summary>The page.</summary>
    public TenantAnswer Answer(TenantRequest request, Func<TokenRefusal, string> describe)
    {
        if (request.Query("otc") is not { } typed)
        {
            return SignInPage.UserCode(request.Uri.AbsolutePath);
        }

        if (grants.FindDevice(typed) is not { } device)
        {
            return SignInPage.Text(400, "That code didn't work.", "Check the code and try again.");
        }

        try
        {
            if (_person.Next(device.Client, device.Scope, request, out var user) is { } page)
            {
                return page;
            }

            if (tenant.Directory.ConditionalAccess.Exists(p => p.BlocksDeviceCode && p.Stops(user!, isDeviceCode: true)))
            {
                throw TokenRefusal.ConditionalAccess();
            }

            device.User = user;
            return SignInPage.Text(
                200, "You have signed in.",
                $"You may now close this window, and go back to {device.Client.Name} on your device.");
        }
        catch (TokenRefusal refusal)
        {
            // The waiting app gets the same result as the user immediately.
            device.Refusal = refusal.Code == TokenRefusal.DeviceDeclined().Code ? TokenRefusal.DeviceDeclined() : refusal;
            return SignInPage.Text(400, "Sorry, but we're having trouble signing you in.", describe(refusal));
        }
    }
}
