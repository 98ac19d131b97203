using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;
using Microsoft.Graph;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace MailAdmin.Core.Service;

/// <summary>
/// Creates the SDK's client over MailAdmin's own pipeline, without Kiota's middleware, which uses its own clock.
/// </summary>
internal static class GraphClients
{
    /// <summary>
    /// The preference in every request, also inside a batch: without it, the ID of a message changes when the message is moved.
    /// </summary>
    public const string ImmutableIds = "IdType=\"ImmutableId\"";

    /// <summary>
    /// Clients are created one at a time: each makes the SDK wrap its process-wide serializers once. Two at the same moment wrap
    /// them twice, and then a property that is null is written twice.
    /// </summary>
    private static readonly object Making = new();

    /// <summary>A client that signs, retries and carries immutable ids.</summary>
    public static GraphServiceClient Create(Wire wire, TokenSource tokens)
    {
        var pipeline = new PreferHandler(ServiceAnswerHandler.ForGraph(
            new RetryHandler(new BearerHandler(wire.Http, tokens, tokens.Cloud.GraphScope), wire.Time, RetryPolicy.Default)));
        var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: Wire.NewClient(pipeline))
        {
            BaseUrl = $"https://{tokens.Cloud.GraphHost}/v1.0",
        };
        lock (Making)
        {
            return new GraphServiceClient(new GuardedRequestAdapter(adapter));
        }
    }

    /// <summary>Requests immutable IDs in every request.</summary>
    /// <remarks>https://learn.microsoft.com/graph/outlook-immutable-id</remarks>
    private sealed class PreferHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation("Prefer", ImmutableIds);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
