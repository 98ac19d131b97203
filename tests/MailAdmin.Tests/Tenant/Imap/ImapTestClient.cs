using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Tenant.Imap;

/// <summary>Types IMAP into a tenant and reads what comes back, octet by octet as Latin-1; it understands tags and literals only.</summary>
internal sealed class ImapTestClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[8192];
    private int _start;
    private int _end;
    private int _tag;

    private ImapTestClient(Stream stream) => _stream = stream;

    public static async Task<ImapTestClient> ConnectAsync(SandboxTenant tenant)
    {
        var host = Cloud.Of(tenant.Environment).ExchangeHost;
        var client = new ImapTestClient(await tenant.Wire.OpenStream(host, 993, TestContext.Current.CancellationToken));
        Assert.StartsWith("* OK The Microsoft Exchange IMAP4 service is ready.", await client.LineAsync());
        return client;
    }

    /// <summary>A connection that is signed in to the first mailbox, as an app that may.</summary>
    public static async Task<ImapTestClient> SignedInAsync(TenantClient world)
    {
        world.Tenant.GrantImap(world.Tenant.AdminApp.ClientId, world.Invoices);
        var client = await ConnectAsync(world.Tenant);
        Assert.Equal("OK AUTHENTICATE completed.", (await client.RunAsync($"AUTHENTICATE XOAUTH2 {Response(world.Invoices, Mint(world))}"))[^1]);
        return client;
    }

    /// <summary>A token for Exchange; claims can be replaced.</summary>
    public static string Mint(TenantClient world, Action<JsonObject>? change = null) => world.Mint(["IMAP.AccessAsApp"], claims =>
    {
        claims["aud"] = $"https://{Cloud.Of(world.Tenant.Environment).ExchangeHost}";
        change?.Invoke(claims);
    });

    public static string Response(string user, string token) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"user={user}\u0001auth=Bearer {token}\u0001\u0001"));

    /// <summary>Sends a command; gives the untagged lines, literals and all, and last the completion without its tag.</summary>
    public async Task<string[]> RunAsync(string command)
    {
        var tag = $"T{++_tag}";
        await SendAsync($"{tag} {command}\r\n");
        return await CompleteAsync(tag);
    }

    public async Task<string[]> CompleteAsync(string tag)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await LineAsync() ?? throw new IOException("The server hung up.");
            if (line.StartsWith(tag + " ", StringComparison.Ordinal))
            {
                return [.. lines, line[(tag.Length + 1)..]];
            }

            lines.Add(line);
        }
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>A line, the literals in it included; null at the end.</summary>
    public async Task<string?> LineAsync()
    {
        var text = new StringBuilder();
        while (true)
        {
            var before = text.Length;
            do
            {
                if (await ByteAsync() is not { } octet)
                {
                    return null;
                }

                text.Append((char)octet);
            }
            while (text.Length - before < 2 || text[^1] != '\n' || text[^2] != '\r');

            text.Length -= 2;
            var line = text.ToString(before, text.Length - before);
            var open = line.LastIndexOf('{');
            if (open < 0 || line[^1] != '}' || !int.TryParse(line[(open + 1)..^1], out var size))
            {
                return text.ToString();
            }

            text.Append("\r\n");
            for (var i = 0; i < size; i++)
            {
                text.Append((char)(await ByteAsync() ?? throw new IOException("The literal is cut off.")));
            }
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<byte?> ByteAsync()
    {
        if (_start == _end)
        {
            using var patience = new CancellationTokenSource(Patience);
            (_start, _end) = (0, await _stream.ReadAsync(_buffer, patience.Token));
            if (_end == 0)
            {
                return null;
            }
        }

        return _buffer[_start++];
    }
}
