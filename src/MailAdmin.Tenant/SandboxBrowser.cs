using System.Net;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;

namespace MailAdmin.Tenant;

/// <summary>
/// A person at a browser: opens a page of the sandbox's sign-in and agrees to everything, as the user whom the page proposes.
/// So people can sign in to a sandbox that no real browser reaches.
/// </summary>
/// <param name="sandbox">The way to the sandbox's hosts.</param>
internal sealed partial class SandboxBrowser(HttpMessageHandler sandbox)
{
    /// <summary>More pages than a sign-in has.</summary>
    private const int MaxPages = 10;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the app that signs in waits: on this machine, and outside of the sandbox.</summary>
    private static readonly HttpClient Loopback = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly HttpClient _http = new(sandbox, disposeHandler: false);

    /// <summary>
    /// Opens a page and goes as far as the sign-in goes. It comes back when the app is about to be told, without waiting for
    /// that. When the pages lead nowhere, the app that waits is told what the last one says: a person would close the browser
    /// and end the waiting.
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

    /// <summary>What the first button of a page's form sends; null when it has no form, or nobody is proposed.</summary>
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

    /// <summary>Tells the app that waits what a page says that leads nowhere; null where no app on this machine waits.</summary>
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
    /// The app may begin to listen only after the browser was opened. A connection that comes while .NET's HttpListener is just
    /// being made finds it half ready, which ends the whole process (HttpEndPointListener accepts in its constructor): so nobody
    /// knocks before the port is seen to be open and had a moment. What is refused or not found even then is tried again for a
    /// while.
    /// </summary>
    private static async Task DeliverAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            for (var attempt = 0; attempt < 100; attempt++)
            {
                var isOpen = IsOpen(request.RequestUri!.Port);

                // What is waited for is a port of this machine: its clock counts here, not the tenant's.
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
                    // Nobody listens any more.
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
