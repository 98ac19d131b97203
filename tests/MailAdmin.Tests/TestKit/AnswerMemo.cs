using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// Remembers what a service answered, so that the same reading costs nothing again, and stops what would change something. It is
/// for sweeps: thousands of runs of which each asks what the one before asked.
/// </summary>
internal sealed class AnswerMemo(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _subjects = new(StringComparer.Ordinal);

    /// <summary>Whether it works; false lets everything pass, so that a test can set up its tenant.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether a sign-in is remembered, too; only where no time passes.</summary>
    public bool RemembersTokens { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isSignIn = request.RequestUri!.Host.StartsWith("login.", StringComparison.Ordinal);
        if (!IsClosed || (isSignIn && !RemembersTokens))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        if (!await ReadOnlyHandler.ReadsAsync(request, cancellationToken))
        {
            throw ReadOnlyHandler.Refuse($"{request.Method} {request.RequestUri}");
        }

        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var key = $"{Subject(request.Headers.Authorization?.Parameter)} {request.Method} {request.RequestUri}\n{body}";
        if (!_answers.TryGetValue(key, out var answer))
        {
            using var response = await base.SendAsync(request, cancellationToken);
            answer = new Answer(
                response.StatusCode, [.. response.Headers], [.. response.Content.Headers],
                await response.Content.ReadAsByteArrayAsync(cancellationToken));
            _answers[key] = answer;
        }

        return answer.Of(request);
    }

    /// <summary>Who asks: an app gets other answers than an admin.</summary>
    private string Subject(string? token) => token is null ? "" : _subjects.GetOrAdd(token, static t =>
    {
        var payload = t.Split('.')[1].Replace('-', '+').Replace('_', '/');
        var claims = JsonNode.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')))!;
        return $"{claims["appid"]} {claims["oid"]}";
    });

    private sealed record Answer(
        System.Net.HttpStatusCode Status, KeyValuePair<string, IEnumerable<string>>[] Headers,
        KeyValuePair<string, IEnumerable<string>>[] ContentHeaders, byte[] Body)
    {
        public HttpResponseMessage Of(HttpRequestMessage request)
        {
            var response = new HttpResponseMessage(Status) { RequestMessage = request, Content = new ByteArrayContent(Body) };
            foreach (var (name, values) in Headers)
            {
                response.Headers.TryAddWithoutValidation(name, values);
            }

            foreach (var (name, values) in ContentHeaders)
            {
                response.Content.Headers.TryAddWithoutValidation(name, values);
            }

            return response;
        }
    }
}
