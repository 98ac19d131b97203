using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// A cmdlet that fails. The body is the one that ExchangeOnlineManagement and ExoHelper (Get-ExoException.ps1) read: the reason
/// is in details, as code, exception type and text between bars.
/// </summary>
internal sealed class AdminRefusal(int status, string code, string type, string message) : Exception(message)
{
    public int Status => status;

    /// <summary>Whether the response has no text, as for a caller whose role doesn't have the cmdlet.</summary>
    public bool IsSilent { get; init; }

    public TenantAnswer ToAnswer()
    {
        if (IsSilent)
        {
            return new TenantAnswer(status);
        }

        var answer = TenantAnswer.OfJson(status, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = code,
                ["message"] = "Error executing cmdlet",
                ["details"] = new JsonArray(new JsonObject
                {
                    ["code"] = "Context",
                    ["target"] = "",
                    ["message"] = $"{Number(type)}|{type}|{Message}",
                }),
                ["innererror"] = new JsonObject
                {
                    ["message"] = "Error executing cmdlet",
                    ["type"] = "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
                    ["internalexception"] = new JsonObject { ["message"] = Message, ["type"] = type },
                },
            },
        });
        answer.Headers["X-ExceptionType"] = type[(type.LastIndexOf('.') + 1)..];
        return answer;
    }

    public static AdminRefusal NotFound(string what) =>
        new(404, "NotFound", "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
        $"The operation couldn't be performed because object '{what}' couldn't be found on "
            + $"'NAMPR00A001DC01.NAMPR00A001.PROD.OUTLOOK.COM'.");

    public static AdminRefusal Exists(string what) =>
        new(400, "BadRequest", "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
        $"The object '{what}' already exists on 'NAMPR00A001DC01.NAMPR00A001.PROD.OUTLOOK.COM'.");

    public static AdminRefusal Invalid(string message) =>
        new(400, "BadRequest", "Microsoft.Exchange.Configuration.Tasks.TaskInvalidOperationException", message);

    public static AdminRefusal Binding(string message) =>
        new(400, "BadRequest", "System.Management.Automation.ParameterBindingException", message);

    /// <summary>https://learn.microsoft.com/powershell/module/exchange/enable-organizationcustomization</summary>
    public static AdminRefusal Dehydrated() =>
        new(400, "BadRequest", "Microsoft.Exchange.Configuration.Tasks.InvalidOperationInDehydratedContextException",
        "The command you tried to run isn't currently allowed in your organization. To run this command, you first need to "
            + "run the command: Enable-OrganizationCustomization.");

    /// <summary>403 without a word: the caller's roles don't have the cmdlet.</summary>
    public static AdminRefusal NotExposed() => new(403, "Forbidden", "", "Forbidden") { IsSilent = true };

    public static AdminRefusal Unauthorized() => new(401, "Unauthorized", "", "Unauthorized") { IsSilent = true };

    /// <summary>
    /// https://learn.microsoft.com/powershell/exchange/app-only-auth-powershell-v2: an app needs a directory role, too.
    /// </summary>
    public static AdminRefusal NoRole(string app) =>
        new(403, "Forbidden", "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
        $"The role assigned to application {app} isn't supported in this scenario. Please check online documentation for "
            + $"assigning correct Directory Roles to Azure AD Application for EXO App-Only Authentication.");

    // The service's numbers are hashes of the exception's place; only their form matters.
    private static string Number(string type) =>
        "Ex" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(type)))[..6];
}
