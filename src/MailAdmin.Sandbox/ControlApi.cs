using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Tenant;
using Microsoft.AspNetCore.Http;

namespace MailAdmin.Sandbox;

/// <summary>
/// The host through which another process keeps the tenant: <see cref="ServedSandbox"/> is its client in .NET, docs/Sandbox.md
/// lists the requests for others. Faults don't strike it, and it answers only to the admin app's secret.
/// </summary>
internal sealed class ControlApi(SandboxTenant tenant)
{
    private readonly byte[] _expected = Encoding.UTF8.GetBytes($"Bearer {tenant.AdminApp.ClientSecret}");
    private readonly ISandbox _sandbox = tenant;

    public async Task AnswerAsync(HttpContext context)
    {
        if (!CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), _expected))
        {
            await SayAsync(
                context, StatusCodes.Status401Unauthorized,
                new JsonObject { ["message"] = "The sandbox requires the secret of its admin app." })
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await ServeAsync(context).ConfigureAwait(false);
        }
        catch (InvalidRequestException e)
        {
            await SayAsync(
                context, StatusCodes.Status400BadRequest,
                new JsonObject { ["id"] = e.Id, ["message"] = e.Message, ["target"] = e.Target?.ToString() })
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            await SayAsync(
                context, StatusCodes.Status400BadRequest, new JsonObject { ["message"] = e.Message }).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var (mailbox, folder) = (Asked(context, "mailbox"), Asked(context, "folder"));
        switch (context.Request.Method, (context.Request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ("GET", []):
                await TellAsync(context).ConfigureAwait(false);
                break;
            case ("PATCH", []):
                await _sandbox.ChangeAsync(
                    await context.Request.ReadFromJsonAsync<SandboxChange>(
                        ServedSandbox.Format, context.RequestAborted).ConfigureAwait(false) ?? new SandboxChange(),
                    context.RequestAborted).ConfigureAwait(false);
                await TellAsync(context).ConfigureAwait(false);
                break;
            case ("GET", ["messages"]):
                var messages = await _sandbox.GetMessagesAsync(mailbox, folder, context.RequestAborted).ConfigureAwait(false);
                await SayAsync(
                    context, StatusCodes.Status200OK, new JsonArray([.. messages.Select(Describe)])).ConfigureAwait(false);
                break;
            case ("POST", ["messages"]):
                using (var content = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(content, context.RequestAborted).ConfigureAwait(false);
                    DateTimeOffset? at = Asked(context, "receivedAt") is { } text
                        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
                        : null;
                    var added = await _sandbox.AddMessageAsync(
                        mailbox ?? tenant.Mailboxes[0].Address, folder ?? "Inbox", content.ToArray(), at,
                        Asked(context, "isRead") == "true", context.RequestAborted)
                        .ConfigureAwait(false);
                    await SayAsync(context, StatusCodes.Status201Created, Describe(added)).ConfigureAwait(false);
                }

                break;
            case ("GET", ["messages", var id, "content"]) when tenant.FindMessage(id) is { } message:
                context.Response.ContentType = "message/rfc822";
                context.Response.ContentLength = message.Size;
                await message.OpenContent().CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
                break;
            default:
                await SayAsync(
                    context, StatusCodes.Status404NotFound,
                    new JsonObject { ["message"] = "The resource wasn't found in the sandbox." }).ConfigureAwait(false);
                break;
        }
    }

    private static string? Asked(HttpContext context, string name) =>
        context.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    private Task TellAsync(HttpContext context) =>
        SayAsync(
            context, StatusCodes.Status200OK, JsonSerializer.SerializeToNode(SandboxFacts.Of(tenant), ServedSandbox.Format)!);

    /// <summary>Returns a message, and the hash of its octets for a comparison of many.</summary>
    private static JsonNode Describe(SandboxMessage message)
    {
        var json = JsonSerializer.SerializeToNode(message, ServedSandbox.Format)!;
        json["sha256"] = Convert.ToHexStringLower(SHA256.HashData(message.GetContent()));
        return json;
    }

    private static Task SayAsync(HttpContext context, int status, JsonNode json)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(json, context.RequestAborted);
    }
}
