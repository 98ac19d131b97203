using System.Text.Json;

namespace MailAdmin.Core.Base;

/// <summary>
/// Rejects requests that might make changes. POST requests that only read are listed: tokens, batches of reading requests,
/// and Get and Test cmdlets of Exchange. Everything else is a change.
/// </summary>
internal sealed class ReadOnlyHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Cmdlet = "X-CmdletName";

    /// <summary>Creates the error of a read-only context.</summary>
    /// <param name="what">The command or the request.</param>
    public static InvalidRequestException Refuse(string what) => new(
        "ReadOnlyContext", $"Can't run {what} because it makes changes and the context is read-only "
            + "(Connect-MailAdmin -ReadOnly).")
    {
        Target = what,
        Advice = "Nothing was sent. Use -WhatIf, or a context without -ReadOnly.",
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!await ReadsAsync(request, cancellationToken).ConfigureAwait(false))
        {
            throw Refuse($"{request.Method} {request.RequestUri!.Host}{request.RequestUri.AbsolutePath}");
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a cmdlet of Exchange only reads.</summary>
    public static bool Reads(string cmdlet) => cmdlet.StartsWith("Get-", StringComparison.OrdinalIgnoreCase)
        || cmdlet.StartsWith("Test-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a request is known to only read.</summary>
    internal static async Task<bool> ReadsAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head)
        {
            return true;
        }

        var uri = request.RequestUri!;
        if (request.Method != HttpMethod.Post)
        {
            return false;
        }

        if (Cloud.All.Any(c => c.LoginHost.Equals(uri.Host, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        if (request.Headers.TryGetValues(Cmdlet, out var names))
        {
            return names.All(Reads);
        }

        return uri.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal) && request.Content is { } content
            && OnlyGets(await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
    }

    private static bool OnlyGets(byte[] batch)
    {
        using var json = JsonDocument.Parse(batch);
        return json.RootElement.TryGetProperty("requests", out var requests) && requests.EnumerateArray().All(
            r => r.TryGetProperty("method", out var method)
                && string.Equals(method.GetString(), "GET", StringComparison.OrdinalIgnoreCase));
    }
}
