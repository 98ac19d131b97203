using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Tenant.Smtp;

/// <summary>Types SMTP into a tenant and reads what comes back, line by line.</summary>
internal sealed class SmtpTestClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Stream _stream;
    private readonly StreamReader _reader;

    private SmtpTestClient(Stream stream) => (_stream, _reader) = (stream, new StreamReader(stream, Encoding.UTF8));

    public static async Task<SmtpTestClient> ConnectAsync(SandboxTenant tenant)
    {
        var client = new SmtpTestClient(await tenant.Wire.OpenStream("smtp.office365.com", 587, TestContext.Current.CancellationToken));
        Assert.Matches("^220 .* Microsoft ESMTP MAIL Service ready at ", await client.ReadAsync());
        return client;
    }

    /// <summary>A connection that is signed in to a mailbox, as an app that may.</summary>
    public static async Task<SmtpTestClient> SignedInAsync(TenantClient world, string? mailbox = null)
    {
        mailbox ??= world.Invoices;
        world.Tenant.GrantSmtp(world.Tenant.AdminApp.ClientId, mailbox);
        var client = await ConnectAsync(world.Tenant);
        Assert.StartsWith("235 2.7.0", await client.SignInAsync(mailbox, Mint(world)));
        return client;
    }

    /// <summary>A token for Exchange; claims can be replaced.</summary>
    public static string Mint(TenantClient world, Action<JsonObject>? change = null) => world.Mint(["SMTP.SendAsApp"], claims =>
    {
        claims["aud"] = $"https://{Cloud.Of(world.Tenant.Environment).ExchangeHost}";
        change?.Invoke(claims);
    });

    public static string Response(string user, string token) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"user={user}\u0001auth=Bearer {token}\u0001\u0001"));

    public Task<string> SignInAsync(string mailbox, string token) => RunAsync($"AUTH XOAUTH2 {Response(mailbox, token)}");

    /// <summary>Sends a command; gives the whole answer.</summary>
    public async Task<string> RunAsync(string command)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        return await ReadAsync();
    }

    /// <summary>Sends a message; gives the answer to the first command that was refused, or to the message.</summary>
    public async Task<string> SubmitAsync(string from, string[] to, string content)
    {
        foreach (var command in (string[])[$"MAIL FROM:<{from}>", .. to.Select(r => $"RCPT TO:<{r}>"), "DATA"])
        {
            var answer = await RunAsync(command);
            if (answer[0] is not ('2' or '3'))
            {
                return answer;
            }
        }

        return await RunAsync(content + "\r\n.");
    }

    public async Task<string> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var lines = new List<string>();
        do
        {
            lines.Add(await _reader.ReadLineAsync(patience.Token) ?? throw new IOException("The server hung up."));
        }
        while (lines[^1].Length > 3 && lines[^1][3] == '-');

        return string.Join('\n', lines);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
