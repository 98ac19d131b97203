using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.TestKit;

/// <summary>A tenant with time that stands still, and a plain HTTP client into it.</summary>
public sealed class TenantClient : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    internal TenantClient(SandboxOptions? options = null)
    {
        Tenant = SandboxTenant.Create((options ?? new SandboxOptions()) with { Clock = options?.Clock ?? TenantClock.Manual(Start) });
        Http = new HttpClient(Tenant.Wire.Http, disposeHandler: false);
    }

    internal SandboxTenant Tenant { get; }

    public HttpClient Http { get; }

    public string Login => $"https://{Core.Base.Cloud.Of(Tenant.Environment).LoginHost}";

    public string Graph => $"https://{Core.Base.Cloud.Of(Tenant.Environment).GraphHost}";

    /// <summary>The shared mailbox with mail in it.</summary>
    public string Invoices => Tenant.Mailboxes[0].Address;

    public async Task<Reply> PostTokenAsync(IReadOnlyDictionary<string, string> form, string? tenant = null)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await Http.PostAsync($"{Login}/{tenant ?? Tenant.TenantId}/oauth2/v2.0/token", content);
        return await Reply.ReadAsync(response);
    }

    public async Task<string> TokenAsync(string clientId, string secret, string? scope = null)
    {
        var reply = await PostTokenAsync(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["client_secret"] = secret,
            ["scope"] = scope ?? Graph + "/.default",
        });
        Assert.Equal(200, reply.Status);
        return (string)reply.Json["access_token"]!;
    }

    public Task<string> AdminTokenAsync() => TokenAsync(Tenant.AdminApp.ClientId, Tenant.AdminApp.ClientSecret);

    public async Task<Reply> SendAsync(string method, string path, string? token, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.StartsWith("https:", StringComparison.Ordinal) ? path : Graph + "/v1.0/" + path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await Http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    /// <summary>An app with a secret and these app roles of Microsoft Graph granted.</summary>
    public async Task<RegisteredApp> RegisterAsync(params string[] roles)
    {
        var token = await AdminTokenAsync();
        var app = (await SendAsync("POST", "applications", token, """{"displayName":"Reader"}""")).Ok();
        var principal = (await SendAsync("POST", "servicePrincipals", token, $$"""{"appId":"{{app["appId"]}}"}""")).Ok();
        var secret = (await SendAsync("POST", $"applications/{app["id"]}/addPassword", token, "{}")).Ok();
        var graph = (await SendAsync("GET", "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')", token)).Ok();
        foreach (var role in roles)
        {
            var id = (string)graph["appRoles"]!.AsArray().Single(r => (string)r!["value"]! == role)!["id"]!;
            (await SendAsync("POST", $"servicePrincipals/{principal["id"]}/appRoleAssignments", token,
                $$"""{"principalId":"{{principal["id"]}}","resourceId":"{{graph["id"]}}","appRoleId":"{{id}}"}""")).Ok();
        }

        return new RegisteredApp((string)app["appId"]!, (string)secret["secretText"]!, (string)app["id"]!, (string)principal["id"]!, (string)graph["id"]!);
    }

    /// <summary>A token of a new app with these app roles of Microsoft Graph.</summary>
    public async Task<string> TokenWithAsync(params string[] roles)
    {
        var app = await RegisterAsync(roles);
        return await TokenAsync(app.AppId, app.Secret);
    }

    /// <summary>A token that carries these app roles of Microsoft Graph, whatever is granted; claims can be replaced.</summary>
    public string Mint(IEnumerable<string> roles, Action<JsonObject>? change = null)
    {
        var now = Tenant.Clock.GetUtcNow();
        var claims = new JsonObject
        {
            ["aud"] = Graph,
            ["tid"] = Tenant.TenantId,
            ["appid"] = Tenant.AdminApp.ClientId,
            ["oid"] = Tenant.State.Directory.PrincipalOf(Tenant.AdminApp.ClientId)!.Id,
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
            ["roles"] = new JsonArray([.. roles.Select(r => (JsonNode)r)]),
        };
        change?.Invoke(claims);
        return SigningKey.Instance.Sign(claims);
    }

    /// <summary>A token that opens every endpoint.</summary>
    public string MintAll() => Mint(GraphRoutes.All.SelectMany(r => r.Roles).Distinct());

    public void Dispose() => Http.Dispose();
}

public sealed record RegisteredApp(string AppId, string Secret, string ObjectId, string PrincipalId, string GraphId);

/// <summary>An answer, read to its end.</summary>
public sealed record Reply(int Status, JsonObject Json, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The error code of Graph or Entra.</summary>
    public string? Code => Json["error"] is JsonObject error ? (string?)error["code"] : (string?)Json["error"];

    public string? Message => Json["error"] is JsonObject error ? (string?)error["message"] : (string?)Json["error_description"];

    public JsonArray Value => Json["value"]!.AsArray();

    public JsonObject Ok()
    {
        Assert.True(Status is >= 200 and < 300, $"{Status} {Encoding.UTF8.GetString(Bytes)}");
        return Json;
    }

    public void Refused(int status, string code)
    {
        Assert.Equal((status, code), (Status, Code));
    }

    public static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new Reply(
            (int)response.StatusCode,
            isJson ? JsonNode.Parse(bytes)!.AsObject() : [],
            bytes,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }
}
