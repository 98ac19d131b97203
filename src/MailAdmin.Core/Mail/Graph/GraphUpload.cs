using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Uploads a file to an upload session slice by slice, from disk, with one slice in memory. The session's URL authorizes the
/// upload, so no token is sent. The URL is a secret, so no message contains it.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/outlook-large-attachments, https://learn.microsoft.com/graph/api/resources/uploadsession
/// </remarks>
internal sealed class GraphUpload : IDisposable
{
    /// <summary>
    /// Less than the 4 MB that the service takes at once, and a multiple of 320 KiB as upload sessions like it.
    /// </summary>
    public const int SliceSize = 12 * 320 * 1024;

    /// <summary>The maximum number of status requests to the service without progress.</summary>
    private const int MaxStalls = 3;

    private readonly HttpClient _http;
    private byte[]? _slice;

    public GraphUpload(Wire wire) =>
        _http = Wire.NewClient(
            ServiceAnswerHandler.ForUpload(new RetryHandler(wire.Http, wire.Time, RetryPolicy.Default)));

    /// <summary>Uploads a file.</summary>
    /// <param name="url">The URL of the session, from the service.</param>
    /// <param name="attachment">The file.</param>
    /// <param name="isThere">
    /// Returns whether the attachment exists. Used if the response to the last slice and the session are lost.
    /// </param>
    public async Task SendAsync(
        string url, OutgoingAttachment attachment, Func<Task<bool>> isThere, CancellationToken cancellationToken)
    {
        var file = attachment.Open();
        await using (file.ConfigureAwait(false))
        {
            var next = 0L;
            for (var stalled = 0; ;)
            {
                long? wanted;
                try
                {
                    wanted = await SendSliceAsync(url, file, attachment, next, cancellationToken).ConfigureAwait(false);
                }
                catch (MailAdminException e)
                    when ((e.IsTransient || e is ServiceRefusedException { HttpStatus: 416 }) && stalled < MaxStalls)
                {
                    VerboseLog.Write($"{attachment.Name}: {e.Message} Requesting the position to continue from.");
                    wanted = await NextAsync(url, cancellationToken).ConfigureAwait(false);
                }
                catch (ServiceRefusedException e) when (e.HttpStatus == 404 && next + SliceSize >= attachment.Size)
                {
                    // A session ends with its last byte; if that slice was sent twice, the second found no session.
                    if (!await isThere().ConfigureAwait(false))
                    {
                        throw;
                    }

                    wanted = null;
                }

                if (wanted is not { } start)
                {
                    VerboseLog.Write($"{attachment.Name}: uploaded {attachment.Size} bytes.");
                    return;
                }

                if (start < 0 || start >= attachment.Size || (start <= next && ++stalled > MaxStalls))
                {
                    throw Refused(
                        "UploadStalled",
                        $"Can't upload {attachment.Name} because the service repeatedly requests byte {start} of "
                            + $"{attachment.Size}.", 0);
                }

                (next, stalled) = (start, start > next ? 0 : stalled);
                VerboseLog.Write($"{attachment.Name}: uploaded {next} of {attachment.Size} bytes.");
            }
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends the next slice. Returns the next byte that the service expects, or null if it has all.</summary>
    private async Task<long?> SendSliceAsync(
        string url, FileStream file, OutgoingAttachment attachment, long start, CancellationToken cancellationToken)
    {
        var slice = (_slice ??= new byte[SliceSize]).AsMemory(0, (int)Math.Min(SliceSize, attachment.Size - start));
        try
        {
            file.Position = start;
            await file.ReadExactlyAsync(slice, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw OutgoingAttachment.Unreadable(attachment.Path, e.Message, e);
        }

        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ReadOnlyMemoryContent(slice) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentRange = new ContentRangeHeaderValue(start, start + slice.Length - 1, attachment.Size);
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Created
            ? null
            : await ReadNextAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Requests the next byte that the session expects.</summary>
    private async Task<long?> NextAsync(string url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await ReadNextAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Host;
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (GraphErrors.From(e, host) is { } ours)
        {
            throw ours;
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var error = (await ReadAsync(response, cancellationToken).ConfigureAwait(false)).GetValueOrDefault("error");
            throw Refused(
                Text(error, "code") ?? "", Text(error, "message") ?? "The service returned "
                    + $"{(int)response.StatusCode} for the upload.",
                (int)response.StatusCode);
        }
    }

    /// <summary>
    /// The start of the first of nextExpectedRanges, such as "2097152" or "2097152-"; the service writes the name in both cases.
    /// </summary>
    private static async Task<long?> ReadNextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var ranges = (await ReadAsync(response, cancellationToken).ConfigureAwait(false)).GetValueOrDefault("nextExpectedRanges");
        var first = ranges is { ValueKind: JsonValueKind.Array } && ranges.GetArrayLength() > 0
            ? ranges[0].ToString().Split('-')[0]
            : null;
        return long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var next) ? next
            : throw Refused("UploadAnswerUnreadable", "The service didn't return which part of the upload it expects "
                + "next.", 0);
    }

    private static async Task<Dictionary<string, JsonElement>> ReadAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var json = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            var properties = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json) ?? [];
            return properties.GroupBy(p => p.Key, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.OrdinalIgnoreCase);
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Text(JsonElement json, string property) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ServiceRefusedException Refused(string code, string message, int status) =>
        new(message) { Service = "Graph", Code = code, HttpStatus = status, Advice = GraphAdvice.For(code, status) };
}
