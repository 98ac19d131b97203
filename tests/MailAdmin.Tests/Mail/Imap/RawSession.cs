using System.Globalization;
using System.Text;
using MailAdmin.Core.Base;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Somebody else in a mailbox: commands as text, one at a time.</summary>
internal sealed class RawSession : IAsyncDisposable
{
    private readonly ScriptedServer.Connection _lines;
    private readonly Stream _stream;
    private int _tag;

    private RawSession(Stream stream) => (_stream, _lines) = (stream, new ScriptedServer.Connection(stream, 1));

    public static async Task<RawSession> OpenAsync(DovecotServer server, string user)
    {
        var endpoint = server.Endpoint();
        var cancel = TestContext.Current.CancellationToken;
        var stream = await Wire.Real.OpenStream(endpoint.Host, endpoint.Port, cancel);
        var session = new RawSession(await endpoint.SecureAsync(stream, cancel));
        while (!(await session._lines.ReadLineAsync()).Contains("ready", StringComparison.Ordinal))
        {
            // It is still starting.
        }

        var response = $"user={user}\u0001auth=Bearer {server.Token(user)}\u0001\u0001";
        await session.SendAsync($"AUTHENTICATE XOAUTH2 {Convert.ToBase64String(Encoding.UTF8.GetBytes(response))}");
        return session;
    }

    /// <summary>Sends a command and reads up to its end, which has to be OK.</summary>
    public async Task SendAsync(string command)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"r{++_tag}");
        await _lines.SendAsync($"{tag} {command}\r\n");
        string line;
        do
        {
            line = await _lines.ReadLineAsync();
        }
        while (!line.StartsWith(tag + ' ', StringComparison.Ordinal));

        Assert.StartsWith($"{tag} OK", line, StringComparison.Ordinal);
    }

    /// <summary>Stores a message. The name is in modified UTF-7.</summary>
    public Task AppendAsync(string folder, byte[] message, string date = "01-Jan-2026 00:00:00 +0000")
    {
        var name = folder.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return SendAsync(string.Create(
            CultureInfo.InvariantCulture, $"APPEND \"{name}\" \"{date}\" {{{message.Length}+}}\r\n{Encoding.Latin1.GetString(message)}"));
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
