using System.Net;
using System.Text.Json;

namespace MailAdmin.Core.SignIn;

/// <summary>
/// Waits for the person with a device code on the wire's clock: MSAL would wait on its own, and takes "slow_down" for a refusal.
/// What it sees is the token, or why there will be none.
/// </summary>
/// <remarks>RFC 8628 section 3.5; https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code</remarks>
internal sealed class DeviceCodePolling(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    /// <summary>
    /// RFC 8628 section 3.2: the interval when the service names none. Section 3.5: what "slow_down" adds to it.
    /// </summary>
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    private TimeSpan _interval = FiveSeconds;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isPoll = await IsPollAsync(request, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                // The answer with the code names the interval.
                _interval = Find(body, "interval") is { ValueKind: JsonValueKind.Number } seconds
                    && seconds.TryGetInt32(out var n) && n > 0
                    ? TimeSpan.FromSeconds(n)
                    : _interval;
                return response;
            }

            var error = isPoll && response.StatusCode == HttpStatusCode.BadRequest
                && Find(body, "error") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
            if (error is not ("authorization_pending" or "slow_down"))
            {
                return response;
            }

            response.Dispose();
            _interval += error == "slow_down" ? FiveSeconds : TimeSpan.Zero;
            await Task.Delay(_interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static JsonElement? Find(JsonElement? body, string name) =>
        body is { } json && json.TryGetProperty(name, out var value) ? value : null;

    private static async Task<bool> IsPollAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Content is not null
        && (await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false))
            .Contains("device_code", StringComparison.Ordinal);

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync().ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(
                await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
