using System.Net;
using System.Net.Http.Headers;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.SignIn;

/// <summary>
/// Adds the access token to requests. After a 401, it requests one new token and repeats the request once. A token is never sent
/// to a host of another service, even if a next-page link names one.
/// </summary>
internal sealed class BearerHandler(HttpMessageHandler inner, TokenSource tokens, string scope) : DelegatingHandler(inner)
{
    private readonly Uri _resource = new(scope);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } uri || !tokens.Cloud.Admits(_resource.Host, uri))
        {
            var service = _resource.Host == tokens.Cloud.GraphHost ? "Graph" : "Exchange";
            throw ServiceAnswerHandler.OtherHost(service, _resource.Host, request.RequestUri);
        }

        var token = await tokens.GetAsync(scope, fresh: false, cancellationToken).ConfigureAwait(false);
        var response = await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            VerboseLog.Write("The token was rejected. Requesting a new one.");
            response.Dispose();
            token = await tokens.ReplaceAsync(scope, token, cancellationToken).ConfigureAwait(false);
            response = await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        return base.SendAsync(request, cancellationToken);
    }
}
