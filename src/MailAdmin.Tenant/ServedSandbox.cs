using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant;

/// <summary>
/// Represents a sandbox in another process. In addition to Microsoft's hosts, it has its own host, which requires the secret of
/// the tenant's admin app. docs/Sandbox.md has its requests.
/// </summary>
/// <param name="wire">The way to it.</param>
/// <param name="adminSecret">The admin app's secret.</param>
internal sealed class ServedSandbox(Wire wire, string adminSecret) : ISandbox
{
    /// <summary>A name that DNS never resolves: RFC 6761 section 6.4.</summary>
    public const string Host = "sandbox.mailadmin.invalid";

    /// <summary>The options for its JSON, on both sides.</summary>
    public static JsonSerializerOptions Format { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    private readonly HttpClient _http = new(wire.Http, disposeHandler: false)
    {
        BaseAddress = new Uri($"https://{Host}"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", adminSecret) },
    };

    /// <summary>Requests its properties.</summary>
    /// <exception cref="ServiceRefusedException">The secret is wrong.</exception>
    /// <exception cref="ConnectionLostException">It can't be reached, or its certificate is another one.</exception>
    public async Task<SandboxFacts> GetFactsAsync(CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/"), cancellationToken).ConfigureAwait(false);
        return await ReadAsync<SandboxFacts>(answer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the object for scripts.</summary>
    /// <returns>The description. Its time and its open requests are requested on each read.</returns>
    public MailSandbox Describe(SandboxFacts facts) =>
        new(facts.TenantId, facts.Domain, this, () => Wait(GetFactsAsync).Now, () => Wait(GetFactsAsync).ActiveRequests)
        {
            Mailbox = facts.Mailboxes,
            Propagation = facts.Propagation,
            Fault = facts.Faults,
        };

    /// <inheritdoc/>
    public async Task<SandboxMessage> AddMessageAsync(
        string mailbox, string folderPath, ReadOnlyMemory<byte> rfc5322, DateTimeOffset? receivedAt, bool isRead,
        CancellationToken cancellationToken)
    {
        var address = MessagesOf(mailbox, folderPath) + (isRead ? "&isRead=true" : "")
            + (receivedAt is { } at ? $"&receivedAt={Uri.EscapeDataString(Json.Ticks(at))}" : "");
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(rfc5322) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        using var answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return WithContent(await ReadAsync<SandboxMessage>(answer, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<SandboxMessage[]> GetMessagesAsync(string? mailbox, string? folderPath, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, MessagesOf(mailbox, folderPath)), cancellationToken).ConfigureAwait(false);
        return [.. (await ReadAsync<SandboxMessage[]>(answer, cancellationToken).ConfigureAwait(false)).Select(WithContent)];
    }

    /// <inheritdoc/>
    /// <remarks>The Date of the response sets the clock of this process.</remarks>
    public async Task<string[]> ChangeAsync(SandboxChange change, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Patch, "/") { Content = JsonContent.Create(change, options: Format) },
            cancellationToken).ConfigureAwait(false);
        return (await ReadAsync<SandboxFacts>(answer, cancellationToken).ConfigureAwait(false)).Faults;
    }

    private static string MessagesOf(string? mailbox, string? folderPath) =>
        $"/messages?mailbox={Uri.EscapeDataString(mailbox ?? "")}&folder={Uri.EscapeDataString(folderPath ?? "")}";

    // A script reads properties and calls GetContent where nothing can be awaited.
    private static T Wait<T>(Func<CancellationToken, Task<T>> ask) =>
        Task.Run(() => ask(CancellationToken.None)).GetAwaiter().GetResult();

    private SandboxMessage WithContent(SandboxMessage message) =>
        message with { Content = () => Wait(ct => GetContentAsync(message.Id, ct)) };

    private async Task<byte[]> GetContentAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"/messages/{Uri.EscapeDataString(id)}/content"),
            cancellationToken).ConfigureAwait(false);
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            try
            {
                var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                {
                    return answer;
                }

                using (answer)
                {
                    throw await RefusalAsync(answer, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (HttpRequestException e)
            {
                throw new ConnectionLostException($"The sandbox can't be reached: {(e.InnerException ?? e).Message}", e)
                {
                    Endpoint = Host,
                    MayRecover = e.HttpRequestError != HttpRequestError.SecureConnectionError,
                    Advice = "See that `serve` still runs, and take address and certificate from what it printed: each start "
                        + "makes new ones.",
                };
            }
        }
    }

    private static async Task<MailAdminException> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var said = Json.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false))
            ?? new JsonObject();
        var message = said.Text("message") ?? $"The sandbox answers {(int)answer.StatusCode}.";
        return said.Text("id") is { } id
            ? new InvalidRequestException(id, message) { Target = said.Text("target") }
            : new ServiceRefusedException(message)
            {
                Service = "Sandbox",
                Code = answer.StatusCode.ToString(),
                HttpStatus = (int)answer.StatusCode,
                Advice = "Take the admin app's secret from what `serve` printed.",
            };
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        await answer.Content.ReadFromJsonAsync<T>(Format, cancellationToken).ConfigureAwait(false)
        ?? throw new ServiceRefusedException("The sandbox answers with nothing.") { Service = "Sandbox", Code = "EmptyContent" };
}
