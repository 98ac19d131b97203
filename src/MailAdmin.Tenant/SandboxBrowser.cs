using System.Net;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;

namespace MailAdmin.Tenant;

/// <summary>
/// Represents a user at a browser: opens a page of the sandbox's sign-in and accepts everything, as the user whom the page
/// proposes. So a sandbox that no real browser can reach supports user sign-in.
/// </summary>
/// <param name="sandbox">The way to the sandbox's hosts.</param>
internal sealed partial class SandboxBrowser(HttpMessageHandler sandbox)
{
    /// <summary>More pages than a sign-in has.</summary>
    private const int MaxPages = 10;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>The redirect URI of the app that signs in: on this computer, and outside the sandbox.</summary>
    private static readonly HttpClient Loopback = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly HttpClient _http = new(sandbox, disposeHandler: false);

    /// <summary>
    /// Opens a page and follows the sign-in. Returns before the app gets the result, without waiting for that. If the pages end
    /// without a result, the app gets the text of the last page: a user would close the browser and cancel the sign-in.
    /// </summary>
    public async Task OpenAsync(Uri page, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, page);
        for (var i = 0; i < MaxPages; i++)
        {
            using var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var here = request.RequestUri!;
            request.Dispose();
            var html = answer.Headers.Location is null
                ? await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)
                : "";
            var next = answer.Headers.Location is { } location
                ? new HttpRequestMessage(HttpMethod.Get, new Uri(here, location))
                : Submit(html, here) ?? Dismiss(page, html);
            if (next is null)
            {
                return;
            }

            if (next.RequestUri!.IsLoopback)
            {
                _ = Task.Run(() => DeliverAsync(next), CancellationToken.None);
                return;
            }

            request = next;
        }
    }

    /// <summary>
    /// Returns the data that the first button of a page's form sends; null if it has no form, or proposes no user.
    /// </summary>
    private static HttpRequestMessage? Submit(string html, Uri here)
    {
        if (FormTag().Match(html) is not { Success: true } form)
        {
            return null;
        }

        var values = Input().Matches(html).Where(i => i.Groups["kind"].Value == "hidden" || i.Groups["checked"].Success)
            .Concat(Button().Matches(html).Take(1))
            .Select(i =>
                KeyValuePair.Create(
                    WebUtility.HtmlDecode(i.Groups["name"].Value), WebUtility.HtmlDecode(i.Groups["value"].Value))).ToArray();
        return values.Any(v => v.Key != "decision")
            ? new HttpRequestMessage(HttpMethod.Post, new Uri(here, WebUtility.HtmlDecode(form.Groups["action"].Value)))
            {
                Content = new FormUrlEncodedContent(values),
            }
            : null;
    }

    /// <summary>
    /// Sends the text of a page without a way forward to the waiting app; null if no app on this computer waits.
    /// </summary>
    private static HttpRequestMessage? Dismiss(Uri page, string html)
    {
        var query = System.Web.HttpUtility.ParseQueryString(page.Query);
        if (!Uri.TryCreate(query["redirect_uri"], UriKind.Absolute, out var app) || !app.IsLoopback)
        {
            return null;
        }

        var text = WebUtility.HtmlDecode(Tag().Replace(html, " ")).Trim();
        return new HttpRequestMessage(
            HttpMethod.Get,
            new UriBuilder(app)
            {
                Query = $"error=access_denied&error_description={Uri.EscapeDataString(text)}"
                    + $"&state={Uri.EscapeDataString(query["state"] ?? "")}",
            }.Uri);
    }

    /// <summary>
    /// The app can start to listen after the browser was opened. .NET's HttpListener fails and ends the process if a connection
    /// arrives during its creation (HttpEndPointListener accepts in its constructor). So no request is sent until the port is
    /// open, and a short delay has passed. A request that is refused or not found is retried for a while.
    /// </summary>
    private static async Task DeliverAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            for (var attempt = 0; attempt < 100; attempt++)
            {
                var isOpen = IsOpen(request.RequestUri!.Port);

                // The port is on this computer, so its clock is used, not the tenant's.
                await Task.Delay(Moment, Wire.MachineTime).ConfigureAwait(false);
                if (!isOpen)
                {
                    continue;
                }

                using var copy = new HttpRequestMessage(request.Method, request.RequestUri);
                if (body is not null)
                {
                    copy.Content = new ByteArrayContent(body);
                    copy.Content.Headers.ContentType = request.Content!.Headers.ContentType;
                }

                try
                {
                    using var answer = await Loopback.SendAsync(copy).ConfigureAwait(false);
                    if (answer.IsSuccessStatusCode || answer.Headers.Location is not null)
                    {
                        return;
                    }
                }
                catch (HttpRequestException)
                {
                    // The app doesn't listen anymore.
                }
            }
        }
    }

    private static bool IsOpen(int port) =>
        Array.Exists(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), l => l.Port == port);

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex("""<form method="post" action="(?<action>[^"]*)">""", RegexOptions.NonBacktracking)]
    private static partial Regex FormTag();

    [GeneratedRegex(
        """<input type="(?<kind>\w+)" name="(?<name>[^"]*)" value="(?<value>[^"]*)"(?<checked> checked)?>""",
        RegexOptions.NonBacktracking)]
    private static partial Regex Input();

    [GeneratedRegex("""<button type="submit" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.NonBacktracking)]
    private static partial Regex Button();
}
